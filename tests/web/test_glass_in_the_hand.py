"""A courier's telephone and the desk's screen: a list is counted, signed, and brought back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.centre import Centre
from tests.web.conftest import employ, press, sign_in
from tests.web.phones import PHONE, comes_in
from tests.web.serving import serving
from tests.web.usable import faults_of_access


@pytest.fixture
def address(centre: Centre) -> Iterator[str]:
    centre.clock.pass_(seconds=(datetime.now(UTC) - centre.clock()).total_seconds())
    for who in ("lan", "tuan"):
        employ(centre, who)
    with serving(centre, lambda app: app) as base:
        yield base


def counts(page: Page, number: str) -> None:
    page.get_by_label("Số hiệu bưu gửi").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name=number)).to_be_checked()


def milestone(centre: Centre, number: str) -> str:
    return str(centre.get(f"/parcels/{number}").json()["milestone"])


def test_a_list_is_counted_by_telephone_signed_at_the_desk_and_comes_back(
    centre: Centre,
    address: str,
    browser: Browser,
    page: Page,
    context: BrowserContext,
    watched: list[str],
) -> None:
    here, missing = centre.a_parcel(), centre.a_parcel()
    body = {"carrier": "rehearsal", "parcels": [here, missing]}
    number = centre.post("/handovers", body).json()["number"]
    page.set_viewport_size(PHONE)
    comes_in(page, address, "tuan")
    context.set_offline(True)
    page.get_by_label("Số hiệu bưu gửi").fill(number)
    page.keyboard.press("Enter")
    expect(page.locator(".finding p.fault")).to_contain_text("cần có mạng")
    context.set_offline(False)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/courier/lists/{number}$"))
    assert faults_of_access(page) == []
    counts(page, here)
    press(page, "Ký nhận bưu gửi đã đánh dấu")
    expect(page.locator(".counting .notice")).to_contain_text(missing)
    press(page, "Đúng vậy, ký nhận phần còn lại")
    expect(page.get_by_role("main")).to_contain_text("chờ quầy xác nhận")

    desk = browser.new_context(locale="vi-VN").new_page()
    desk.goto(f"{address}/desk/handovers/{number}")
    sign_in(desk, "lan")
    press(desk, "Xác nhận đã giao 1 bưu gửi")
    expect(desk.get_by_role("main")).to_contain_text("Tuấn đã ký nhận 1 bưu gửi")
    assert [milestone(centre, one) for one in (here, missing)] == ["handed_over", "announced"]

    page.goto(f"{address}/courier/lists")
    counts(page, here)
    press(page, "Giao lại bưu gửi đã đánh dấu")
    page.wait_for_url(re.compile("/courier/lists/BK-"))
    expect(page.locator("svg.qr")).to_be_visible()
    desk.goto(page.url.replace("/courier/lists", "/desk/handovers"))
    counts(desk, here)
    press(desk, "Ký nhận bưu gửi đã đánh dấu")
    expect(desk.get_by_role("main")).to_contain_text("Lan đã ký nhận 1 bưu gửi")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Lan đã ký nhận 1 bưu gửi")
    assert milestone(centre, here) == "returned"
    desk.context.close()
