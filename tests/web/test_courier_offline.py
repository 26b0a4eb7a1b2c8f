"""A courier's telephone in a real browser: what is noted without a network is kept and sent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.centre import Centre
from tests.web.conftest import PASSWORD, employ, press, sign_in
from tests.web.phones import PHONE, Line, comes_in, notes, scan, told, until_sent
from tests.web.serving import serving
from tests.web.usable import faults_of_access


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def address(centre: Centre, line: Line) -> Iterator[str]:
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    for who in ("lan", "tuan", "binh"):
        employ(centre, who)
    with serving(centre, line.around) as base:
        yield base


@pytest.fixture
def phone(address: str, page: Page, watched: list[str]) -> Page:
    page.set_viewport_size(PHONE)
    comes_in(page, address, "tuan")
    return page


def test_what_is_noted_without_a_network_is_sent_in_order_when_it_returns(
    centre: Centre, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    context.set_offline(True)
    notes(phone, number, "Bưu chính đã nhận")
    notes(phone, number, "Đang đi phát")
    expect(phone.locator(".queue .waiting .number")).to_have_text("2")
    phone.reload()
    expect(phone.locator(".queue .waiting .number")).to_have_text("2")
    notes(phone, number, "Đã phát", "Bấm lần nữa để xác nhận: Đã phát")
    assert told(centre, number) == ["announced"]

    context.set_offline(False)
    until_sent(phone)

    assert told(centre, number) == ["announced", "accepted", "out_for_delivery", "delivered"]
    assert centre.differences() == []


def test_an_answer_that_was_lost_makes_nothing_double(
    centre: Centre, phone: Page, line: Line
) -> None:
    number = centre.a_parcel()
    line.swallows = 2
    notes(phone, number)
    until_sent(phone)

    assert told(centre, number) == ["announced", "accepted"]
    assert line.swallows == 0
    assert phone.locator("ul.refused li").count() == 0


def test_a_clock_that_is_a_day_fast_is_put_right_and_said(
    centre: Centre, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    phone.add_init_script("const real = Date.now; Date.now = () => real() + 86_400_000;")
    phone.reload()
    notes(phone, number)
    until_sent(phone)

    # The server's clock is known to a second: it may stand before what was done a moment earlier.
    events = centre.get(f"/parcels/{number}").json()["events"]
    (at,) = (event["happened_at"] for event in events if event["milestone"] == "accepted")
    off = datetime.fromisoformat(at) - datetime.now(UTC)
    assert abs(off.total_seconds()) < 120


def test_what_the_server_refuses_stays_until_it_was_seen(centre: Centre, phone: Page) -> None:
    number = centre.a_parcel()
    scan(phone, number)
    phone.get_by_text("Thêm nơi, giờ, ghi chú").click()
    phone.get_by_label("Xảy ra lúc").fill("2027-12-31T08:00")
    phone.get_by_role("button", name="Bưu chính đã nhận").click()
    refusal = phone.locator("ul.refused li")
    expect(refusal).to_contain_text("Thời điểm này chưa tới")
    phone.reload()
    expect(refusal).to_contain_text(number)

    press(phone, "Đã xem, bỏ tin này")

    expect(refusal).to_have_count(0)
    assert told(centre, number) == ["announced"]


def test_nobody_signs_out_over_what_waits_and_nobody_else_sends_it(
    centre: Centre, address: str, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    context.set_offline(True)
    notes(phone, number)
    phone.get_by_role("button", name="Đăng xuất").click()
    expect(phone.locator(".queue .keeps-you")).to_be_visible()
    context.clear_cookies()
    context.set_offline(False)
    comes_in(phone, address, "binh")
    expect(phone.locator(".queue .others .number")).to_have_text("1")
    assert told(centre, number) == ["announced"]

    phone.get_by_role("button", name="Đăng xuất").click()
    phone.wait_for_url(re.compile("sign-in"))
    comes_in(phone, address, "tuan")
    until_sent(phone)

    assert told(centre, number) == ["announced", "accepted"]
    by = centre.get(f"/parcels/{number}").json()["events"][-1]
    assert by["source"] == "courier"


def test_who_signs_out_of_the_desk_there_throws_nothing_of_a_courier_away(
    centre: Centre, address: str, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    context.set_offline(True)
    notes(phone, number)
    context.set_offline(False)
    context.clear_cookies(name="sid")
    phone.goto(f"{address}/desk/sign-in")
    sign_in(phone, "lan")
    phone.wait_for_url(re.compile("/desk$"))
    phone.get_by_role("button", name="Đăng xuất").click()
    comes_in(phone, address, "tuan")
    until_sent(phone)

    assert told(centre, number) == ["announced", "accepted"]


def test_a_number_with_a_wrong_check_digit_is_told_at_once(centre: Centre, phone: Page) -> None:
    number = centre.a_parcel()
    wrong = number[:10] + str((int(number[10]) + 1) % 10) + number[11:]
    scan(phone, wrong)
    expect(phone.locator("form.finding [role=alert]")).to_contain_text("sai số kiểm tra")
    scan(phone, number)
    expect(phone.locator("form.noting h2")).to_have_text(number)


def test_what_ends_a_journey_is_said_twice(centre: Centre, phone: Page) -> None:
    number = centre.a_parcel()
    scan(phone, number)
    press(phone, "Đã phát")
    assert told(centre, number) == ["announced"]
    press(phone, "Bấm lần nữa để xác nhận: Đã phát")
    until_sent(phone)

    assert told(centre, number)[-1] == "delivered"


def test_what_was_noted_by_mistake_is_taken_back_before_and_after_it_was_sent(
    centre: Centre, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    notes(phone, number)
    until_sent(phone)
    press(phone, "Hoàn tác")
    expect(phone.locator(".queue .undone")).to_contain_text(number)
    context.set_offline(True)
    notes(phone, number, "Đang đi phát")
    press(phone, "Hoàn tác")
    expect(phone.locator(".queue .undone")).to_contain_text(number)
    context.set_offline(False)
    until_sent(phone)

    events = centre.get(f"/parcels/{number}").json()["events"]
    assert [(e["milestone"], e["struck_out"]) for e in events] == [
        ("announced", False),
        ("accepted", True),
    ]
    assert centre.differences() == []


def test_after_two_minutes_only_the_office_corrects_it(centre: Centre, phone: Page) -> None:
    number = centre.a_parcel()
    notes(phone, number)
    until_sent(phone)
    centre.clock.pass_(minutes=3)
    press(phone, "Hoàn tác")

    expect(phone.locator(".queue .not-undone")).to_be_visible()
    assert not centre.get(f"/parcels/{number}").json()["events"][-1]["struck_out"]


SMALL = """[...document.querySelectorAll("main :is(a, button, input, label, summary)")]
  .filter((one) => one.checkVisibility() && !one.matches(".unseen, [type=radio], h2 *"))
  .filter((one) => !one.matches(".field > label:first-child"))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 48)"""


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_each_step_is_for_one_thumb_in_the_sun(centre: Centre, phone: Page, colours: str) -> None:
    phone.set_viewport_size({"width": 320, "height": 700})
    phone.emulate_media(color_scheme=colours)
    number = centre.a_parcel()
    notes(phone, number)
    until_sent(phone)
    phone.reload()
    seen = [phone.evaluate(SMALL), faults_of_access(phone)]
    phone.locator(".carried a.code").first.click()
    phone.get_by_text("Thêm nơi, giờ, ghi chú").click()
    seen += [phone.evaluate(SMALL), faults_of_access(phone)]
    if colours == "light":
        contrast = {"runOnly": ["color-contrast", "color-contrast-enhanced"]}
        contrast["rules"] = {"color-contrast-enhanced": {"enabled": True}}
        seen += [faults_of_access(phone, **contrast)]

    assert seen == [[]] * len(seen)


@pytest.mark.parametrize("path", ["/courier/manifest.webmanifest", "/courier/sw.js"])
def test_what_makes_it_installable_is_there_for_anybody(centre: Centre, path: str) -> None:
    answer = centre.client.get(path)

    assert answer.status_code == 200
    assert "personal" not in answer.text
    assert PASSWORD not in answer.text
