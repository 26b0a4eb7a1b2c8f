"""The outbox: whoever is to tell of a change of stage finds it there, once, whatever happened."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from postal_tracker import ledger
from postal_tracker.ledger import outbox
from postal_tracker.storage.tables import Dossier, LedgerEntry, StageChange
from tests.centre import Centre
from tests.ledger.scans import a_scan


def changes(centre):
    """Return what lies in the outbox: which dossier, and its stage before and after."""
    query = select(StageChange, Dossier.code).join(Dossier).order_by(col(StageChange.id))
    rows = centre.database.read_now(lambda s: s.exec(query).all())
    return [(code, change.stage_before, change.stage) for change, code in rows]


def times(centre):
    query = select(StageChange.happened_at).order_by(col(StageChange.id))
    return centre.database.read_now(lambda s: s.exec(query).all())


def act(centre, code, **what):
    answer = centre.post(f"/dossiers/{code}/acts", what)
    assert answer.status_code == 200, answer.text


def forget_old(centre):
    return centre.database.write_now(lambda s: outbox.forget_old(s, 2, now=centre.clock()))


def test_each_change_of_stage_is_there_with_the_time_when_it_happened(any_centre):
    began = any_centre.clock()
    code = any_centre.a_dossier(received_at=began - timedelta(hours=2))
    number = any_centre.a_parcel(code)
    accepted, delivered = (began + timedelta(minutes=n) for n in (1, 2))
    any_centre.tell(
        any_centre.an_event(number, "delivered", happened_at=delivered.isoformat()),
        any_centre.an_event(number, "accepted", happened_at=accepted.isoformat()),
    )

    assert changes(any_centre) == [
        (code, None, "with_office"),
        (code, "with_office", "sealed"),
        (code, "sealed", "to_authority"),
        (code, "to_authority", "at_authority"),
    ]
    assert times(any_centre) == [began - timedelta(hours=2), began, accepted, delivered]


def test_news_that_changes_no_stage_is_nothing_to_tell(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    told = any_centre.an_event(number, "accepted")
    any_centre.tell(told)
    before = changes(any_centre)
    any_centre.clock.pass_(hours=1)
    any_centre.tell(told, any_centre.an_event(number, "in_transit"))
    any_centre.tell(any_centre.an_event(number, "in_transit", place="Hạ Long"))

    assert before[-1] == (code, "sealed", "to_authority")
    assert changes(any_centre) == before


def test_all_dossiers_of_a_parcel_are_told_of(any_centre):
    codes = {any_centre.a_dossier() for _ in range(3)}
    number = any_centre.a_parcel(*codes)
    any_centre.tell(any_centre.an_event(number, "delivered"))

    assert {c for c in changes(any_centre) if c[2] == "at_authority"} == {
        (code, "sealed", "at_authority") for code in codes
    }


def test_late_news_that_changes_where_a_dossier_stands_is_told_as_it_happened(any_centre):
    """The delivery is told after a later scan, so only a replay can tell where the dossier is."""
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=2)
    any_centre.tell(any_centre.an_event(number, "in_transit"))
    earlier = any_centre.clock() - timedelta(hours=1)
    any_centre.tell(any_centre.an_event(number, "delivered", happened_at=earlier.isoformat()))

    assert changes(any_centre)[-1] == (code, "to_authority", "at_authority")
    assert times(any_centre)[-1] == earlier


def test_what_is_struck_out_changes_the_stage_again(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(minutes=5)
    act(any_centre, code, act="cancelled")
    [_, cancelled] = any_centre.database.read_now(
        lambda s: [e.id for e in s.exec(select(LedgerEntry).order_by(LedgerEntry.id))]
    )
    any_centre.clock.pass_(minutes=5)
    act(any_centre, code, act="strike_out", entry=cancelled)

    assert changes(any_centre)[1:] == [
        (code, "with_office", "cancelled"),
        (code, "cancelled", "with_office"),
    ]
    assert times(any_centre)[-1] == any_centre.clock()


def test_a_copy_that_is_mended_is_no_change_of_stage(any_centre):
    any_centre.a_dossier()

    def spoil(session: Session) -> None:
        dossier = session.exec(select(Dossier)).one()
        dossier.stage = "delivered"
        session.add(dossier)

    any_centre.database.write_now(spoil)
    before = changes(any_centre)
    any_centre.mend()

    assert any_centre.differences() == []
    assert changes(any_centre) == before


def test_a_change_that_was_not_kept_is_not_told(any_centre):
    number = any_centre.a_parcel()
    before = changes(any_centre)

    def fail(session: Session) -> None:
        ledger.record(session, [a_scan(session, number)], now=any_centre.clock())
        raise LookupError

    with pytest.raises(LookupError):
        any_centre.database.write_now(fail)
    assert changes(any_centre) == before


def test_a_change_may_come_to_light_after_others_with_higher_ids(postgres_url):
    """A reader that remembers the last id would miss it; one that takes what is there does not."""
    with Centre(postgres_url) as centre:
        slow, quick = centre.a_parcel(), centre.a_parcel()
        seen = len(changes(centre))
        with centre.database.transaction() as session:
            ledger.record(session, [a_scan(session, slow)], now=centre.clock())
            centre.database.write_now(
                lambda s: ledger.record(s, [a_scan(s, quick)], now=centre.clock())
            )
            before = changes(centre)
        after = changes(centre)

    assert after[:seen] == before[:seen]
    assert (len(before), len(after)) == (seen + 1, seen + 2)
    assert after[-1] == before[-1]


def test_what_nobody_reads_within_thirty_days_goes_by_itself(any_centre, monkeypatch):
    for _ in range(5):
        any_centre.a_dossier()
    any_centre.clock.pass_(days=30, seconds=1)
    young = any_centre.a_dossier()

    assert [forget_old(any_centre) for _ in range(4)] == [2, 2, 1, 0]
    assert changes(any_centre) == [(young, None, "with_office")]


def test_the_number_of_a_change_is_never_given_to_another(any_centre):
    any_centre.a_dossier()
    [first] = any_centre.database.read_now(lambda s: s.exec(select(StageChange.id)).all())
    any_centre.clock.pass_(days=31)
    forget_old(any_centre)
    any_centre.a_dossier()
    [second] = any_centre.database.read_now(lambda s: s.exec(select(StageChange.id)).all())

    assert second > first
