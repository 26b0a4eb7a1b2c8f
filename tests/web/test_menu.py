"""Whoever works at the desk sees on each page where it stands, and finds the way on."""

import re

import pytest


def marked(page):
    """Return the menu's entry that is marked, and how; None without a menu."""
    menu = re.search(r'<nav aria-label="Bàn làm việc">(.*?)</nav>', page, re.S)
    if menu is None:
        return None
    return re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', menu[1])


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("/desk", ("/desk", "page")),
        ("/desk/dossiers", ("/desk/dossiers", "page")),
        ("/desk/dossiers/new", ("/desk/dossiers/new", "page")),
        ("/desk/dossiers/{code}", ("/desk/dossiers", "true")),
        ("/desk/dossiers/{code}/correct", ("/desk/dossiers", "true")),
        ("/desk/imports", ("/desk/dossiers/new", "true")),
        ("/desk/parcels/new", ("/desk/parcels", "true")),
        ("/desk/station/shelf", ("/desk/station", "true")),
        ("/desk/reports/silent", ("/desk/reports/overdue", "true")),
        ("/desk/surveys", ("/desk/reports/overdue", "true")),
        ("/desk/feedback", ("/desk/worklist", "true")),
        ("/desk/courier-devices", ("/desk/handovers", "true")),
        ("/desk/carriers", ("/desk/messages", "true")),
    ],
)
def test_the_menu_marks_where_a_page_stands(lan, centre, page, entry):
    address = page.format(code=centre.a_dossier()) if "{" in page else page

    assert marked(lan.opens(address).text) == [entry]


def test_a_page_that_does_not_open_keeps_the_menu_and_the_scan_field(lan):
    for address, status in (("/desk/admin", 403), ("/desk/dossiers/H49.12-261123-9999", 404)):
        refused = lan.opens(address)
        assert refused.status_code == status
        assert marked(refused.text) is not None
        assert 'id="scan"' in refused.text


def test_ones_own_pages_keep_the_menu(lan):
    for address in ("/desk/password", "/desk/sessions", "/desk/second-factor"):
        assert marked(lan.opens(address).text) == []


def test_a_report_says_once_what_is_the_same_in_all_rows_and_no_code_beside_a_name(lan, centre):
    codes = [centre.a_dossier() for _ in range(2)]
    centre.clock.pass_(days=12)
    lan.signs_in("lan")
    overdue, held = (lan.opens(f"/desk/reports/{name}").text for name in ("overdue", "locations"))
    headings = re.findall(r'<th scope="col"[^>]*>([^<]*)<', overdue)

    assert all(code in overdue for code in codes)
    assert "Điểm tiếp nhận" not in headings
    assert "Loại nơi giữ" not in headings
    assert overdue.count("Điểm tiếp nhận: ") == 1
    assert "<td>H49.12</td>" not in held
