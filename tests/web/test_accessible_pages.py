"""Everybody can use every page: with a screen reader, a keyboard, a small window."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import press, sign_in
from tests.web.furnishing import furnished
from tests.web.usable import faults_of_access


def faults_in_the_dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = faults_of_access(page, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.one_in(4)
@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "who",
    ["", *(pytest.param(who, marks=pytest.mark.slow) for who in ("lan", "minh", "quan")), "tuan"],
)
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
        assert faults_in_the_dark(page) == []
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        assert " – " in page.title()


def test_faults_are_shown_to_everybody(served, desk):
    desk.goto(f"{served.address}/desk/dossiers/new")
    desk.get_by_label("Số điện thoại").fill("12")
    press(desk, "Tiếp nhận")

    expect(desk.get_by_label("Họ và tên")).to_have_attribute("aria-invalid", "true")
    assert faults_of_access(desk) == []
    assert faults_in_the_dark(desk) == []


def test_the_citizens_answer_can_be_used_by_everybody(served, watched, page):
    code = served.centre.a_dossier()
    page.goto(served.address)
    page.get_by_label("Mã tra cứu hoặc mã hồ sơ").fill(code)
    page.get_by_label("4 số cuối của số điện thoại").fill("5678")
    press(page, "Xem hồ sơ")

    assert faults_of_access(page) == []


COVERED = """[...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((one) => one.checkVisibility() && !one.closest(".unseen, .skip, [tabindex='-1']"))
  .filter((one) => {
    one.scrollIntoView({ block: "center", inline: "center" });
    const { x, y, width, height } = one.getClientRects()[0] ?? {};
    const there = document.elementFromPoint(x + width / 2, y + height / 2);
    return width && !(one.contains(there) || there?.contains(one));
  }).map((one) => one.outerHTML.slice(0, 120))"""


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
        assert page.locator("main").bounding_box()["y"] <= 240, f"{address}: a head without a page"
        assert page.evaluate(COVERED) == [], f"{address}: something lies over it"
