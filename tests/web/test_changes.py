"""The feed of changes: a portal that asks from where it stopped misses nothing and sees no more."""

from datetime import timedelta
from functools import partial

import pytest

from postal_tracker.ledger import outbox
from postal_tracker.outgoing.relay import relay
from postal_tracker.views import changes


def page(centre, role="integration", **params):
    centre.database.write_now(partial(relay, now=centre.clock()))
    answer = centre.get("/changes", role=role, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read_all(centre, cursor="", **params):
    items, is_more = [], True
    while is_more:
        told = page(centre, cursor=cursor, **params)
        items += told["items"]
        cursor, is_more = told["next_cursor"], told["is_more"]
    return items, cursor


def test_a_portal_reads_what_changed_and_goes_on_from_there(any_centre):
    began = any_centre.clock()
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    first, cursor = read_all(any_centre, limit=1)
    accepted = began + timedelta(minutes=1)
    any_centre.clock.pass_(minutes=5)
    any_centre.tell(any_centre.an_event(number, "accepted", happened_at=accepted.isoformat()))
    then, end = read_all(any_centre, cursor)

    assert [(item["dossier"], item["stage"]) for item in first] == [
        (code, "with_office"),
        (code, "sealed"),
    ]
    [item] = then
    assert set(item) == {"id", "type", "dossier", "at", "stage", "feedback"}
    assert (item["type"], item["stage"]) == ("dossier.stage_changed", "to_authority")
    assert item["at"] == accepted.isoformat().replace("+00:00", "Z")
    assert read_all(any_centre, end) == ([], end)
    assert read_all(any_centre)[0] == first + then


def test_nobody_is_named_in_it(centre):
    centre.a_dossier(name="Bà Nguyễn Thị Lựu", phone="0912345678")
    told = str(page(centre))

    assert "Lựu" not in told
    assert "912345678" not in told


def test_many_changes_of_others_are_passed_over_page_by_page(centre, monkeypatch):
    monkeypatch.setattr(changes, "MOST_LOOKED_AT", 2)
    codes = [centre.a_dossier() for _ in range(5)]

    assert [item["dossier"] for item in read_all(centre)[0]] == codes


def test_a_cursor_of_another_record_or_none_at_all_is_refused(centre):
    centre.a_dossier()
    cursor = page(centre)["next_cursor"]
    for wrong, status, slug in (
        ("x", 422, "invalid-form"),
        (cursor[:-1] + ("0" if cursor[-1] != "0" else "1"), 409, "cursor-of-another-record"),
        ("9" + cursor, 409, "cursor-of-another-record"),
    ):
        answer = centre.get("/changes", role="manager", params={"cursor": wrong})
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, slug)


def test_whoever_comes_back_after_a_month_is_told_that_he_missed_some(centre):
    centre.a_dossier()
    cursor = page(centre)["next_cursor"]
    centre.a_dossier()
    page(centre)
    centre.clock.pass_(days=31)
    centre.database.write_now(lambda s: outbox.forget_old(s, 10, now=centre.clock()))
    answer = centre.get("/changes", role="manager", params={"cursor": cursor})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/cursor-too-old")


@pytest.mark.parametrize("role", ["desk", "courier", "admin"])
def test_it_is_for_programs_and_managers(centre, role):
    assert centre.get("/changes", role=role).status_code == 403
