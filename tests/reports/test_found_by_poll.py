"""What we learn of scans by webhooks, and what only because we ask."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import select

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker import ledger, reports
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import Message, keep_each
from postal_tracker.core.problems import Invalid
from postal_tracker.ledger import tallies
from postal_tracker.reports.found_by_poll import FoundByPollRow
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Parcel
from tests.plans import hearing

NOVEMBER = date(2026, 11, 1)


def a_scan(centre, number, milestone="in_transit", id_=""):
    return CarrierEvent(
        number, Milestone(milestone), centre.clock(), id_ or f"{number} {milestone}", "X"
    )


def hook(centre, *events, source=Source.SIGNED):
    body = f"{events} {centre.clock()} {source}".encode()
    message = (Message("rehearsal", source, body, events, of_anybodys=True), centre.clock())
    centre.database.write_now(lambda s: keep_each(s, [message]))


def ask(centre, *events):
    centre.database.write_now(
        lambda s: inbox.record_answer(s, "rehearsal", events, now=centre.clock(), of_anybodys=True)
    )


def seen(centre, month=NOVEMBER):
    """Return the report, once it says what a count of the ledger says."""
    assert centre.differences() == []
    return seen_only(centre, month)


def seen_only(centre, month=NOVEMBER):
    found = centre.database.read_now(
        lambda s: reports.found_by_poll(
            s, scope=EVERYTHING, month=month, titles={"rehearsal": "Diễn tập"}
        )
    )
    return list(found.items)


def test_minh_sees_whose_hooks_let_us_down(any_centre):
    ours = any_centre.a_parcel()
    bag = any_centre.a_parcel(carrier="by_hand", tracking_number="TUI-12")
    any_centre.clock.pass_(hours=1)
    first, later, never, other = (
        a_scan(any_centre, ours, "accepted"),
        a_scan(any_centre, ours, "in_transit"),
        a_scan(any_centre, ours, "out_for_delivery"),
        a_scan(any_centre, bag, "accepted"),
    )
    hook(any_centre, first)
    ask(any_centre, first, later, never)
    hook(any_centre, later, other)
    any_centre.tell(any_centre.an_event(ours, "delivery_failed"))

    assert seen(any_centre) == [
        FoundByPollRow("by_hand", 1, 1, 0, 0, 0.0),
        FoundByPollRow("Diễn tập", 3, 1, 1, 1, 33.3),
    ]


@pytest.mark.parametrize("hook_first", [True, False])
def test_a_claim_and_its_confirmation_are_one_scan(any_centre, hook_first):
    number = any_centre.a_parcel()
    delivered = a_scan(any_centre, number, "delivered")
    tell = [
        lambda: hook(any_centre, delivered, source=Source.UNSIGNED),
        lambda: ask(any_centre, delivered),
    ]
    for step in tell if hook_first else reversed(tell):
        step()

    [row] = seen(any_centre)
    assert (row.scans, row.never_told) == (1, 0)
    assert (row.told_first, row.told_later) == ((1, 0) if hook_first else (0, 1))


def test_a_scan_is_of_the_local_month_in_which_we_learnt_of_it(any_centre):
    number = any_centre.a_parcel()
    any_centre.clock.at = any_centre.clock.at.replace(month=11, day=30, hour=16, minute=59)
    ask(any_centre, a_scan(any_centre, number, "accepted"))
    any_centre.clock.pass_(minutes=1)  # midnight in Vietnam
    ask(any_centre, a_scan(any_centre, number, "in_transit"))
    any_centre.clock.pass_(days=40)
    ask(any_centre, a_scan(any_centre, number, "out_for_delivery"))

    months = (NOVEMBER, date(2026, 12, 31), date(2027, 1, 5), date(2027, 2, 1))
    counted = [sum(row.scans for row in seen(any_centre, month)) for month in months]
    assert counted == [1, 1, 1, 0]
    assert seen(any_centre, date(2026, 10, 1)) == []
    with pytest.raises(Invalid):
        seen(any_centre, date(1970, 1, 1))


@pytest.mark.parametrize("hook_first", [True, False])
def test_of_twins_told_at_once_the_first_counts(any_centre, hook_first):
    """In one batch, or the later number first, as two services may: neither counts twice."""
    number = any_centre.a_parcel()
    id_ = any_centre.database.read_now(lambda s: s.exec(select(Parcel.id)).one())
    told = {"parcel_id": id_, "what": Milestone.DELIVERED, "happened_at": any_centre.clock()}
    claim = ledger.NewEntry(key="a", source=Source.UNSIGNED, **told)
    proof = ledger.NewEntry(key="b", source=Source.POLL, **told)
    both = [claim, proof] if hook_first else [proof, claim]
    any_centre.database.write_now(lambda s: ledger.record(s, both, now=any_centre.clock()))

    [row] = seen(any_centre)
    assert (row.scans, row.told_first) == (1, int(hook_first))
    assert number


def test_a_record_from_before_is_counted_when_it_is_brought_up(any_centre):
    number, engine = any_centre.a_parcel(), any_centre.database.engine
    any_centre.clock.pass_(hours=1)
    scans = [a_scan(any_centre, number, m) for m in ("accepted", "in_transit", "delivered")]
    hook(any_centre, scans[2], source=Source.UNSIGNED)
    ask(any_centre, *scans)
    hook(any_centre, scans[1])
    before = seen(any_centre)
    migrations.downgrade(engine, "0024")
    with engine.connect() as connection:
        kinds = set(connection.execute(text("SELECT kind FROM tally")).scalars())
    migrations.upgrade(engine)

    assert kinds.isdisjoint(tallies.HOW_LEARNT)
    assert seen(any_centre) == before == [FoundByPollRow("Diễn tập", 3, 1, 1, 1, 33.3)]


def test_the_ledger_is_not_read_for_it(any_centre):
    with hearing(any_centre.database.engine) as asked:
        seen_only(any_centre)

    assert any("tally" in one.statement for one in asked)
    assert not any("ledger_entry" in one.statement for one in asked)
