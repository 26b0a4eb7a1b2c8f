"""A telephone that the desk enrols by a QR code, and withdraws, in two real browsers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.centre import Centre
from tests.web.conftest import employ, press, sign_in
from tests.web.phones import PHONE, notes, ready, told, until_sent
from tests.web.serving import serving
from tests.web.usable import faults_of_access

MOST_BYTES = 60_000


class Meter:
    """Weighs what the server answers, heads and bodies."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, int]] = []

    def around(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def weighed(message: Message) -> None:
                heads = sum(len(name) + len(text) for name, text in message.get("headers", ()))
                weight = heads + len(message.get("body", b""))
                self.answers.append((scope.get("path", ""), weight))
                await send(message)

            await app(scope, receive, weighed)

        return answer


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def address(centre: Centre, meter: Meter) -> Iterator[str]:
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    for who in ("lan", "tuan"):
        employ(centre, who)
    with serving(centre, meter.around) as base:
        centre.house.settings.public_url = base
        yield base


@pytest.fixture
def desk(address: str, page: Page, watched: list[str]) -> Page:
    page.goto(f"{address}/desk/courier-devices")
    sign_in(page, "lan")
    return page


@pytest.fixture
def telephone(address: str, desk: Page, browser: Browser) -> Iterator[tuple[Page, BrowserContext]]:
    """Tuấn's, which has read the QR code from the desk's screen."""
    desk.get_by_label("Tên gọi của máy").fill("Máy xanh")
    desk.get_by_label("Bưu tá", exact=True).select_option("tuan")
    desk.get_by_label("Đơn vị bưu chính").select_option("rehearsal")
    desk.get_by_role("button", name="Hiện mã QR").click()
    shown = desk.get_by_role("img", name="Mã QR").screenshot()
    [symbol] = zxingcpp.read_barcodes(Image.open(BytesIO(shown)))
    context = browser.new_context(locale="vi-VN", viewport=PHONE)
    page = context.new_page()
    page.goto(symbol.text)
    yield page, context
    context.close()


def comes_in_by_code(page: Page) -> None:
    assert faults_of_access(page) == []
    press(page, "Đúng, dùng điện thoại này")
    ready(page)


def test_the_first_page_of_a_telephone_is_small(
    browser: Browser, telephone: tuple[Page, BrowserContext], meter: Meter
) -> None:
    page, context = telephone
    comes_in_by_code(page)
    page.wait_for_load_state("networkidle")
    fresh = browser.new_context(storage_state=context.storage_state(), viewport=PHONE)
    first = fresh.new_page()
    meter.answers.clear()
    first.goto(page.url)
    ready(first)
    first.wait_for_load_state("networkidle")
    fresh.close()

    assert {"/courier", "/courier/sw.js"} <= {path for path, _ in meter.answers}
    assert 10_000 < sum(size for _, size in meter.answers) <= MOST_BYTES, meter.answers


def test_what_a_telephone_noted_without_a_network_is_recorded(
    centre: Centre, desk: Page, telephone: tuple[Page, BrowserContext]
) -> None:
    (page, context), number = telephone, centre.a_parcel()
    comes_in_by_code(page)
    context.set_offline(True)
    notes(page, number)
    assert told(centre, number) == ["announced"]
    context.set_offline(False)
    until_sent(page)

    assert told(centre, number) == ["announced", "accepted"]
    desk.goto(desk.url)
    expect(desk.get_by_role("row", name="Máy xanh")).to_contain_text("đang dùng")
    assert faults_of_access(desk) == []


def test_a_withdrawn_telephone_keeps_what_it_noted_and_says_so(
    centre: Centre, desk: Page, telephone: tuple[Page, BrowserContext]
) -> None:
    (page, context), number = telephone, centre.a_parcel()
    comes_in_by_code(page)
    context.set_offline(True)
    notes(page, number)
    desk.goto(desk.url)
    desk.get_by_role("button", name="Thu hồi Máy xanh").click()
    expect(desk.get_by_role("status")).to_contain_text("Đã thu hồi điện thoại")
    context.set_offline(False)

    expect(page.locator(".queue .withdrawn")).to_be_visible()
    expect(page.locator(".queue .waiting .number")).to_have_text("1")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Điện thoại đã bị thu hồi")
    expect(page.locator(".queue .waiting .number")).to_have_text("1")
    assert page.evaluate("caches.open('courier').then((kept) => kept.match('/courier'))") is None
    assert told(centre, number) == ["announced"]
    assert faults_of_access(page) == []
    page.get_by_role("link", name="đăng nhập để gửi").first.click()
    sign_in(page, "tuan")
    ready(page)
    until_sent(page)

    assert told(centre, number) == ["announced", "accepted"]
