"""Who did what and who looked is written down, found again, and cannot be changed."""

import json
import logging
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, AuditFilter, Note
from postal_tracker.access.trail import FIRST_OF_AN_HOUR, MOST_COUNTED, Refusals
from postal_tracker.ledger.log import forget_salts
from postal_tracker.storage.tables import AuditEntry, AuditSubject
from tests.centre import MONDAY


def write(centre, *notes):
    centre.database.write_now(lambda s: audit.record(s, notes))


def found(centre, **wanted):
    return centre.database.read_now(lambda s: audit.entries(s, AuditFilter(**wanted))).items


def a_refusal(network="203.0.113.7", at=MONDAY, **rest):
    return Note(Audited.REFUSED, at, network=network, detail="sign-in-first", **rest)


CHANGES = [
    "UPDATE audit_entry SET who = 'staff:9'",
    "UPDATE audit_entry SET at = erased_before",
    "DELETE FROM audit_entry",
    "UPDATE audit_subject SET dossier_id = 7",
    "DELETE FROM audit_subject",
]
IN_POSTGRESQL = ["TRUNCATE audit_entry", "TRUNCATE audit_subject"]


def test_the_database_itself_refuses_to_change_what_was_written(any_centre):
    code = any_centre.a_dossier()
    write(any_centre, Note(Audited.READ, MONDAY, who="staff:1", dossiers=[code], fields=["name"]))

    for change in CHANGES + ([] if any_centre.database.is_sqlite else IN_POSTGRESQL):
        with pytest.raises(DBAPIError, match="deleted by age alone"):
            any_centre.database.write_now(lambda s, c=change: s.connection().execute(text(c)))


def test_a_row_put_in_the_place_of_another_is_refused(centre):
    write(centre, a_refusal())
    put = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"

    with pytest.raises(DBAPIError, match="deleted by age alone"):
        centre.database.write_now(lambda s: s.connection().execute(text(put)))


def forget(centre, **kept):
    return centre.database.write_now(
        lambda s: audit.forget_old(
            s,
            100,
            kept_for=timedelta(**kept),
            now=centre.clock(),
            let_go=partial(forget_salts, kind="audit"),
        )
    )


def test_what_is_old_goes_through_the_one_door_and_that_is_written(any_centre):
    code = any_centre.a_dossier()
    write(any_centre, Note(Audited.READ, MONDAY, who="staff:1", dossiers=[code], fields=["name"]))
    any_centre.clock.pass_(days=300)
    write(any_centre, Note(Audited.READ, any_centre.clock(), who="staff:2", dossiers=[code]))
    any_centre.clock.pass_(days=100)

    assert forget(any_centre, days=366) == 1
    assert forget(any_centre, days=366) == 0
    assert [(e.what, e.who) for e in found(any_centre)] == [("aged-out", ""), ("read", "staff:2")]
    assert len(any_centre.database.read_now(lambda s: s.exec(select(AuditSubject)).all())) == 1


def test_nobody_can_let_go_of_the_last_ninety_days(any_centre):
    write(any_centre, a_refusal())
    any_centre.clock.pass_(days=80)

    assert forget(any_centre, days=1) == 0
    tricked = AuditEntry(at=any_centre.clock(), what="aged-out", erased_before=any_centre.clock())
    any_centre.database.write_now(lambda s: s.add(tricked))
    with pytest.raises(DBAPIError, match="deleted by age alone"):
        any_centre.database.write_now(
            lambda s: s.connection().execute(text("DELETE FROM audit_entry"))
        )


def test_it_is_found_by_dossier_actor_kind_and_time(any_centre):
    mine, other = any_centre.a_dossier(), any_centre.a_dossier(name="Ông Ba", phone="0987000111")
    parcel = any_centre.a_parcel(mine)
    later = MONDAY + timedelta(hours=2)
    write(
        any_centre,
        Note(Audited.READ, MONDAY, who="staff:1", dossiers=[mine, other], fields=["name"]),
        Note(Audited.READ, later, who="staff:2", parcels=[parcel], fields=["name", "address"]),
        Note(Audited.SIGNED_IN, later, who="staff:1"),
    )
    told = {
        "by dossier": ({"dossier": mine}, [2, 1]),
        "by the other dossier": ({"dossier": other}, [1]),
        "by a dossier that is not": ({"dossier": "H49.12-000000-0000"}, []),
        "by actor": ({"who": "staff:1"}, [3, 1]),
        "by kind": ({"what": "signed-in"}, [3]),
        "from": ({"since": later}, [3, 2]),
        "to": ({"until": later}, [1]),
        "by actor and time": ({"who": "staff:1", "since": later}, [3]),
        "a page": ({"limit": 2}, [3, 2]),
        "the page behind": ({"limit": 2, "cursor": 2}, [1]),
        "behind what is not": ({"cursor": 99}, []),
    }

    for name, (wanted, ids) in told.items():
        assert [entry.id for entry in found(any_centre, **wanted)] == ids, name
    assert found(any_centre, dossier=other)[0].dossiers == [mine, other]


def test_a_line_of_the_security_log_is_one_line_whatever_is_in_it():
    line = a_refusal(network='x"\n{"event":"signed-in"}\u2028\x1b[2J').as_line()

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["event"] == "refused"


def test_a_flood_of_refusals_is_counted_after_its_first_ones():
    bounds = Refusals()
    written = [n for _ in range(1000) for n in bounds.taken(a_refusal())]
    sums = bounds.taken(a_refusal(at=MONDAY + timedelta(hours=1)))

    assert len(written) == FIRST_OF_AN_HOUR
    assert [note.many for note in sums] == [1000 - FIRST_OF_AN_HOUR, 1]


def test_a_flood_from_many_networks_writes_no_more_than_stated():
    bounds, sent = Refusals(), 20_000
    each = [bounds.taken(a_refusal(f"198.{n >> 8}.{n & 255}.1")) for n in range(sent)]
    written = [note for notes in each for note in notes]
    sums = bounds.ended()

    assert len(written) + len(sums) <= 2 * MOST_COUNTED + 1
    assert sum(note.many for note in (*written, *sums)) == sent


def test_what_waits_is_written_once_the_database_is_back(centre, caplog, monkeypatch):
    monkeypatch.setattr("postal_tracker.access.trail.AGAIN_AFTER", 0.01)
    trail, code = centre.house.audit, centre.a_dossier()
    kept, tries = trail._are_kept, []

    async def away_at_first(batch):
        tries.append(len(batch))
        return len(tries) > 2 and await kept(batch)

    trail._are_kept = away_at_first
    caplog.set_level(logging.INFO, "postal_tracker.security")
    assert centre.get(f"/dossiers/{code}").status_code == 200
    shown = centre.get("/audit", role="manager").json()["items"]

    # Reading the log is written down, too, and may join what waits before it is kept.
    assert len(tries) > 2
    assert [entry["what"] for entry in shown] == ["audit-read", "read"]
