"""The scan station in a real browser, with a scanner that types, and without script."""

import asyncio
import re
import statistics
from collections.abc import Iterator
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import delete
from starlette.types import ASGIApp, Receive, Scope, Send

from postal_tracker.core.codes import make_s10
from postal_tracker.storage.tables import StaffSession
from tests.centre import Centre
from tests.unikey import Unikey
from tests.web.conftest import PASSWORD, employ, press, sign_in
from tests.web.serving import serving

A_KEY = 8
"""Milliseconds between the keys of a scanner."""
BETWEEN_SCANS = 120
AN_ANSWER = 0.3
"""Seconds."""


def slow(app: ASGIApp) -> ASGIApp:
    """A server that takes its time with scans."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "POST" and "/desk/station/" in scope.get("path", ""):
            await asyncio.sleep(AN_ANSWER)
        await app(scope, receive, send)

    return answer


@pytest.fixture
def slow_desk(centre: Centre, page: Page, watched: list[str]) -> Iterator[tuple[Centre, Page]]:
    employ(centre, "lan")
    with serving(centre, slow) as address:
        page.goto(f"{address}/desk")
        sign_in(page, "lan")
        page.wait_for_url(re.compile("/desk$"))
        yield centre, page


def goes_to(page: Page, mode: str) -> None:
    page.goto(re.sub(r"/desk.*", f"/desk/station/{mode}", page.url))


def scan(page: Page, code: str, ends: str = "Enter") -> None:
    page.keyboard.type(code, delay=A_KEY)
    page.keyboard.press(ends)


def returning(centre: Centre, count: int) -> list[str]:
    return [
        centre.a_parcel(centre.a_dossier(), direction="to_centre", carrier="rehearsal")
        for _ in range(count)
    ]


def tallied(page: Page) -> list[str]:
    return page.locator(".tally dd").all_inner_texts()


def test_three_returning_parcels_are_three_scans_and_one_page(slow_desk):
    centre, page = slow_desk
    numbers = returning(centre, 3)
    goes_to(page, "receive")
    opened = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    page.evaluate("document.activeElement.blur()")
    for number in numbers:
        scan(page, number)
        page.wait_for_timeout(BETWEEN_SCANS)

    expect(page.locator(".reading .code")).to_have_text(numbers[::-1])
    assert tallied(page) == ["3", "0", "0"]
    assert opened == []
    assert [centre.get(f"/parcels/{n}").json()["milestone"] for n in numbers] == ["delivered"] * 3


def test_right_double_and_wrong_are_told_by_colour_sign_word_and_sound(slow_desk):
    centre, page = slow_desk
    (number,) = returning(centre, 1)
    goes_to(page, "receive")
    told = page.locator(".last-reading")
    for text, tone, sign in (
        (number, "right", "✓ Đúng"),
        (number, "double", "= Trùng"),
        ("001085012345||TRAN THI MAU|01021985", "wrong", "✗ Sai"),
    ):
        scan(page, text, ends="Tab")
        expect(told).to_have_class(f"last-reading {tone}")
        expect(told).to_contain_text(sign)
        expect(page.locator("html")).to_have_attribute("data-sounded", tone)
    assert tallied(page) == ["1", "1", "1"]
    assert "MAU" not in page.content()


def test_one_key_takes_the_last_scan_back(slow_desk):
    centre, page = slow_desk
    inside = [centre.a_dossier(), centre.a_dossier()]
    number = centre.a_parcel(*inside, direction="to_centre")
    goes_to(page, "receive")
    scan(page, number)
    page.keyboard.press("F8")  # before the scan is answered

    expect(page.locator(".reading")).to_have_class("reading undone")
    assert tallied(page) == ["0", "0", "0"]
    assert [centre.stage(code) for code in inside] == ["sealed", "sealed"]
    assert centre.differences() == []
    centre.clock.pass_(minutes=1)
    scan(page, number)
    expect(page.locator(".tally .right dd")).to_have_text("1")
    assert [centre.stage(code) for code in inside] == ["at_centre", "at_centre"]


def test_what_was_not_answered_is_sent_again_and_done_once(slow_desk):
    centre, page = slow_desk
    first, second = returning(centre, 2)
    goes_to(page, "receive")
    tries = []

    def cut(route):
        tries.append(route.request.post_data)
        if len(tries) == 1:
            route.fetch()  # it is done, but the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/desk/station/receive", cut)
    scan(page, first)
    scan(page, second)
    expect(page.locator(".away")).to_be_visible()
    expect(page.locator(".reading .code")).to_have_text([second, first])
    expect(page.locator(".away")).to_be_hidden()
    assert tallied(page) == ["2", "0", "0"]
    assert tries[0] == tries[1]


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("mode", ["receive", "handover", "seal"])
def test_what_is_scanned_on_a_locked_desk_waits_for_the_password(slow_desk, mode):
    centre, page = slow_desk
    wanted = readings(centre, mode, 5)
    goes_to(page, mode)
    choose_carrier(page, mode)
    scan(page, wanted[0])
    expect(page.locator(".reading .code")).to_have_text(wanted[:1])
    centre.clock.pass_(minutes=30)
    for text in wanted[1:4]:
        scan(page, text)
    expect(page.locator(".locked")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-sounded", "wrong")
    expect(page.locator(".sending")).to_contain_text("3")

    with page.context.expect_page() as beside:
        page.get_by_role("link", name="Mở khóa").click()
    beside.value.get_by_label("Mật khẩu").fill(PASSWORD)
    press(beside.value, "Làm tiếp")
    beside.value.close()
    page.bring_to_front()
    page.get_by_label("Mã đã quét").focus()
    scan(page, wanted[4])

    expect(page.locator(".reading .code")).to_have_text(wanted[::-1])
    expect(page.locator(".locked")).to_be_hidden()
    assert tallied(page)[:3] == ["5", "0", "0"]


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("mode", ["receive", "handover", "seal"])
def test_what_is_scanned_after_the_session_ended_goes_on_once_the_same_person_signed_in(
    slow_desk, visitor, mode
):
    centre, page = slow_desk
    visitor("minh")
    wanted = readings(centre, mode, 4)
    goes_to(page, mode)
    choose_carrier(page, mode)
    scan(page, wanted[0])
    expect(page.locator(".reading .code")).to_have_text(wanted[:1])
    centre.database.write_now(end_all_sessions)
    for text in wanted[1:3]:
        scan(page, text)
    expect(page.locator(".ended")).to_be_visible()
    expect(page.locator(".ended")).to_contain_text("Lan đăng nhập lại")

    for who in ("minh", "lan"):  # as another person nothing is sent
        beside = page.context.new_page()
        beside.goto(re.sub(r"/desk.*", "/desk/sign-in", page.url))
        sign_in(beside, who)
        beside.wait_for_url(re.compile("/desk$"))
        if who == "minh":
            page.bring_to_front()
            page.get_by_label("Mã đã quét").focus()
            expect(page.locator(".sending")).to_contain_text("2")
            press_sign_out(beside)
        beside.close()
    page.bring_to_front()
    scan(page, wanted[3])

    expect(page.locator(".reading .code")).to_have_text(wanted[::-1])
    expect(page.locator(".ended")).to_be_hidden()
    assert tallied(page)[:3] == ["4", "0", "0"]


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("mode", ["receive", "handover", "seal"])
def test_what_one_person_scans_is_not_sent_while_another_is_signed_in(slow_desk, visitor, mode):
    centre, page = slow_desk
    visitor("minh")
    wanted = readings(centre, mode, 4)
    goes_to(page, mode)
    choose_carrier(page, mode)
    scan(page, wanted[0])
    expect(page.locator(".reading .code")).to_have_text(wanted[:1])
    beside = page.context.new_page()
    beside.goto(re.sub(r"/desk.*", "/desk", page.url))
    takes_over(beside, "minh")
    page.bring_to_front()
    page.get_by_label("Mã đã quét").focus()
    for text in wanted[1:3]:
        scan(page, text)

    expect(page.locator(".others")).to_contain_text("Lan đăng nhập lại")
    expect(page.locator(".sending")).to_contain_text("2")
    takes_over(beside, "lan")
    beside.close()
    page.bring_to_front()
    scan(page, wanted[3])
    expect(page.locator(".reading .code")).to_have_text(wanted[::-1])
    expect(page.locator(".others")).to_be_hidden()
    assert tallied(page)[:3] == ["4", "0", "0"]


def takes_over(page, who):
    press_sign_out(page)
    sign_in(page, who)
    page.wait_for_url(re.compile("/desk$"))


def end_all_sessions(session):
    session.exec(delete(StaffSession))


def press_sign_out(page):
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_label("Tên đăng nhập").wait_for()


def test_without_script_each_line_has_its_answer(lan, centre):
    first, second = returning(centre, 2)
    lines = f"{first}\r\n\r\n{second}\r\n{first}\r\nHELLO12345"
    page = lan.sends("/desk/station/receive", {"lines": lines, "form_id": "pile"}).text

    rows = re.findall(r'<li class="reading (\w+)".*?</li>', page.partition("<template")[0], re.S)
    assert rows == ["wrong", "double", "right", "right"]
    assert "Dòng 4, trùng dòng 1" in page
    assert "Dòng 5" in page
    assert "HELLO12345" not in page
    again = lan.sends("/desk/station/receive", {"lines": lines, "form_id": "pile"}).text
    assert again.count('class="reading right"') == 2


def test_without_script_a_line_can_be_taken_back(lan, centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code, direction="to_centre")
    page = lan.sends("/desk/station/receive", {"lines": number}).text
    entries = re.search(r'name="entries" value="([\d,]+)"', page)[1]
    told = lan.sends("/desk/station/undo", {"mode": "receive", "entries": entries}).text

    assert "Đã hoàn tác lượt quét này." in told
    assert centre.stage(code) == "sealed"
    again = lan.sends("/desk/station/undo", {"mode": "receive", "entries": entries}).text
    assert "Nội dung này đã được hủy." in again


def readings(centre: Centre, mode: str, count: int) -> list[str]:
    """Return what is scanned in this mode: as many different codes."""
    if mode == "receive":
        return returning(centre, count)
    if mode == "handover":
        return [centre.a_parcel() for _ in range(count)]
    codes = [centre.a_dossier() for _ in range(count)]
    if mode == "seal":  # every fifth is the label of the parcel that takes the four before it
        codes[4::5] = [make_s10("EE", 12_345_000 + n, "VN") for n in range(len(codes[4::5]))]
    return codes


EACH_MODE = pytest.mark.parametrize("mode", ["receive", "lookup", "shelf", "handover", "seal"])


@pytest.mark.slow
@pytest.mark.one_in(2)
@pytest.mark.timeout(400)
@EACH_MODE
def test_of_two_hundred_scans_none_is_lost_and_none_is_doubled(slow_desk, mode, share):
    centre, page = slow_desk
    many = share.of(200, part=4)
    wanted = readings(centre, mode, many)
    goes_to(page, mode)
    choose_carrier(page, mode)
    for text in wanted:
        scan(page, text)
        page.wait_for_timeout(BETWEEN_SCANS)
    expect(page.locator(".reading .code")).to_have_text(wanted[::-1])
    assert tallied(page)[:3] == [str(many), "0", "0"]
    if mode in ("shelf", "handover"):
        page.get_by_role("button", name="Đối chiếu").click()
        expect(page.locator(".compared")).to_contain_text("Không thiếu gì so với sổ.")
        assert tallied(page)[:3] == [str(many), "0", "0"]


def choose_carrier(page: Page, mode: str) -> None:
    if mode in ("seal", "handover"):
        name = "by_hand" if mode == "seal" else "rehearsal"
        page.get_by_label("Đơn vị bưu chính").select_option(name)


@pytest.mark.slow
@pytest.mark.one_in(2)
@pytest.mark.timeout(400)
@EACH_MODE
def test_two_hundred_scans_without_script_are_one_form(browser, centre, mode, share):
    quiet = {"java_script_enabled": False, "locale": "vi-VN"}
    employ(centre, "lan")
    many = share.of(200, part=4)
    wanted = readings(centre, mode, many)
    with serving(centre, slow) as address, browser.new_context(**quiet) as alone:
        page = alone.new_page()
        page.goto(f"{address}/desk")
        sign_in(page, "lan")
        page.wait_for_url(re.compile("/desk$"))
        page.goto(f"{address}/desk/station/{mode}")
        choose_carrier(page, mode)
        page.get_by_label("Mã đã quét").focus()
        for text in wanted:
            scan(page, text)
        page.locator(".station button.button").click(timeout=60_000)
        expect(page.locator(".reading .code")).to_have_text(wanted[::-1])
        assert tallied(page)[:3] == [str(many), "0", "0"]


@pytest.mark.slow
def test_a_scan_is_answered_before_the_next_paper_is_in_hand(desk, served):
    numbers = returning(served.centre, 40)
    goes_to(desk, "receive")
    waits = []
    for place, number in enumerate(numbers, 1):
        desk.keyboard.type(number)
        desk.evaluate(_WATCH)
        desk.keyboard.press("Enter")
        expect(desk.locator(".reading")).to_have_count(place)
        waits.append(desk.evaluate("window.answered - window.pressed"))
    assert statistics.median(waits) < 150


_WATCH = """
  addEventListener("keydown", () => (window.pressed = performance.now()), { once: true });
  document.addEventListener(
    "reading", () => (window.answered = performance.now()), { once: true });
"""


def test_a_shelf_is_compared_with_the_record_and_nothing_is_changed(slow_desk):
    centre, page = slow_desk
    here, missing, gone = centre.a_dossier(), centre.a_dossier(), centre.a_dossier()
    centre.a_parcel(gone)
    goes_to(page, "shelf")
    for code in (here, gone, here):
        scan(page, code)
        page.wait_for_timeout(BETWEEN_SCANS)
    page.get_by_role("button", name="Đối chiếu").click()  # before all are answered

    expect(page.locator(".missing li")).to_have_text([missing])
    assert tallied(page) == ["1", "1", "1", "2"]
    expect(page.locator(".reading.wrong")).to_contain_text("Sổ không ghi hồ sơ này ở đây")
    expect(page.locator(".reading.double")).to_contain_text("Dòng 3, trùng dòng 1")
    assert [centre.stage(c) for c in (here, missing, gone)] == [
        "with_office",
        "with_office",
        "sealed",
    ]


def test_a_list_has_exactly_what_was_scanned(slow_desk):
    centre, page = slow_desk
    scanned, left = centre.a_parcel(), centre.a_parcel()
    others = centre.a_parcel(carrier="by_hand", tracking_number="EE123456785VN")
    goes_to(page, "handover")
    page.get_by_label("Đơn vị bưu chính").select_option("rehearsal")
    for number in (others, scanned, left):
        scan(page, number)
    expect(page.locator(".reading")).to_have_count(3)
    page.keyboard.press("F8")  # this one stays here
    expect(page.locator(".last-reading")).to_contain_text("Đã hoàn tác")
    page.get_by_role("button", name="Đối chiếu").click()

    expect(page.locator(".missing li")).to_have_text([left])
    expect(page.locator(".reading.wrong")).to_contain_text("thuộc đơn vị bưu chính khác")
    page.get_by_role("button", name="Lập bảng kê 1 bưu gửi đã quét").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lập bảng kê")
    expect(page.locator("tbody th")).to_have_text([scanned])


def test_a_label_closes_the_parcel_and_the_next_dossier_begins_another(slow_desk):
    centre, page = slow_desk
    codes = [centre.a_dossier() for _ in range(3)]
    goes_to(page, "seal")
    page.get_by_label("Đơn vị bưu chính").select_option("by_hand")
    for text in (codes[0], codes[0], codes[1], "EE123456785VN", codes[2], "EE123456799VN"):
        scan(page, text)
        page.wait_for_timeout(BETWEEN_SCANS)

    expect(page.locator(".reading")).to_have_count(6)
    assert tallied(page) == ["5", "1", "0"]
    assert centre.get("/parcels/EE123456785VN").json()["dossiers"] == codes[:2]
    assert centre.get("/parcels/EE123456799VN").json()["dossiers"] == codes[2:]


def test_without_script_parcels_are_sealed_by_their_labels(lan, centre):
    codes = [centre.a_dossier() for _ in range(3)]
    lines = "\n".join([codes[0], codes[1], "EE123456785VN", "EE123456785VN", codes[2]])
    fields = {"lines": lines, "carrier": "by_hand", "direction": "to_authority"}
    page = lan.sends("/desk/station/seal", fields).text

    rows = re.findall(r'<li class="reading (\w+)"', page.partition("<template")[0])
    assert rows == ["right", "double", "right", "right", "right"]
    assert "1 hồ sơ chưa có nhãn bưu gửi" in page
    assert f">\n{codes[2]}</textarea>" in page
    assert centre.get("/parcels/EE123456785VN").json()["dossiers"] == codes[:2]


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("Enter", "Máy quét và bàn phím hoạt động tốt."),
        ("Tab", "Máy quét gửi Tab sau mã."),
        ("", "Máy quét không gửi Enter sau mã."),
    ],
)
def test_a_scanner_is_tested_by_a_code_that_the_page_shows(desk, served, ends, told):
    goes_to(desk, "test")
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.type(shown_code(desk), delay=A_KEY)
    if ends:
        desk.keyboard.press(ends)

    expect(desk.locator(".found")).to_contain_text(told)


def shown_code(page: Page) -> str:
    """Read the bars from the screen, as a scanner does."""
    page.locator(".check-code").wait_for()
    picture = Image.open(BytesIO(page.locator(".check-code").screenshot()))
    return zxingcpp.read_barcodes(picture)[0].text


def test_nobody_takes_back_what_another_did(lan, visitor, centre):
    """Nor what was no scan: a registration stays."""
    code = centre.a_dossier()
    number = centre.a_parcel(code, direction="to_centre")
    centre.post("/scans", {"code": number, "act": "received_back"})  # by another's key
    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
    for entry in (one["entry"] for one in timeline):
        told = lan.sends("/desk/station/undo", {"mode": "receive", "entries": f"{entry}"}).text
        assert "Không có gì để hoàn tác ở đây." in told
    assert centre.stage(code) == "at_centre"


def test_more_lines_than_are_compared_at_a_time_are_refused(lan):
    page = lan.sends("/desk/station/shelf", {"lines": "H49.12-261123-0001\n" * 2001})

    assert page.status_code == 422
    assert "Mỗi lần tối đa 2000 dòng" in page.text
    fewer = lan.sends("/desk/station/shelf", {"lines": "H49.12-261123-0001\n" * 2000})
    assert fewer.status_code == 200


def test_an_unknown_way_of_scanning_is_not_there(lan):
    assert lan.opens("/desk/station/burn").status_code == 404
    assert lan.opens("/desk/station?mode=shelf").headers["location"] == "/desk/station/shelf"


def test_what_a_keyboard_changed_is_not_recorded_but_named(lan, centre):
    number = "EE123456785VN"
    centre.a_parcel(carrier="by_hand", tracking_number=number, direction="to_centre")
    typed = Unikey("telex").type(number)
    page = lan.sends("/desk/station/receive", {"lines": typed}).text

    assert 'class="reading wrong"' in page.partition("<template")[0]
    assert "Bàn phím đã làm biến dạng mã quét" in page
    assert centre.get(f"/parcels/{number}").json()["milestone"] == "announced"
