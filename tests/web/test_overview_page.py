"""A month at a glance, as a page: pictures and tables say the same, each number opens."""

import html
import io
import re
from contextlib import closing
from xml.etree import ElementTree

import pypdfium2
import pytest

from tests.web.conftest import sign_in
from tests.web.drawing import CHARTS, timed_charts

OVERVIEW = "/desk/reports/overview"
SVG = "{http://www.w3.org/2000/svg}"
MM = 96 / 25.4
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def lived_in(centre):
    """Let some be late, some on time, one given back after a ride there and one back."""
    codes = [centre.a_dossier() for _ in range(3)]
    land = centre.a_dossier(procedure="DD-01", office="H49.12.01")
    there = centre.a_parcel(codes[0])
    for milestone in ("accepted", "delivered"):
        centre.clock.pass_(hours=24)
        centre.tell(centre.an_event(there, milestone))
    back = centre.a_parcel(codes[0], direction="to_centre")
    for milestone in ("accepted", "delivered"):
        centre.clock.pass_(hours=24)
        centre.tell(centre.an_event(back, milestone))
    centre.post(f"/dossiers/{codes[0]}/acts", {"act": "collected"})
    centre.clock.pass_(days=1)
    centre.post(f"/dossiers/{land}/acts", {"act": "result_ready"})
    return codes, land


@pytest.fixture
def month(centre):
    """A month that somebody lived in before the manager signs in."""
    lived_in(centre)


def sections(page):
    """Return each picture that has a table, with the table's text."""
    for section in re.findall(r'<section class="card".*?</section>', page, re.DOTALL):
        picture = re.search(r"<svg.*?</svg>", section, re.DOTALL)
        table = re.search(r"<table>.*?</table>", section, re.DOTALL)
        if picture and table:
            words = html.unescape(re.sub(r"<[^>]+>", " ", table[0]))
            yield ElementTree.fromstring(picture[0]), " ".join(words.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_picture_shows_the_numbers_of_its_table(month, minh, lang):
    shown = list(sections(minh.opens(f"{OVERVIEW}?lang={lang}").text))

    assert len(shown) == 9
    for picture, table in shown:
        figures = [
            text.text for text in picture.iter(f"{SVG}text") if "figure" in text.get("class")
        ]
        numbers = re.findall(r"\d+(?:[.,]\d+)*", " ".join(figures))
        assert numbers
        assert set(numbers) <= set(re.findall(r"\d+(?:[.,]\d+)*", table))


def test_the_pictures_are_drawn_at_once_when_the_figures_are_there(month, minh):
    with timed_charts() as took:
        minh.opens(OVERVIEW)

    assert min(took) < 10 * CHARTS  # others may be at work; exactly: `test_a_year`


def test_the_heading_tells_the_answer(month, minh):
    assert "Tháng 11/2026: giải quyết 2 hồ sơ, 100 % đúng hạn; còn 0 hồ sơ quá hạn" in " ".join(
        minh.opens(OVERVIEW).text.split()
    )


def test_each_number_opens_to_as_many_rows(month, minh):
    page = minh.opens(OVERVIEW).text
    links = re.findall(r'<a href="(/desk/reports/overview/behind[^"]*)">([\d.,]+)</a>', page)

    assert len(links) >= 20
    for address, number in set(links):
        behind = minh.opens(html.unescape(address)).text
        assert behind.count("<tr>") - 1 == int(number), address


def test_a_ward_sees_its_own_month_and_can_be_chosen(month, minh):
    chosen = minh.opens(f"{OVERVIEW}?office=H49.12.01").text

    assert '<option value="H49.12.01" selected>' in chosen
    assert "giải quyết 1 hồ sơ" in chosen
    assert "Phòng Cảnh sát giao thông" not in chosen


def test_a_month_without_dossiers_says_so_and_leads_on(centre, minh):
    page = minh.opens(f"{OVERVIEW}?month=2020-03").text

    assert "Tháng 03/2020 chưa có hồ sơ nào" in page
    assert f'href="{OVERVIEW}?month=2020-02&amp;office="' in page
    assert "<svg" not in page


@pytest.mark.parametrize("wrong", ["x", "2026-13", "0001-01"])
def test_what_is_no_month_is_refused(minh, wrong):
    assert minh.opens(f"{OVERVIEW}?month={wrong}").status_code == 422
    assert minh.opens(f"{OVERVIEW}/behind?figure=open&month={wrong}").status_code == 422


@pytest.mark.parametrize("figure", ["", "everything"])
def test_what_is_no_figure_is_refused(minh, figure):
    assert minh.opens(f"{OVERVIEW}/behind?figure={figure}").status_code == 422


def test_the_reports_lead_to_it(minh):
    assert f'href="{OVERVIEW}"' in minh.opens("/desk/reports/overdue").text


def test_it_is_printed_with_every_table_and_every_column(served, watched, page):
    lived_in(served.centre)
    page.goto(f"{served.address}/desk")
    sign_in(page, "minh")
    page.goto(f"{served.address}{OVERVIEW}")
    words = page.locator("th").evaluate_all("cells => cells.map(cell => cell.textContent.trim())")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": int((297 - 2 * 12) * MM), "height": 700})
    edges = page.locator("th, td, svg").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    with closing(pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))) as paper:
        sheets = [sheet.get_textpage().get_text_bounded() for sheet in paper]

    assert max(edges) <= 273 * MM
    assert len(words) > 50
    assert all(sheets), "none is empty"
    printed = "".join("".join(sheets).split())
    assert [word for word in words if "".join(word.split()) not in printed] == []
    assert "Inlúc" in printed
    assert "Bảngsốliệu" not in printed
