"""What we learn of scans by webhooks, and what only because we ask."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker import reports
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import Message, keep_each
from postal_tracker.core.problems import Invalid
from postal_tracker.reports.found_by_poll import FoundByPollRow, how_learnt
from postal_tracker.storage.tables import LedgerEntry, Parcel

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


def test_a_month_is_found_in_a_few_looks_and_only_it_is_read(any_centre):
    any_centre.a_parcel()
    any_centre.database.write_now(lambda s: fill(s, any_centre.clock()))
    any_centre.clock.pass_(days=300)

    def counted(session):
        start = any_centre.clock() - timedelta(days=40)
        return how_learnt(session.connection(), start, start + timedelta(days=30), scope=EVERYTHING)

    plan = plan_of(any_centre, counted)
    assert "SCAN ledger_entry" not in plan
    assert "Seq Scan on ledger_entry" not in plan
    assert "pk_ledger_entry" in plan or "INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan


def fill(session, start):
    """Let the ledger be ten months long, ten scans a day."""
    parcel = session.exec(select(Parcel.id)).one()
    days = [start + timedelta(days=n / 10) for n in range(3000)]
    session.add_all(
        LedgerEntry(
            key=f"x{n}",
            parcel_id=parcel,
            what="in_transit",
            happened_at=at,
            recorded_at=at,
            source="poll",
        )
        for n, at in enumerate(days)
    )
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("ANALYZE"))


def plan_of(centre, query_of):
    """Return how the database would go about a query, as it does with a large ledger."""

    def explain(session):
        query = query_of(session)
        connection = session.connection()
        how = "EXPLAIN QUERY PLAN" if centre.database.is_sqlite else "EXPLAIN"

        def ask_how(_connection, _cursor, statement, values, _context, _many):
            return f"{how} {statement}", values

        event.listen(connection, "before_cursor_execute", ask_how, retval=True)
        rows = connection.execute(query).cursor.fetchall()
        event.remove(connection, "before_cursor_execute", ask_how)
        return "\n".join(str(tuple(row)) for row in rows)

    return centre.database.read_now(explain)
