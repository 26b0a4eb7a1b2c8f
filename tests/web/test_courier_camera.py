"""A courier's camera in a real browser that is shown our own labels: the number comes by itself.

Chromium on Linux has no `BarcodeDetector`; a stand-in of the same form hands what the page's camera
sees to a reader of codes here.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserType, Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.centre import Centre
from tests.web.conftest import A_WHILE, employ
from tests.web.envelopes import FRAME, as_they_come, before_a_camera, jpeg, label, texts
from tests.web.phones import PHONE, comes_in, told, until_sent
from tests.web.serving import serving

DETECTOR = """globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["code_128", "ean_13", "qr_code"]; }
  async detect(video) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    const found = await theReader(canvas.toDataURL("image/jpeg", 0.9));
    return found.map((rawValue) => ({ rawValue }));
  }
};"""


class Film:
    """What a telephone's camera sees; a browser reads it anew whenever it opens the camera."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "camera.mjpeg"

    def shows(self, picture: Image.Image) -> None:
        self.file.write_bytes(jpeg(picture) * 10)


@pytest.fixture
def film(tmp_path: Path) -> Film:
    made = Film(tmp_path)
    made.shows(Image.new("RGB", FRAME, "grey"))
    return made


@pytest.fixture
def pictures() -> list[int]:
    """The length of each picture that was sent."""
    return []


@pytest.fixture
def address(centre: Centre, pictures: list[int]) -> Iterator[str]:
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    employ(centre, "tuan")

    def weighed(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope.get("path") == "/courier/read":
                pictures.append(int(dict(scope["headers"])[b"content-length"]))
            await app(scope, receive, send)

        return answer

    with serving(centre, weighed) as base:
        yield base


@pytest.fixture
def phone(
    address: str,
    film: Film,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
) -> Iterator[Page]:
    """A telephone whose camera sees the film."""
    flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags.append(f"--use-file-for-fake-video-capture={film.file}")
    how = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]}
    browser = browser_type.launch(**how)
    page = browser.new_page(**browser_context_args, viewport=PHONE)
    page.set_default_timeout(A_WHILE)
    page.expose_function("theReader", read)
    yield page
    browser.close()


def read(data_url: str) -> list[str]:
    return texts(base64.b64decode(data_url.partition(",")[2]))


IS_LOOKING = "() => Boolean(document.querySelector('.eye video').srcObject)"


def test_labels_are_read_through_the_camera_fresh_worn_turned_and_in_the_dark(
    centre: Centre, address: str, film: Film, phone: Page
) -> None:
    frames = as_they_come([centre.a_parcel() for _ in range(4)])
    phone.add_init_script(DETECTOR)
    comes_in(phone, address, "tuan")
    expect(phone.locator("form.picturing")).to_be_hidden()
    scan, title = phone.get_by_role("button", name="Quét bằng máy ảnh"), phone.locator(".noting h2")
    scan.click()
    phone.wait_for_function(IS_LOOKING)
    phone.get_by_role("button", name="Dừng quét").click()
    assert not phone.evaluate(IS_LOOKING)
    for number, frame in frames.items():
        film.shows(frame)
        scan.click()
        expect(title).to_have_text(number)
        assert not phone.evaluate(IS_LOOKING)
        phone.get_by_role("button", name="Bưu chính đã nhận").click()
    until_sent(phone)

    assert [told(centre, number) for number in frames] == [["announced", "accepted"]] * 4


def test_a_browser_that_reads_no_codes_sends_a_small_picture(
    centre: Centre, address: str, phone: Page, pictures: list[int]
) -> None:
    number = centre.a_parcel()
    comes_in(phone, address, "tuan")
    expect(phone.locator(".looking")).to_be_hidden()
    field, fault = phone.get_by_label("Ảnh chụp"), phone.locator(".picturing [role=alert]")
    large = before_a_camera(label(number)).resize((FRAME[0] * 3, FRAME[1] * 3))
    field.set_input_files(a_file(jpeg(large, 100)))
    expect(phone.locator("form.noting h2")).to_have_text(number)
    assert [10_000 < bytes_ < 410_000 for bytes_ in pictures] == [True]

    phone.get_by_role("button", name="Bưu gửi khác").click()
    field.set_input_files(a_file(b"no picture"))
    expect(fault).to_contain_text("Không mở được ảnh này")
    phone.context.set_offline(True)
    field.set_input_files(a_file(jpeg(large)))
    expect(fault).to_contain_text("Cần có mạng")


def a_file(data: bytes) -> Any:
    return {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": data}


def test_a_wrong_check_digit_is_told_while_it_is_typed(
    centre: Centre, address: str, phone: Page
) -> None:
    comes_in(phone, address, "tuan")
    field, fault = phone.get_by_label("Số hiệu bưu gửi"), phone.locator(".finding [role=alert]")
    field.press_sequentially("rr 1234 5678 4 vn")
    expect(fault).to_contain_text("sai số kiểm tra")
    field.fill("RR123456785VN")
    expect(fault).to_be_hidden()
    field.fill("H49.12-261123-0001")
    phone.context.set_offline(True)
    field.press("Enter")
    expect(fault).to_contain_text("không phải số hiệu bưu gửi")
