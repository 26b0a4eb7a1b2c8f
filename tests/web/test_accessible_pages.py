"""Everybody can use every page: with a screen reader, a keyboard, a small window."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import Served, press, sign_in


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
    reports = (
        "locations",
        "overdue",
        "unaccepted",
        "silent",
        "punctuality",
        "found-by-poll",
        "to-collect",
    )
    return {
        "": ["/", "/desk/sign-in", "/courier/sign-in", "/nowhere"],
        "lan": [
            "/desk",
            "/desk/dossiers",
            "/desk/dossiers/new",
            *[f"/desk/dossiers/{code}" for code in codes],
            f"/desk/dossiers/{codes[0]}/cancel",
            f"/desk/dossiers/{codes[2]}/correct",
            struck,
            "/desk/password",
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
        "tuan": ["/courier", "/courier/password", f"/courier/{gone}", "/courier/EB999999999VN"],
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
@pytest.mark.parametrize("who", ["", pytest.param("lan", marks=pytest.mark.slow), "tuan"])
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
