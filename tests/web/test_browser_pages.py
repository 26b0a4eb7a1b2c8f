"""A day at the centre in a real browser: with script, without, by keyboard, without a mouse."""

import io
import re
from collections.abc import Iterator

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.web.conftest import A_WHILE, PASSWORD, Served, press, sign_in


@pytest.fixture(
    params=[True, pytest.param(False, marks=pytest.mark.slow)],
    ids=["with-script", "without-script"],
)
def anybody(
    request: pytest.FixtureRequest, browser: Browser, served: Served
) -> Iterator[BrowserContext]:
    """A browser with or without script that minds what it is asked for."""
    context = browser.new_context(locale="vi-VN", java_script_enabled=request.param)
    context.set_default_timeout(A_WHILE)
    strange: list[str] = []
    ours = (served.address, "chrome", "blob:")  # the browser shows a PDF by itself
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(ours) else strange.append(asked.url),
    )
    yield context
    context.close()
    assert strange == []


def test_a_dossier_travels_from_the_desk_to_the_citizens_own_eyes(served, anybody):
    page = anybody.new_page()
    page.goto(f"{served.address}/desk/dossiers/new")
    sign_in(page, "lan")
    page.get_by_label("Thủ tục").fill("GPLX-01")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    press(page, "Tiếp nhận")
    expect(page.get_by_role("status")).to_contain_text("Đã tiếp nhận hồ sơ.")
    expect(page.locator(".answer")).to_have_text(
        "Trung tâm Phục vụ hành chính công Uông Bí đang giữ hồ sơ, từ 23/11/2026 08:00."
    )
    code = page.locator("h1").inner_text()

    page.get_by_role("link", name="Đóng vào bưu gửi").click()
    expect(page.get_by_label("Hồ sơ đóng vào bưu gửi")).to_have_value(code)
    page.get_by_label("Đơn vị bưu chính").select_option("rehearsal")
    press(page, "Tạo bưu gửi")
    number = page.locator("h1").inner_text()

    with anybody.expect_event("response", lambda r: r.url.endswith("/desk/labels")) as printed:
        press(page, "In bằng trình duyệt (PDF)")
    assert printed.value.headers["content-type"] == "application/pdf"

    page.get_by_role("link", name="Đưa vào bảng kê bàn giao").click()
    press(page, "Lập bảng kê")
    page.get_by_label("Họ tên bưu tá").fill("Tuấn")
    press(page, "Ghi nhận chữ ký")
    expect(page.locator(".answer")).to_contain_text("Tuấn đã ký nhận 1 bưu gửi")

    served.centre.clock.pass_(minutes=20)
    page.goto(f"{served.address}/desk")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{served.address}/courier/{number}")
    sign_in(page, "tuan")
    press(page, "Đã phát")
    expect(page.get_by_role("status")).to_have_text("Đã ghi nhận. Xin cảm ơn.")

    page.goto(served.address)
    page.get_by_label("Mã tra cứu hoặc mã hồ sơ").fill(code)
    page.get_by_label("4 số cuối của số điện thoại").fill("5678")
    press(page, "Xem hồ sơ")
    expect(page.locator("h1")).to_have_text("Cơ quan giải quyết đã nhận hồ sơ và đang xử lý.")
    assert page.url == f"{served.address}/"
    assert "Hoa" not in page.locator("main").inner_text()
    assert served.centre.differences() == []


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_telephone_everything_in_the_head_can_be_touched(desk, width):
    desk.set_viewport_size({"width": width, "height": 740})
    hidden = desk.evaluate(
        """[...document.querySelectorAll('.masthead a, .masthead button')].filter((one) => {
          const { x, y, width, height } = one.getBoundingClientRect();
          const there = document.elementFromPoint(x + width / 2, y + height / 2);
          return !one.contains(there);
        }).map((one) => one.textContent)"""
    )
    assert hidden == []


def test_after_a_search_one_can_go_back(served, desk):
    code = served.centre.a_dossier()
    desk.goto(f"{served.address}/desk/dossiers")
    desk.locator("#f-q").fill("bà hoa")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=code).click()
    expect(desk).to_have_url(re.compile(f"/desk/dossiers/{code}$"))

    desk.go_back()

    expect(desk.get_by_role("link", name=code)).to_be_visible()
    assert re.search(r"/desk/dossiers\?search=[0-9a-f]{16}$", desk.url)


@pytest.mark.parametrize("key", ["F3", "Control+k"])
def test_one_key_searches_from_anywhere(served, desk, key):
    code = served.centre.a_dossier()
    desk.goto(f"{served.address}/desk/handovers")
    desk.keyboard.press(key)
    desk.keyboard.press("Escape")
    expect(desk.locator("#search")).to_be_hidden()
    desk.keyboard.press(key)
    expect(desk.get_by_label("Mã, số hiệu, tên hoặc điện thoại")).to_be_focused()
    desk.keyboard.type("ba hoa")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name=code)).to_be_visible()


def test_a_clerk_needs_no_mouse(served, watched, page):
    def type_on(text: str) -> None:
        page.keyboard.type(text)
        page.keyboard.press("Tab")

    page.goto(f"{served.address}/desk")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    type_on("lan")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quét hoặc gõ một mã")).to_be_focused()

    page.keyboard.type("rubbish")  # a scanner's reading ends with Enter
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy gì với mã này.")
    expect(page.get_by_label("Quét hoặc gõ một mã")).to_be_focused()

    page.goto(f"{served.address}/desk/dossiers/new")
    expect(page.get_by_label("Thủ tục")).to_be_focused()
    type_on("doi giay")
    type_on("12")
    page.keyboard.press("Tab")  # past the identity number
    page.keyboard.type("Bà Hoa")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the fault leads to its field
    expect(page.get_by_label("Số điện thoại")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("0912345678")
    page.keyboard.press("F9")

    expect(page.get_by_role("status")).to_contain_text("Đã tiếp nhận hồ sơ H49.12-261123-0001.")
    page.get_by_label("Quét hoặc gõ một mã").focus()
    page.keyboard.type("h49.12-261123-0001")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("H49.12-261123-0001")


@pytest.mark.slow
def test_an_office_without_https_can_work_too(served, watched, page):
    """Over plain http browsers send no Fetch Metadata: the origin must vouch for the form."""
    office = f"http://office.test:{served.port}"
    page.goto(f"{office}/desk/dossiers/new")
    sign_in(page, "lan")
    page.get_by_label("Thủ tục").fill("GPLX-01")
    page.get_by_label("Họ và tên").fill("Bà Hoa")
    with page.expect_request(lambda r: r.method == "POST") as sent:
        press(page, "Tiếp nhận")

    expect(page.get_by_role("status")).to_contain_text("Đã tiếp nhận hồ sơ.")
    headers = sent.value.all_headers()
    assert "sec-fetch-site" not in headers
    assert headers["origin"] == office


def test_a_citizen_over_plain_http_is_answered(served, watched, page):
    code = served.centre.a_dossier()
    page.goto(f"http://office.test:{served.port}/")
    page.get_by_label("Mã tra cứu hoặc mã hồ sơ").fill(code)
    page.get_by_label("4 số cuối của số điện thoại").fill("5678")
    press(page, "Xem hồ sơ")

    expect(page.locator("h1")).to_have_text("Hồ sơ đang ở điểm tiếp nhận, chuẩn bị chuyển đi.")


def test_a_script_in_a_name_does_nothing(served, desk):
    code = served.centre.a_dossier(name="<script>document.title='x'</script><img src=x>")
    desk.goto(f"{served.address}/desk/dossiers/{code}")

    expect(desk.get_by_text("<script>document.title")).to_be_visible()
    assert desk.title().startswith(code)


REPORTS = (
    "locations",
    "overdue",
    "unaccepted",
    "silent",
    "punctuality",
    "promises",
    "found-by-poll",
)
MM = 96 / 25.4
"""Pixels."""


def test_a_report_is_printed_whole(served, watched, page):
    """The overdue report lost the promised day and the days late off the paper's edge."""
    sealed = [served.centre.a_dossier(name="Nguyễn Thị Không Có Thật Tên Rất Dài") for _ in "1234"]
    number = served.centre.a_parcel(*sealed[:2])
    made = served.centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    served.centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Phạm Anh Tuấn"})
    served.centre.clock.pass_(days=12)

    page.goto(f"{served.address}/desk")
    sign_in(page, "lan")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": int((297 - 2 * 12) * MM), "height": 700})
    for report in REPORTS:
        page.goto(f"{served.address}/desk/reports/{report}")
        edges = page.locator("th[scope=col]").evaluate_all(
            "cells => cells.map(cell => cell.getBoundingClientRect().right)"
        )
        assert edges or report in ("punctuality", "promises", "found-by-poll"), report
        assert max(edges, default=0) <= 273 * MM, report
    page.goto(f"{served.address}/desk/reports/overdue")
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        left, bottom, right, top = map(float, paper.pages[-1].mediabox)
    assert right - left > top - bottom, "it lies across"
