"""The worklist as people see it: what waits, whose it is, what was said; with no script."""

import html
import re
from urllib.parse import unquote

import pytest


@pytest.fixture
def a_silent_parcel(centre):
    """The number of a parcel of which nothing has been heard for six days."""
    number = centre.a_parcel(centre.a_dossier())
    centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(days=6)
    return number


def test_a_clerk_takes_what_waits_and_gives_it_back(centre, a_silent_parcel, lan):
    address = f"/desk/worklist/silent:{a_silent_parcel}"
    page = lan.opens("/desk/worklist?kind=silent").text
    assert "1 việc cần làm" in page
    assert a_silent_parcel in page
    assert lan.sends(address, {"act": "take"}).status_code == 303
    page = lan.opens("/desk/worklist?mine=yes").text
    assert "Đã nhận việc." in page
    assert a_silent_parcel in page
    lan.sends(address, {"act": "release"})

    assert a_silent_parcel not in lan.opens("/desk/worklist?mine=yes").text


def test_what_is_put_off_until_tomorrow_is_back_in_the_morning(centre, a_silent_parcel, lan):
    lan.sends(
        f"/desk/worklist/silent:{a_silent_parcel}",
        {"act": "snooze", "until": "tomorrow"},
    )
    assert "Không còn việc nào cần làm" in lan.opens("/desk/worklist?kind=silent").text
    assert a_silent_parcel in lan.opens("/desk/worklist?snoozed=yes").text
    centre.clock.pass_(hours=25)
    lan.signs_in("lan")

    assert a_silent_parcel in lan.opens("/desk/worklist").text


def test_a_note_stands_on_the_dossiers_page(centre, a_silent_parcel, lan):
    [code] = centre.get(f"/parcels/{a_silent_parcel}").json()["dossiers"]
    lan.sends(
        f"/desk/worklist/silent:{a_silent_parcel}",
        {"act": "note", "note": "Đã gọi bưu cục Uông Bí"},
    )
    page = lan.opens(f"/desk/dossiers/{code}").text

    assert "Ghi chú xử lý" in page
    assert "Đã gọi bưu cục Uông Bí" in page


def test_a_silent_parcels_own_page_has_the_post_asked_and_stays_there(a_silent_parcel, minh):
    here = f"/desk/parcels/{a_silent_parcel}"
    assert f"/desk/worklist/silent:{a_silent_parcel}" in minh.opens(here).text
    asked = minh.sends(
        f"/desk/worklist/silent:{a_silent_parcel}", {"act": "ask_carrier", "then": "parcel"}
    )

    assert (asked.status_code, asked.headers["location"]) == (303, here)
    assert "Hệ thống sẽ hỏi bưu chính ngay" in minh.opens(here).text


def test_each_row_leads_to_what_solves_it(centre, a_silent_parcel, lan):
    code = centre.a_dossier()
    page = lan.opens("/desk/worklist").text
    links = set(re.findall(r'href="(/desk/(?:parcels|dossiers)[^"]*)"', page))

    assert f"/desk/parcels/new?dossier={code}" in links
    assert f"/desk/parcels/{a_silent_parcel}" in links
    for link in links:
        assert lan.opens(link.replace("&amp;", "&")).status_code == 200, link


def test_nonsense_is_said_on_the_list(centre, a_silent_parcel, lan):
    told = lan.sends("/desk/worklist/silent:nowhere", {"act": "take"})
    assert told.status_code == 404
    empty = lan.sends(f"/desk/worklist/silent:{a_silent_parcel}", {"act": "note", "note": ""})

    assert empty.status_code == 422
    assert "Vui lòng ghi nội dung" in empty.text
    assert a_silent_parcel in empty.text


def test_a_chief_gives_work_out(centre, a_silent_parcel, minh):
    page = minh.opens("/desk/worklist").text
    assert '<option value="lan">' in page
    minh.sends(f"/desk/worklist/silent:{a_silent_parcel}", {"act": "assign", "assignee": "lan"})

    assert centre.get("/worklist?kind=silent").json()["items"][0]["assignee"] == "lan"


PARCEL = r'<th scope="row">\s*<a class="code" href="/desk/parcels/([^"]+)"'


def test_each_number_opens_exactly_its_rows_and_an_authority_is_written_to(centre, lan):
    numbers = [centre.a_parcel(centre.a_dossier(procedure="DD-01")) for _ in range(30)]
    for number in numbers:
        centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(days=6)
    lan.signs_in("lan")
    page = lan.opens("/desk/worklist").text
    address = re.search(r'href="([^"]+)">Bưu gửi chậm cập nhật \(30\)', page)[1]
    shown, pages = [], 0
    while address:
        page, pages = lan.opens(address).text, pages + 1
        assert "30 việc cần làm" in page
        shown += re.findall(PARCEL, page)
        further = re.search(r'href="([^"]+cursor=[^"]+)">Trang sau', page)
        address = html.unescape(further[1]) if further else ""

    assert (sorted(shown), pages) == (sorted(numbers), 2)
    before = lan.opens(html.unescape(re.search(r'rel="prev" href="([^"]+)"', page)[1])).text
    assert re.findall(PARCEL, before) == shown[:25]
    assert 'rel="prev"' not in before
    file = lan.opens("/desk/worklist/list.csv?kind=silent").text
    assert [file.count(number) for number in numbers] == [1] * 30
    assert "Bưu gửi chậm cập nhật" in file
    assert lan.opens("/desk/worklist/list.xlsx").content.startswith(b"PK")
    letter = unquote(html.unescape(re.search(r'href="(mailto:[^"]+)"', page)[1]))
    assert letter.startswith(f"mailto:?subject=Đề nghị xác nhận bưu gửi {shown[25]}&body=")
    assert "Bà Hoa" not in letter
    assert '<span class="big-number">30</span>việc cần làm' in lan.opens("/desk").text
