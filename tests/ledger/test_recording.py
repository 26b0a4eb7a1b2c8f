"""The ledger: what happened, once and for ever, and copies that never say otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from adapters.event import Milestone, Reason, Source
from postal_tracker import ledger
from postal_tracker.core.journey import Act, Flag
from postal_tracker.ledger import NewEntry
from postal_tracker.storage.tables import Dossier, Enclosure, EntryNote, LedgerEntry, Parcel
from tests.plans import hearing, read_through


def a_parcel_id(centre, number):
    query = select(Parcel.id).where(Parcel.tracking_number == number)
    return centre.database.read_now(lambda s: s.exec(query).one())


def entries(centre):
    query = select(LedgerEntry).order_by(col(LedgerEntry.id))
    return centre.database.read_now(lambda s: s.exec(query).all())


def a_scan(centre, number, what=Milestone.ACCEPTED, *, key="k1", hours=1.0, **rest):
    return NewEntry(
        key=key,
        what=what,
        happened_at=centre.clock() + timedelta(hours=hours),
        source=rest.pop("source", Source.SIGNED),
        parcel_id=a_parcel_id(centre, number),
        **rest,
    )


def record(centre, *new):
    return centre.database.write_now(lambda s: ledger.record(s, new, now=centre.clock()))


# Once


def test_the_same_news_twice_is_kept_once(any_centre):
    number = any_centre.a_parcel()
    scan = a_scan(any_centre, number)

    assert record(any_centre, scan)[0] is not None
    assert record(any_centre, scan) == [None]
    assert any_centre.differences() == []


def test_two_ids_for_one_scan_are_one_scan(any_centre):
    number = any_centre.a_parcel()
    ids = record(
        any_centre, a_scan(any_centre, number, key="a"), a_scan(any_centre, number, key="b")
    )

    assert ids[0] is not None
    assert ids[1] is None
    assert any_centre.differences() == []


def test_an_id_used_twice_in_one_breath_moves_the_parcel_by_its_first_use(any_centre):
    number, other = any_centre.a_parcel(), any_centre.a_parcel()
    ids = record(
        any_centre,
        a_scan(any_centre, number, Milestone.ACCEPTED, key="same", note="the first"),
        a_scan(any_centre, other, Milestone.DELIVERED, key="same", note="the second"),
    )
    notes = any_centre.database.read_now(lambda s: s.exec(select(EntryNote.text)).all())

    assert [id_ is None for id_ in ids] == [False, True]
    assert notes == ["the first"]
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
    assert any_centre.get(f"/parcels/{other}").json()["milestone"] == "announced"
    assert any_centre.differences() == []


def test_an_id_whose_first_use_was_known_by_another_id_is_not_taken_by_its_second_use(any_centre):
    number = any_centre.a_parcel()
    record(any_centre, a_scan(any_centre, number, key="known"))
    ids = record(
        any_centre,
        a_scan(any_centre, number, key="same"),
        a_scan(any_centre, number, Milestone.DELIVERED, key="same", hours=2),
    )

    assert ids == [None, None]
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
    assert any_centre.differences() == []


@pytest.mark.parametrize(
    "place",
    [
        "BĐVHX Thượng Yên Công",
        "007",
        "1e5",
        "null",
        "true",
        "[]",
        '"',
        "\\",
        "{'a': \\u0041}",
        "📮",
    ],
)
def test_a_place_stands_in_the_ledger_and_in_the_copies_letter_by_letter(any_centre, place):
    number = any_centre.a_parcel()
    moment = any_centre.clock() + timedelta(hours=2, microseconds=7)
    told = a_scan(any_centre, number, place=place, carrier_code=place, reason=Reason.OTHER)

    record(any_centre, replace(told, happened_at=moment))

    entry = entries(any_centre)[-1]
    assert (entry.place, entry.carrier_code, entry.happened_at) == (place, place, moment)
    assert (entry.dossier_id, entry.claimed, entry.reason) == (None, False, "other")
    parcel = any_centre.database.read_now(lambda s: s.exec(select(Parcel)).one())
    dossier = any_centre.database.read_now(lambda s: s.exec(select(Dossier)).one())
    assert (parcel.place, parcel.milestone_at) == (place, moment)
    assert (dossier.place, dossier.since) == (place, moment)
    assert any_centre.differences() == []


def test_no_entries_are_no_work(any_centre):
    assert record(any_centre) == []


def test_a_claim_and_its_confirmation_are_two_entries(any_centre):
    number = any_centre.a_parcel()
    claim = a_scan(any_centre, number, Milestone.DELIVERED, key="claim", source=Source.UNSIGNED)
    proof = a_scan(any_centre, number, Milestone.DELIVERED, key="proof", source=Source.POLL)

    assert None not in record(any_centre, claim)
    assert any_centre.get(f"/parcels/{number}").json()["flags"] == ["delivery_claimed"]
    assert None not in record(any_centre, proof)
    assert any_centre.get(f"/parcels/{number}").json()["flags"] == []
    assert any_centre.differences() == []


# For ever


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET place = 'elsewhere'",
        "UPDATE ledger_entry SET place = 'elsewhere' WHERE id = 1",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE id = 1",
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry",
    ],
)
def test_the_database_itself_refuses_to_change_what_happened(any_centre, change):
    any_centre.a_parcel()
    before = entries(any_centre)

    with pytest.raises(DBAPIError):
        any_centre.database.write_now(lambda s: s.connection().execute(text(change)))
    assert entries(any_centre) == before


def test_an_entry_cannot_be_put_in_anothers_place(any_centre):
    any_centre.a_dossier()
    replace = (
        "INSERT INTO ledger_entry (id, key, dossier_id, what, happened_at, recorded_at, source, "
        "by, place, reason, carrier_code, claimed) SELECT id, key, dossier_id, 'cancelled', "
        "happened_at, recorded_at, source, by, place, reason, carrier_code, claimed "
        "FROM ledger_entry WHERE id = 1 "
    )
    sqlite = any_centre.database.is_sqlite
    if sqlite:
        replace = replace.replace("INSERT", "INSERT OR REPLACE", 1)
    else:
        replace = replace.replace("by,", '"by",') + (
            "ON CONFLICT (id) DO UPDATE SET what = excluded.what"
        )
    with pytest.raises(DBAPIError):
        any_centre.database.write_now(lambda s: s.connection().execute(text(replace)))
    assert [e.what for e in entries(any_centre)] == ["registered"]


def test_postgresql_refuses_to_empty_the_ledger(postgres_url):
    from tests.centre import Centre

    with Centre(postgres_url) as centre:
        centre.a_dossier()
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            centre.database.write_now(
                lambda s: s.connection().execute(text("TRUNCATE ledger_entry CASCADE"))
            )
        assert len(entries(centre)) == 1


def test_an_entry_is_of_a_dossier_or_of_a_parcel(any_centre):
    nobodys = NewEntry(
        key="x", what=Act.COLLECTED, happened_at=any_centre.clock(), source=Source.STAFF
    )

    with pytest.raises(IntegrityError):
        record(any_centre, nobodys)


# The copies


def test_late_news_changes_the_middle_of_the_story_and_not_its_end(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    record(any_centre, a_scan(any_centre, number, Milestone.DELIVERED, key="end", hours=9))
    record(any_centre, a_scan(any_centre, number, Milestone.IN_TRANSIT, key="late", hours=4))

    assert any_centre.stage(code) == "at_authority"
    assert any_centre.differences() == []


def test_every_dossier_of_a_parcel_moves_with_it(any_centre):
    codes = [any_centre.a_dossier() for _ in range(5)]
    number = any_centre.a_parcel(*codes)
    record(any_centre, a_scan(any_centre, number, Milestone.DELIVERED))

    assert {any_centre.stage(code) for code in codes} == {"at_authority"}
    assert any_centre.differences() == []


def test_a_dossier_is_in_one_open_enclosure_at_most(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    record(any_centre, a_scan(any_centre, number, Milestone.DELIVERED, hours=0))
    back = any_centre.a_parcel(code, direction="to_centre")
    rides = any_centre.database.read_now(
        lambda s: s.exec(select(Parcel.tracking_number, Enclosure.open).join(Enclosure)).all()
    )

    assert set(rides) == {(number, False), (back, True)}


def test_a_parcel_that_has_ended_is_not_asked_about_again(any_centre):
    number = any_centre.a_parcel()
    assert any_centre.get(f"/parcels/{number}").json()["next_check_at"] is not None
    record(any_centre, a_scan(any_centre, number, Milestone.DELIVERED))

    assert any_centre.get(f"/parcels/{number}").json()["next_check_at"] is None


def test_a_copy_that_says_otherwise_is_found_and_mended(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)

    def spoil(session: Session) -> None:
        dossier = session.exec(select(Dossier)).one()
        parcel = session.exec(select(Parcel)).one()
        dossier.stage, parcel.flags = "delivered", [Flag.DAMAGED.value]
        session.add_all([dossier, parcel])

    any_centre.database.write_now(spoil)
    assert any_centre.differences() == ["parcel 1", "dossier 1"]

    mended = any_centre.mend()
    assert mended == ["parcel 1", "dossier 1"]
    assert any_centre.differences() == []
    assert any_centre.stage(code) == "sealed"
    assert any_centre.get(f"/parcels/{number}").json()["flags"] == []


def test_an_enclosure_that_says_otherwise_is_found_and_mended(any_centre):
    any_centre.a_parcel(any_centre.a_dossier())

    def spoil(session: Session) -> None:
        enclosure = session.exec(select(Enclosure)).one()
        enclosure.open = False
        session.add(enclosure)

    any_centre.database.write_now(spoil)
    assert any_centre.differences() == ["dossier 1"]
    any_centre.mend()
    assert any_centre.differences() == []


def test_what_is_lost_is_lost_with_all_that_was_inside(any_centre):
    codes = [any_centre.a_dossier(), any_centre.a_dossier()]
    number = any_centre.a_parcel(*codes)
    lost = a_scan(any_centre, number, Milestone.EXCEPTION, reason=Reason.LOST)
    record(any_centre, lost)

    assert {any_centre.stage(code) for code in codes} == {"lost"}
    assert any_centre.differences() == []


def test_a_thousand_scans_in_one_breath_are_a_thousand_entries(any_centre):
    number = any_centre.a_parcel()
    before = len(entries(any_centre))
    scans = [
        a_scan(any_centre, number, Milestone.IN_TRANSIT, key=f"k{n}", hours=n / 1000)
        for n in range(1000)
    ]

    assert None not in record(any_centre, *reversed(scans))
    assert len(entries(any_centre)) == before + 1000
    assert any_centre.differences() == []


def test_no_replay_reads_the_ledger_through(any_centre):
    any_centre.a_parcel(any_centre.a_dossier())
    engine = any_centre.database.engine
    with hearing(engine) as asked:
        found = any_centre.database.read_now(lambda s: ledger.replay_dossiers(s.connection(), [1]))

    assert found[1].stage == "sealed"
    assert [read_through(engine, one) for one in asked] == [[]] * len(asked)
