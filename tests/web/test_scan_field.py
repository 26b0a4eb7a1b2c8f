"""The scan field in a real browser: it has the focus, and no scan is lost while one is answered."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.centre import Centre
from tests.unikey import Unikey
from tests.web.conftest import employ, sign_in
from tests.web.furnishing import furnished
from tests.web.serving import serving

FIELD = "Quét hoặc gõ một mã"
A_KEY = 8
"""Milliseconds between the keys of a scanner."""
BETWEEN_SCANS = 120
AN_ANSWER = 0.3
"""Seconds."""
QUIET = 250
"""Milliseconds without a key after which a lone scan's page is opened."""


def slow(app: ASGIApp) -> ASGIApp:
    """A server that takes its time with scans."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path", "").endswith(("/scan", "/scans")):
            await asyncio.sleep(AN_ANSWER)
        await app(scope, receive, send)

    return answer


@pytest.fixture
def slow_desk(centre: Centre, page: Page, watched: list[str]) -> Iterator[tuple[Centre, Page]]:
    employ(centre, "lan")
    with serving(centre, slow) as address:
        page.goto(f"{address}/desk")
        sign_in(page, "lan")
        expect(page.get_by_label(FIELD)).to_be_focused()
        yield centre, page


def scan(page: Page, code: str) -> None:
    page.keyboard.type(code, delay=A_KEY)
    page.keyboard.press("Enter")


def scanned_in_one_go(page: Page, texts) -> bool:
    """Scan them; tell whether no key came so late that the scanner seemed to be put down.

    On a busy machine it may: then the first code's page opens, as it should.
    """
    page.evaluate(
        """() => { let last = Infinity; window.slowest = 0; addEventListener("keydown", () => {
            const now = performance.now();
            window.slowest = Math.max(window.slowest, now - last);
            last = now; }, true); }"""
    )
    for text in texts:
        scan(page, text)
        page.wait_for_timeout(BETWEEN_SCANS)
    page.wait_for_timeout(QUIET)
    return page.evaluate("window.slowest ?? Infinity") < QUIET


def test_no_scan_is_lost_while_another_is_answered(slow_desk):
    centre, page = slow_desk
    codes = [centre.a_dossier() for _ in range(2)]
    for _ in range(10):
        if scanned_in_one_go(page, (*codes, "001085012345||TRAN THI MAU|01021985")):
            break
        page.goto(page.url.partition("/desk")[0] + "/desk")

    expect(page.locator(".scans li")).to_have_text(
        [*codes, "Một mã không rõ: vui lòng quét lại riêng mã đó."]
    )
    assert "MAU" not in page.content()
    expect(page.get_by_label(FIELD)).to_have_value("")
    page.locator(".scans a").nth(1).click()
    expect(page.locator("h1")).to_have_text(codes[1])


@pytest.mark.slow
def test_a_scan_opens_what_it_is_wherever_it_begins(slow_desk):
    centre, page = slow_desk
    code, number = centre.a_dossier(), "EE123456785VN"
    centre.a_parcel(code, carrier="by_hand", tracking_number=number)
    page.keyboard.type(code[:9], delay=A_KEY)
    page.goto(page.url.replace("/desk", "/desk/handovers"))  # the page changes in its midst
    scan(page, code[9:])
    expect(page.locator("h1")).to_have_text(code)
    assert page.evaluate("sessionStorage.length") == 0

    page.evaluate("document.activeElement.blur()")
    page.keyboard.type(number[:5], delay=A_KEY)
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.get_by_label(FIELD).fill(Unikey("telex").type(number))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(number)
    expect(page.get_by_role("status")).to_contain_text("Bàn phím làm biến dạng mã quét")


@pytest.mark.parametrize(
    ("address", "focused"),
    [
        ("/desk", "f-code"),
        ("/desk/dossiers", "scan"),
        ("/desk/dossiers?stage=sealed", "scan"),
        ("/desk/dossiers/{code}", "scan"),
        ("/desk/parcels/{number}", "scan"),
        ("/desk/handovers", "scan"),
        ("/desk/messages", "scan"),
        ("/desk/reports/overdue", "scan"),
        ("/desk/dossiers/new", "f-procedure"),
        ("/desk/parcels/new", "f-dossiers"),
        ("/desk/dossiers/{code}/cancel", "f-note"),
        ("/desk/dossiers/{code}/acts/extend", "f-reason"),
        ("/desk/dossiers/{code}/acts/request_payment", "f-amount_vnd"),
        ("/desk/dossiers/{code}/acts/receive_supplement", "f-at"),
        ("/desk/dossiers/{code}/correct", "f-applicant-phone"),
        ("/desk/password", "f-old_password"),
        ("/desk/station/receive", "f-lines"),
        ("/desk/station/test", "f-typed"),
        ("/desk/sign-in", "f-username"),
    ],
)
def test_the_scan_field_has_the_focus_where_no_other_field_must(lan, centre, address, focused):
    code = centre.a_dossier()
    number = centre.a_parcel(centre.a_dossier())
    page = lan.opens(address.format(code=code, number=number)).text

    first = re.search(r"<(?:input|select|textarea)[^>]*\sautofocus[^>]*>", page)
    assert f'id="{focused}"' in first[0]


FIRST_FIELD = {
    "/denunciations/new": ("f-name",),
    "/entry": ("f-sheet",),
    "/courier-devices": ("f-name",),
    "/feedback": ("f-text", "scan"),  # a list, or what is only looked at
    "/new": ("f-procedure", "f-dossiers"),
    "/cancel": ("f-note",),
    "/strike-out/": ("f-note",),
    "/acts/request_supplement": ("f-missing",),
    "/acts/receive_supplement": ("nowhere",),  # a date has the focus, and takes no letter
    "/acts/request_payment": ("f-amount_vnd",),
    "/acts/receive_payment": ("f-amount_vnd",),
    "/acts/": ("f-reason",),
    "/correct": ("f-applicant-phone",),
    "/station/test": ("f-typed",),
    "/station/": ("f-lines",),
    "/password": ("f-old_password",),
    "/sign-in": ("f-username",),
    "/desk/handovers/BK-": ("f-signed_by", "scan"),  # signed already, it is only looked at
}
"""Where something is to be filled in; on all other pages the next key belongs to the scan field."""


@pytest.mark.slow
def test_the_next_key_lands_in_the_first_field_of_a_form_or_else_in_the_scan_field(
    served, page, watched
):
    pages = furnished(served)["lan"]
    page.goto(f"{served.address}/desk/sign-in")
    focused = {"/desk/sign-in": key_lands_in(page)}
    sign_in(page, "lan")
    page.wait_for_url(re.compile("/desk$"))
    for address in pages:
        page.goto(served.address + address)
        focused[address] = key_lands_in(page)

    assert len(focused) > 25
    for address, field in focused.items():
        form = next((ids for part, ids in FIRST_FIELD.items() if part in address), ())
        assert field in (form or ("scan", "f-code")), address
    assert {field for field in focused.values() if field not in ("scan", "f-code")} == {
        field for fields in FIRST_FIELD.values() for field in fields if field != "scan"
    }


def key_lands_in(page: Page) -> str:
    """Press a key on a page just drawn; return the id of the field that took it."""
    page.evaluate(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    page.keyboard.type("m")
    return page.evaluate(
        "(f => f.matches('select') || (f.value || '').includes('m') ? f.id : 'nowhere')"
        "(document.activeElement)"
    )


def test_after_a_fault_the_fault_has_the_focus(lan):
    page = lan.sends("/desk/dossiers/new", {"applicant.name": ""}).text

    assert re.findall(r"<(\w+)[^>]*\sautofocus", page) == ["div"]
