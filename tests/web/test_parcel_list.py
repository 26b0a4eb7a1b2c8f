"""The list of parcels: found without a number, taken away, printed and handed over together."""

import re
from urllib.parse import quote

import pytest

from tests.web.conftest import Visitor, employ

AT = "/desk/parcels"


@pytest.fixture
def any_lan(any_centre):
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    lan.signs_in("lan")
    return lan


def listed(who, query=""):
    page = who.opens(f"{AT}{query}")
    assert page.status_code == 200, page.text
    return re.findall(r'class="code" href="/desk/parcels/(E[^"]+)"', page.text)


@pytest.fixture
def three(any_centre):
    """Parcels made an hour apart; the second has ended its journey."""
    made = []
    for direction in ("to_authority", "to_authority", "to_centre"):
        made.append(any_centre.a_parcel(any_centre.a_dossier(), direction=direction))
        any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(made[1], "accepted"))
    any_centre.tell(any_centre.an_event(made[1], "delivered"))
    return made


def test_parcels_are_narrowed_and_sorted_on_both_databases(three, any_lan):
    first, ended, last = three

    assert listed(any_lan) == [last, first]
    assert listed(any_lan, "?sort=oldest") == [first, last]
    assert listed(any_lan, "?sort=news") == [first, last]
    assert listed(any_lan, "?direction=to_centre") == [last]
    assert listed(any_lan, "?carrier=ghn") == []
    assert listed(any_lan, "?milestone=announced&office=H49.12") == [last, first]
    assert listed(any_lan, "?from=2026-11-23&to=2026-11-23") == [last, ended, first]
    assert listed(any_lan, "?from=2026-11-24") == []
    assert "2 bưu gửi đang theo dõi" in any_lan.opens(AT).text
    wrong = any_lan.opens(f"{AT}?from=2026-01-01&to=2026-11-23")
    assert (wrong.status_code, "92 ngày" in wrong.text) == (422, True)


def test_the_next_page_goes_on_where_the_last_one_ended(any_lan, any_centre):
    made = [any_centre.a_parcel(any_centre.a_dossier()) for _ in range(27)]
    page = any_lan.opens(AT).text
    onward = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")

    assert listed(any_lan) + listed(any_lan, onward.removeprefix(AT)) == made[::-1]


def test_a_list_of_parcels_and_what_was_chosen_are_taken_away(lan, centre):
    first, second = (centre.a_parcel(centre.a_dossier()) for _ in range(2))
    whole = lan.opens(f"{AT}/list.csv").text
    assert [number in whole for number in (first, second)] == [True, True]
    led = lan.sends(f"{AT}/chosen", {"do": "file", "parcels": second}).headers["location"]
    assert lan.opens(led).content.startswith(b"PK")
    chosen = lan.opens(led.replace("xlsx", "csv")).text

    assert [number in chosen for number in (first, second)] == [False, True]
    assert "csrf" not in led


def test_several_are_printed_or_put_on_one_handover_list(lan, centre):
    both = [centre.a_parcel(centre.a_dossier()) for _ in range(2)]
    led = lan.sends(f"{AT}/chosen", {"do": "print", "parcels": both}).headers["location"]
    offered = lan.opens(led).text
    assert all(number in offered for number in both)
    led = lan.sends(f"{AT}/chosen", {"do": "handover", "parcels": both}).headers["location"]
    assert all(number in lan.opens(led).text for number in both)

    again = lan.sends(f"{AT}/chosen", {"do": "handover", "parcels": both})
    assert again.status_code == 409
    assert listed(lan) == both[::-1]
    nothing = lan.sends(f"{AT}/chosen", {"do": "print"})
    assert (nothing.status_code, "ít nhất một bưu gửi" in nothing.text) == (422, True)


def test_a_manager_looks_and_has_nothing_to_press(visitor, centre):
    number = centre.a_parcel(centre.a_dossier())
    minh = visitor("minh")
    page = minh.opens(AT).text

    assert number in page
    assert ("chosen" in page, 'name="parcels"' in page) == (False, False)
    assert minh.sends(f"{AT}/chosen", {"do": "print", "parcels": number}).status_code == 403


def test_programs_list_parcels_as_the_page_does(three, any_centre):
    first, ended, last = three
    asked = any_centre.get("/parcels", role="manager").json()
    numbers = [one["tracking_number"] for one in asked["items"]]
    page = any_centre.get("/parcels?sort=oldest&limit=1&from=2026-11-23&to=2026-11-23").json()
    onward = any_centre.get(
        f"/parcels?sort=oldest&from=2026-11-23&to=2026-11-23&cursor={quote(page['next_cursor'])}"
    ).json()

    assert (numbers, asked["count"], asked["next_cursor"]) == ([last, first], 2, None)
    assert [one["tracking_number"] for one in page["items"] + onward["items"]] == list(three)
    assert ended in any_centre.get("/parcels?from=2026-11-23&format=csv").text
    assert any_centre.get("/parcels?from=2026-01-01&to=2026-11-23").status_code == 422
    assert any_centre.get("/parcels", role="courier").status_code == 403
