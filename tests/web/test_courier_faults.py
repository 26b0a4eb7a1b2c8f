"""What befalls a telephone: a second one, a poor network, a full disk, three days without it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.centre import Centre
from tests.web.conftest import A_WHILE, employ, sign_in
from tests.web.phones import PHONE, comes_in, notes, scan, told, until_sent
from tests.web.serving import serving

DAYS = timedelta(hours=72)

AN_EARLIER_CLOCK = f"""if (localStorage.early) {{
  const real = Date.now;
  Date.now = () => real() - {DAYS // timedelta(milliseconds=1)};
}}"""


def goes_by(centre: Centre, when: datetime) -> None:
    centre.clock.pass_(seconds=(when - centre.clock()).total_seconds())


class Cut:
    """The way to the server, which may break off in the middle of the page."""

    def __init__(self) -> None:
        self.is_on = False

    def around(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def half(message: Message) -> None:
                body = message.get("body", b"")
                await send({**message, "body": body[: len(body) // 2], "more_body": True})

            is_cut = self.is_on and scope.get("path") == "/courier"
            await app(scope, receive, half if is_cut else send)

        return answer


@pytest.fixture
def cut() -> Cut:
    return Cut()


@pytest.fixture
def address(centre: Centre, cut: Cut) -> Iterator[str]:
    goes_by(centre, datetime.now(UTC))
    employ(centre, "tuan")
    with serving(centre, cut.around) as base:
        yield base


@pytest.fixture
def phone(address: str, page: Page, watched: list[str]) -> Page:
    page.set_viewport_size(PHONE)
    comes_in(page, address, "tuan")
    return page


def test_two_telephones_of_one_person_lose_and_double_nothing(
    centre: Centre,
    address: str,
    phone: Page,
    context: BrowserContext,
    browser: Browser,
    browser_context_args: dict[str, object],
) -> None:
    number = centre.a_parcel()
    other = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
    other.set_default_timeout(A_WHILE)
    second = other.new_page()
    comes_in(second, address, "tuan")
    for one in (context, other):
        one.set_offline(True)
    notes(phone, number, "Bưu chính đã nhận")
    notes(second, number, "Bưu chính đã nhận")
    notes(second, number, "Đang đi phát")
    notes(phone, number, "Đã phát", "Bấm lần nữa để xác nhận: Đã phát")
    for one, page in ((other, second), (context, phone)):
        one.set_offline(False)
        until_sent(page)
    refused = [page.locator("ul.refused li").count() for page in (phone, second)]
    other.close()

    assert told(centre, number) == [
        *("announced", "accepted", "accepted", "out_for_delivery", "delivered")
    ]
    assert refused == [0, 0]
    assert centre.differences() == []


def test_a_full_disk_is_said_and_loses_nothing(
    centre: Centre, phone: Page, context: BrowserContext
) -> None:
    number = centre.a_parcel()
    context.set_offline(True)
    notes(phone, number, "Bưu chính đã nhận")
    phone.evaluate(FULL)
    scan(phone, number)
    phone.get_by_text("Thêm nơi, giờ, ghi chú").click()
    phone.get_by_label("Nơi xảy ra").fill("BC Uông Bí")
    phone.get_by_role("button", name="Đang đi phát").click()
    expect(phone.locator(".queue .disk")).to_be_visible()
    expect(phone.locator("form.noting h2")).to_have_text(number)
    expect(phone.get_by_label("Nơi xảy ra")).to_have_value("BC Uông Bí")
    expect(phone.locator(".queue .waiting .number")).to_have_text("1")

    phone.evaluate("void (IDBObjectStore.prototype.add = theirs)")
    phone.get_by_role("button", name="Đang đi phát").click()
    expect(phone.locator(".queue .disk")).to_be_hidden()
    context.set_offline(False)
    until_sent(phone)
    assert told(centre, number) == ["announced", "accepted", "out_for_delivery"]


FULL = """() => {
  globalThis.theirs = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    const asked = theirs.apply(this, given);
    asked.transaction.abort();
    return asked;
  };
}"""
"""As a browser does that finds the disk full. Its own quota does not count what is so small."""


@pytest.mark.slow
def test_what_was_noted_three_days_ago_is_sent_in_order(
    centre: Centre, address: str, page: Page, context: BrowserContext, watched: list[str]
) -> None:
    now = datetime.now(UTC)
    goes_by(centre, now - DAYS)
    number = centre.a_parcel()
    page.set_viewport_size(PHONE)
    page.add_init_script(AN_EARLIER_CLOCK)
    comes_in(page, address, "tuan")
    context.set_offline(True)
    page.evaluate("localStorage.early = 'yes'")
    page.reload()
    for word in ("Bưu chính đã nhận", "Đang vận chuyển", "Đang đi phát"):
        notes(page, number, word)
    page.evaluate("localStorage.removeItem('early')")
    goes_by(centre, now)
    page.reload()
    expect(page.locator(".queue .waiting .number")).to_have_text("3")
    context.set_offline(False)
    expect(page.locator(".queue .shut-out")).to_be_visible()
    page.locator(".queue .shut-out a").click()
    sign_in(page, "tuan")
    until_sent(page)

    events = centre.get(f"/parcels/{number}").json()["events"][1:]
    assert [e["milestone"] for e in events] == ["accepted", "in_transit", "out_for_delivery"]
    times = [datetime.fromisoformat(e["happened_at"]) for e in events]
    assert all(abs(now - DAYS - time) < timedelta(minutes=5) for time in times)
    assert all(a < b for a, b in pairwise(times))
    assert centre.differences() == []


def test_a_page_that_came_by_halves_leaves_the_older_one(
    phone: Page, cut: Cut, context: BrowserContext
) -> None:
    cut.is_on = True
    phone.reload()
    cut.is_on = False
    context.set_offline(True)
    phone.reload()

    expect(phone.get_by_label("Số hiệu bưu gửi")).to_be_visible()


SLOW = {"latency": 700, "downloadThroughput": 6_000, "uploadThroughput": 3_000}
"""A telephone at the edge of its cell. Milliseconds, bytes a second."""


@pytest.mark.slow
def test_a_network_that_flaps_and_crawls_loses_and_doubles_nothing(
    centre: Centre, phone: Page, context: BrowserContext
) -> None:
    devtools = context.new_cdp_session(phone)
    devtools.send("Network.enable")
    number, noted = centre.a_parcel(), ["announced"]
    words = {"Đang vận chuyển": "in_transit", "Đang đi phát": "out_for_delivery"}
    for n in range(12):
        slow = {**SLOW, "offline": n % 3 == 1}
        devtools.send("Network.emulateNetworkConditions", slow)
        word = list(words)[n % 2]
        notes(phone, number, word)
        noted.append(words[word])
        phone.wait_for_timeout(150 * (n % 5))
    devtools.send("Network.emulateNetworkConditions", {**SLOW, "offline": False})
    phone.evaluate("dispatchEvent(new Event('online'))")
    until_sent(phone)

    assert told(centre, number) == noted
    assert phone.locator("ul.refused li").count() == 0
    assert centre.differences() == []
