"""Links on receipts and keys live as long as they should: rotated, ended, revoked, watched."""

import pytest
from pydantic import SecretStr
from sqlmodel import select

from postal_tracker.access import list_keys
from postal_tracker.storage.tables import Dossier
from postal_tracker.views.lookup import link_token
from postal_tracker.web.security_txt import security_txt
from tests.asserting import assert_problem
from tests.centre import MONDAY, Centre
from tests.web.conftest import Visitor, employ


def link_of(centre, code, number=0):
    query = select(Dossier.lookup_code).where(Dossier.code == code)
    lookup_code = centre.database.read_now(lambda s: s.exec(query).one())
    return f"/t/{link_token(lookup_code, centre.house.secret, number)}"


def test_a_receipts_link_goes_on_while_the_key_that_signed_it_is_kept(centre):
    link, old = link_of(centre, centre.a_dossier()), centre.settings.secret_key
    new = {"secret_key": SecretStr("a-new-secret-key-of-more-than-32-characters")}
    centre.house.settings = centre.settings.model_copy(update={**new, "secret_key_old": old})
    assert centre.client.get(link).status_code == 200

    centre.house.settings = centre.settings.model_copy(update=new)
    assert centre.client.get(link).status_code == 404


def test_a_form_that_stood_open_is_taken_while_the_key_that_signed_it_is_kept(centre, lan):
    code, old = centre.a_dossier(), centre.settings.secret_key
    fields = {"csrf": lan.token(), "act": "result_ready"}
    new = {"secret_key": SecretStr("a-new-secret-key-of-more-than-32-characters")}
    centre.house.settings = centre.settings.model_copy(update=new)
    assert lan.sends(f"/desk/dossiers/{code}/acts", fields).status_code == 403

    centre.house.settings = centre.settings.model_copy(update={**new, "secret_key_old": old})
    assert lan.sends(f"/desk/dossiers/{code}/acts", fields).status_code == 303
    assert centre.get(f"/dossiers/{code}").json()["timeline"][-1]["what"] == "result_ready"
    assert lan.sends(f"/desk/dossiers/{code}/acts", fields | {"csrf": ""}).status_code == 403


def test_a_receipts_link_ends_some_time_after_the_dossier_does(centre):
    code = centre.a_dossier()
    link = link_of(centre, code)
    centre.clock.pass_(days=400)
    assert centre.client.get(link).status_code == 200, "as long as it is open"
    assert centre.post(f"/dossiers/{code}/acts", {"act": "cancelled"}).status_code == 200
    centre.clock.pass_(days=180)
    assert centre.client.get(link).status_code == 200
    centre.clock.pass_(seconds=1)
    assert centre.client.get(link).status_code == 404


def test_a_revoked_link_opens_nothing_and_the_next_receipt_has_another(any_centre):
    code = any_centre.a_dossier()
    employ(any_centre, "lan")
    lan, old = Visitor(any_centre), link_of(any_centre, code)
    lan.signs_in("lan")
    assert lan.sends(f"/desk/dossiers/{code}/revoke-link").status_code == 303
    new = link_of(any_centre, code, 1)

    assert (lan.opens(old).status_code, lan.opens(new).status_code) == (404, 200)
    [entry] = any_centre.get("/audit?what=link-revoked", role="admin").json()["items"]
    assert (entry["who"], entry["dossiers"]) == ("staff:1", [code])


def used(centre, role):
    keys = centre.database.read_now(list_keys)
    return next(key.last_used_at for key in keys if key.role == role)


def test_when_a_key_was_used_last_is_known_within_the_hour(any_centre):
    assert used(any_centre, "desk") is None
    for minutes in (0, 30, 29):
        any_centre.clock.pass_(minutes=minutes)
        any_centre.get("/dossiers")
    assert used(any_centre, "desk") == MONDAY
    any_centre.clock.pass_(minutes=1)
    any_centre.get("/dossiers")
    assert used(any_centre, "desk") > MONDAY


@pytest.fixture
def behind(sqlite_url):
    with Centre(sqlite_url, behind_proxy=True) as made:
        yield made


def test_a_key_that_comes_from_another_network_is_written_down(behind):
    for address in ("192.0.2.1", "192.0.2.1", "203.0.113.9"):
        behind.clock.pass_(minutes=5)
        behind.get("/dossiers", headers={"X-Forwarded-For": address})

    [entry] = behind.get("/audit?what=key-from-elsewhere", role="admin").json()["items"]
    assert entry["network"] == "203.0.113.9"
    assert entry["who"] == f"key:{behind.keys['desk'].split('_')[1]}"


def test_a_key_that_is_used_at_two_places_in_turn_does_not_fill_the_log(behind):
    """Nobody can empty it, and a program may run on two machines."""
    for _day in range(2):
        for turn in range(20):
            behind.clock.pass_(minutes=1)
            behind.get("/dossiers", headers={"X-Forwarded-For": f"192.0.2.{turn % 2}"})
        behind.clock.pass_(days=1)

    seen = behind.get("/audit?what=key-from-elsewhere", role="admin").json()["items"]
    assert [e["network"] for e in seen] == [f"192.0.2.{n}" for n in (1, 0, 0, 1)]


def test_an_address_that_is_none_leaves_nothing_in_the_log(behind):
    for forged in ("<script>", 'x", "who": "staff:1', "1.2.3.4\t", "é" * 3):
        behind.client.get("/api/v1/dossiers", headers={"X-Forwarded-For": forged.encode()})

    entries = behind.get("/audit?what=refused", role="admin").json()["items"]
    assert len(entries) == 4
    assert {entry["network"] for entry in entries} <= {"", "1.2.3.4"}


def test_whom_to_tell_of_a_hole_is_said_where_it_is_set(centre):
    path = "/.well-known/security.txt"
    assert_problem(centre.client.get(path), 404, "no-such-page")
    told = {"security_contact": "mailto:an-toan@example.vn"}
    centre.house.settings = centre.settings.model_copy(update=told)
    answer = centre.client.get(path)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:an-toan@example.vn",
        "Expires: 2027-02-21T00:00:00Z",
        "Preferred-Languages: vi, en",
    ]
    there = security_txt("tel:+84203", "https://hoso.example.vn", MONDAY)
    assert "Canonical: https://hoso.example.vn/.well-known/security.txt\n" in there
