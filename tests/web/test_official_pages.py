"""The official reports as pages: each number leads to as many dossiers, weeks follow weeks."""

import io
import re

import pytest
from openpyxl import load_workbook

SUMMARY = "/desk/reports/official/summary"


@pytest.mark.parametrize("address", ["/desk/reports/official", SUMMARY])
def test_each_number_of_a_page_leads_to_as_many_dossiers(centre, lan, address):
    for channel in ("direct", "postal", "online"):
        centre.a_dossier(channel=channel)
    page = lan.opens(f"{address}?lang=en").text
    links = re.findall(r'<a href="(/desk/reports/official/dossiers\?[^"]*)">(\d+)</a>', page)

    assert len(links) > 8
    for link, number in links:
        rows = lan.opens(link.replace("&amp;", "&")).text.count('<a class="code"')
        assert rows == int(number), link


@pytest.mark.parametrize("address", ["/desk/reports/official", SUMMARY])
def test_a_page_has_the_headings_of_its_workbook_and_on_paper_its_signatures(centre, lan, address):
    page = lan.opens(f"{address}?by=office").text
    read = "summary" if address == SUMMARY else "ii06a"
    file = centre.get(f"/reports/{read}?by=office&format=xlsx", role="manager").content
    cells = [cell for row in load_workbook(io.BytesIO(file)).active.values for cell in row if cell]
    heads = cells[cells.index("STT") :]

    for words in heads[: heads.index("(2)")]:
        assert f">{words}</" in page, words
    signers = re.search(r'<div class="only-print signatures">(.*?)</div>', page)
    assert signers[1] == "".join(f"<p>{words}</p>" for words in cells[-2:])


def test_a_week_is_from_monday_to_sunday_and_leads_to_the_one_before(lan):
    page = lan.opens(f"{SUMMARY}?span=week&on=2026-01-01&lang=en").text
    assert "Week 1 of 2026" in page
    assert "from=2025-12-29" in page
    assert "to=2026-01-04" in page
    assert f"{SUMMARY}?span=week&amp;on=2025-12-28" in page
    assert f"{SUMMARY}?span=week&amp;on=2026-01-05" in page


def test_a_month_has_all_its_days_and_none_follows_the_present_one(lan):
    page = lan.opens(f"{SUMMARY}?span=month&on=2026-02-10&lang=en").text
    assert "from=2026-02-01" in page
    assert "to=2026-02-28" in page

    now = lan.opens(f"{SUMMARY}?span=month&lang=en").text
    assert ">Previous<" in now
    assert ">Next<" not in now


def test_a_day_that_is_none_is_refused(lan):
    assert lan.opens(f"{SUMMARY}?on=2026-02-30").status_code == 422
