"""The desk's first page: what it counts can be opened, and is exactly that."""

import html
import re

import pytest

from postal_tracker.web.staff import search

CODE = r'<a class="code" href="/desk/dossiers/([^"]+)"'


def rows_of(page):
    """Return the rows of the board: the address behind each, its holder, how many dossiers."""
    found = re.findall(
        r'<a href="(/desk/dossiers\?held=\w+)">([^<]*)</a>.*?<strong>(\d+)', page, re.S
    )
    return [(address, html.unescape(name), int(count)) for address, name, count in found]


def move(centre, milestone, place, *codes):
    number = centre.a_parcel(*codes)
    centre.clock.pass_(minutes=1)
    centre.tell(centre.an_event(number, milestone, place=place))
    return number


def test_each_row_opens_its_own_dossiers(lan, centre):
    codes = {n: centre.a_dossier(procedure="DD-01" if n < 2 else "GPLX-01") for n in range(9)}
    move(centre, "delivered", "", codes[0])
    move(centre, "delivered", "", codes[2], codes[3])
    move(centre, "in_transit", "Bưu cục Uông Bí", codes[4])
    move(centre, "in_transit", "Bưu cục Hạ Long", codes[5], codes[6])
    move(centre, "accepted", "", codes[7])

    rows = rows_of(lan.opens("/desk").text)
    opened = [set(re.findall(CODE, lan.opens(address).text)) for address, _, _ in rows]

    assert [len(found) for found in opened] == [count for _, _, count in rows]
    assert sorted(map(sorted, opened)) == sorted(
        map(
            sorted, [{codes[n] for n in group} for group in ([0], [2, 3], [4], [5, 6], [7], [1, 8])]
        )
    )
    assert not [address for address, _, _ in rows if "B%C6%B0u" in address or "Bí" in address]


def test_a_row_that_is_empty_by_now_opens_an_empty_list(lan, centre):
    move(centre, "in_transit", "Bưu cục Uông Bí", code := centre.a_dossier())
    [(address, _, _)] = rows_of(lan.opens("/desk").text)
    number = centre.get(f"/dossiers/{code}").json()["parcels"][0]["tracking_number"]
    centre.clock.pass_(minutes=1)
    centre.tell(centre.an_event(number, "delivered"))

    assert re.findall(CODE, lan.opens(address).text) == []
    assert re.findall(CODE, lan.opens("/desk/dossiers?held=0123456789abcdef").text) == []


def test_who_searches_within_a_row_stays_in_it(lan, centre, monkeypatch):
    monkeypatch.setattr(search, "_A_PAGE", 2)
    near = [centre.a_dossier() for _ in range(3)]
    far = centre.a_dossier(procedure="DD-01")
    move(centre, "in_transit", "Bưu cục Uông Bí", *near)
    move(centre, "in_transit", "Bưu cục Hạ Long", far)
    row = next(a for a, _, count in rows_of(lan.opens("/desk").text) if count == len(near))
    held = re.search(r'name="held" value="(\w+)"', lan.opens(row).text)[1]

    def found(**fields):
        first = lan.opens(lan.sends("/desk/dossiers", fields).headers["location"]).text
        further = re.search(r'href="(/desk/dossiers\?[^"]*cursor=\d+)"', first)
        pages = [first, lan.opens(html.unescape(further[1])).text] if further else [first]
        return {code for page in pages for code in re.findall(CODE, page)}

    assert row.endswith(held)
    assert found(held=held, q="hoa") == set(near)
    assert found(held=held, holder="post") == set(near)
    assert found(held=held, q=far) == found(held=held, authority="VPDK") == set()
    assert found(q="hoa") == {*near, far}


def test_a_card_scanned_within_a_row_leaves_the_row_open(lan, centre):
    move(centre, "in_transit", "Bưu cục Uông Bí", near := centre.a_dossier())
    move(centre, "in_transit", "Bưu cục Hạ Long", far := centre.a_dossier())
    row = rows_of(lan.opens("/desk").text)[0][0]
    held, inside = row.partition("=")[2], set(re.findall(CODE, lan.opens(row).text))

    card = "001085012345||TRAN THI MAU|01021985|Nu|Uong Bi|01012021"
    page = lan.sends("/desk/dossiers", {"q": card, "held": held}).text

    assert "MAU" not in page
    assert f'value="{held}"' in page
    assert set(re.findall(CODE, page)) == inside < {near, far}


@pytest.mark.parametrize(
    ("milestone", "words"),
    [
        ("delivery_failed", "bưu gửi phát không thành công"),
        ("awaiting_collection", "bưu gửi chờ người nhận đến lấy"),
        ("returning", "bưu gửi đang chuyển hoàn"),
        ("exception", "bưu gửi có sự cố"),
    ],
)
def test_a_tile_leads_to_the_parcels_that_it_counts(lan, centre, milestone, words):
    assert words not in lan.opens("/desk").text
    numbers = {move(centre, milestone, "", centre.a_dossier()) for _ in range(2)}
    move(centre, "accepted", "", centre.a_dossier())

    tile = re.search(
        rf'href="([^"]+)"><span class="big-number">(\d+)</span>{words}', lan.opens("/desk").text
    )
    page = lan.opens(tile[1]).text

    assert int(tile[2]) == 2
    assert set(re.findall(r'href="/desk/parcels/(EB[^"]+)"', page)) == numbers
    for file in ("csv", "xlsx"):
        address = html.unescape(re.search(rf'href="([^"]+format={file})"', page)[1])
        assert lan.opens(address).status_code == 200
