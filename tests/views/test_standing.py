"""When a dossier is overdue: the same answer for one that is shown and for all that are listed."""

from datetime import timedelta
from importlib import import_module
from itertools import product

import pytest
from sqlmodel import select

from postal_tracker import views
from postal_tracker.access import EVERYTHING
from postal_tracker.storage.tables import Dossier
from postal_tracker.views.standing import is_overdue


@pytest.fixture
def dossiers(any_centre):
    """One of each kind: open, settled, its clock standing or not; due yesterday to tomorrow."""
    today, now = any_centre.house.today(), any_centre.clock()
    kinds = {
        any_centre.a_dossier(): kind
        for kind in product((True, False), (True, False), (True, False), (-1, 0, 1))
    }

    def command(session):
        for row in session.exec(select(Dossier)):
            row.open, is_settled, row.stopped, days = kinds[row.code]
            row.settled_at = now if is_settled else None
            row.due_on = today + timedelta(days=days)
            session.add(row)

    any_centre.database.write_now(command)
    return kinds


def listed(centre, *, overdue):
    wanted = views.Filter(overdue=overdue)
    today = centre.house.today()
    page = centre.database.read_now(
        lambda s: views.dossiers(s, wanted, scope=EVERYTHING, today=today, titles={}, lang="vi")
    )
    return {item.code for item in page.items}


def test_only_what_is_owed_past_its_day_while_the_clock_runs_is_overdue(any_centre, dossiers):
    late = [kind for code, kind in dossiers.items() if code in listed(any_centre, overdue=True)]

    assert late == [(True, False, False, -1)]


@pytest.mark.parametrize("are_many", [False, True])
def test_the_newest_that_are_late_come_first_however_they_are_found(
    any_centre, monkeypatch, are_many
):
    counted = views.Count(views.MOST_COUNTED, more=are_many)
    lists = import_module("postal_tracker.views.dossiers")
    monkeypatch.setattr(lists, "counted", lambda *_: counted)
    made = [any_centre.a_dossier() for _ in range(5)]
    any_centre.clock.pass_(days=60)
    page = any_centre.get("/dossiers", params={"overdue": "true", "limit": 3}).json()
    rest = any_centre.get(
        "/dossiers", params={"overdue": "true", "limit": 3, "cursor": page["next_cursor"]}
    ).json()

    assert [item["code"] for item in page["items"] + rest["items"]] == made[::-1]


def test_a_list_and_a_dossiers_own_page_never_differ(any_centre, dossiers):
    today = any_centre.house.today()
    rows = any_centre.database.read_now(lambda s: s.exec(select(Dossier)).all())
    late = {row.code for row in rows if is_overdue(row, today)}

    assert late == listed(any_centre, overdue=True)
    assert dossiers.keys() - late == listed(any_centre, overdue=False)
    shown = {code for code in dossiers if any_centre.get(f"/dossiers/{code}").json()["overdue"]}
    assert shown == late
