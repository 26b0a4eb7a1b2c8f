"""A day at the centre in a real browser: with script, without, by keyboard, without a mouse."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.conftest import A_WHILE, PASSWORD, Served, sign_in


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
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


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_a_dossier_travels_from_the_desk_to_the_citizens_own_eyes(served, anybody):
    page = anybody.new_page()
    page.goto(f"{served.address}/desk/dossiers/new")
    sign_in(page, "lan")
    page.get_by_label("Thủ tục").select_option("GPLX-01")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    press(page, "Tiếp nhận")
    expect(page.get_by_role("status")).to_contain_text("Đã tiếp nhận hồ sơ.")
    expect(page.locator(".answer")).to_have_text(
        "Trung tâm Phục vụ hành chính công Uông Bí đang giữ hồ sơ, từ 23/11/2026 08:00."
    )
    code = page.locator("h1").inner_text()

    page.get_by_role("link", name="Cho vào bưu gửi").click()
    expect(page.get_by_label("Hồ sơ cho vào bưu gửi")).to_have_value(code)
    page.get_by_label("Đơn vị bưu chính").select_option("rehearsal")
    press(page, "Lập bưu gửi")
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
    expect(page.get_by_role("status")).to_have_text("Đã ghi nhận. Cảm ơn bạn.")

    page.goto(served.address)
    page.get_by_label("Mã tra cứu hoặc mã hồ sơ").fill(code)
    page.get_by_label("Bốn số cuối của điện thoại").fill("5678")
    press(page, "Xem hồ sơ")
    expect(page.locator("h1")).to_have_text("Cơ quan giải quyết đã nhận hồ sơ và đang xử lý.")
    assert page.url == f"{served.address}/"
    assert "Hoa" not in page.locator("main").inner_text()
    assert served.centre.differences() == []


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
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the office
    type_on("Bà Hoa")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the fault leads to its field
    expect(page.get_by_label("Số điện thoại")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("0912345678")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Đã tiếp nhận hồ sơ.")
    page.get_by_label("Quét hoặc gõ một mã").focus()
    page.keyboard.type("h49.12-261123-0001")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("H49.12-261123-0001")


def test_an_office_without_https_can_work_too(served, watched, page):
    """Over plain http browsers send no Fetch Metadata: the origin must vouch for the form."""
    office = f"http://office.test:{served.port}"
    page.goto(f"{office}/desk/dossiers/new")
    sign_in(page, "lan")
    page.get_by_label("Thủ tục").select_option("GPLX-01")
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
    page.get_by_label("Bốn số cuối của điện thoại").fill("5678")
    press(page, "Xem hồ sơ")

    expect(page.locator("h1")).to_have_text("Hồ sơ đang ở điểm tiếp nhận, chuẩn bị chuyển đi.")


def test_a_script_in_a_name_does_nothing(served, desk):
    code = served.centre.a_dossier(name="<script>document.title='x'</script><img src=x>")
    desk.goto(f"{served.address}/desk/dossiers/{code}")

    expect(desk.get_by_text("<script>document.title")).to_be_visible()
    assert desk.title().startswith(code)


def furnished(served: Served) -> dict[str, str]:
    """Give the centre something of everything; return the addresses by who may see them."""
    centre = served.centre
    codes = [centre.a_dossier(), centre.a_dossier(), centre.a_dossier(return_by_post=True)]
    gone, waiting = centre.a_parcel(codes[0]), centre.a_parcel(codes[1])
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [gone]}).json()
    opened = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [waiting]}).json()
    centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})
    centre.tell(centre.an_event(gone, "accepted", place="BC Uông Bí"))
    centre.tell(centre.an_event("EB123456785VN", "accepted"))
    centre.hook(b"{rubbish")
    contradict(centre, gone)
    centre.a_parcel(codes[2])
    centre.clock.pass_(days=12)
    timeline = centre.get(f"/dossiers/{codes[0]}").json()["timeline"]
    struck = f"/desk/dossiers/{codes[0]}/strike-out/{timeline[-1]['entry']}"
    reports = ("locations", "overdue", "unaccepted", "silent", "punctuality", "found-by-poll")
    return {
        "": ["/", "/desk/sign-in", "/courier/sign-in", "/nowhere"],
        "lan": [
            "/desk",
            "/desk/dossiers",
            "/desk/dossiers/new",
            *[f"/desk/dossiers/{code}" for code in codes],
            f"/desk/dossiers/{codes[0]}/cancel",
            struck,
            "/desk/parcels/new",
            f"/desk/parcels/{gone}",
            f"/desk/parcels/{waiting}",
            "/desk/handovers",
            f"/desk/handovers/{made['number']}",
            f"/desk/handovers/{opened['number']}",
            "/desk/messages?state=unread",
            "/desk/messages?state=unclaimed",
            "/desk/messages?state=conflicting",
            "/desk/messages/1",
            "/desk/messages/3",
            *[f"/desk/reports/{name}" for name in reports],
        ],
        "tuan": ["/courier", f"/courier/{gone}", "/courier/EB999999999VN"],
    }


def contradict(centre, number):
    """Let the carrier tell one scan in two ways."""
    for status in ("ROI_BC", "PHAT_TC"):
        scan = {"id": "1", "tracking_number": number, "status": status}
        scan["at"] = centre.clock().isoformat()
        centre.hook(json.dumps({"scans": [scan]}).encode())


def faults_of_access(page: Page) -> list[str]:
    """Return what axe finds wrong (WCAG 2 A and AA, and its best practices)."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize("who", ["", "lan", "tuan"])
def test_everybody_can_use_every_page(served, watched, page, who, lang):
    addresses = furnished(served)[who]
    if who:
        page.goto(f"{served.address}/desk/sign-in")
        sign_in(page, who)
        page.wait_for_url(re.compile("/(desk|courier)$"))

    for address in addresses:
        mark = "&" if "?" in address else "?"
        page.goto(f"{served.address}{address}{mark}lang={lang}")
        assert faults_of_access(page) == []
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        assert " – " in page.title()


def test_faults_are_shown_to_everybody(served, desk):
    desk.goto(f"{served.address}/desk/dossiers/new")
    desk.get_by_label("Số điện thoại").fill("12")
    press(desk, "Tiếp nhận")

    assert faults_of_access(desk) == []
    expect(desk.get_by_label("Họ và tên")).to_have_attribute("aria-invalid", "true")


def test_the_citizens_answer_can_be_used_by_everybody(served, watched, page):
    code = served.centre.a_dossier()
    page.goto(served.address)
    page.get_by_label("Mã tra cứu hoặc mã hồ sơ").fill(code)
    page.get_by_label("Bốn số cuối của điện thoại").fill("5678")
    press(page, "Xem hồ sơ")

    assert faults_of_access(page) == []


def test_no_page_is_wider_than_its_window(served, watched, page):
    """At 320 px a page zoomed to 400 % must not scroll sideways (WCAG 1.4.10); tables may."""
    addresses = furnished(served)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{served.address}/desk/sign-in")
    sign_in(page, "lan")
    page.wait_for_url(re.compile("/desk$"))

    for address in ["/", *addresses["lan"]]:
        page.goto(f"{served.address}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
