"""What is done at night, without the clock that starts it."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from postal_tracker import access
from postal_tracker.access import Role, audit, throttle
from postal_tracker.access.audit import AuditFilter
from postal_tracker.background.tasks import Tasks
from postal_tracker.storage.tables import (
    AnsweredRequest,
    CarrierMessage,
    LedgerEntry,
    StaffMember,
    StaffSession,
    StageChange,
    WrongProof,
)
from tests.carriers.messages import a_body
from tests.plans import plans_of


def a_night(centre):
    asyncio.run(Tasks(centre.house, by="the night").tidy())


def rows(centre, *tables):
    """Return how many rows there are of each table."""
    count = func.count
    return [
        centre.database.read_now(lambda s, t=t: s.exec(select(count()).select_from(t)).one())
        for t in tables
    ]


SHORT_LIVED = (WrongProof, AnsweredRequest, StaffSession, StageChange)


def leave_one_of_each(centre):
    """Let somebody guess, sign in, and register a dossier with an Idempotency-Key."""

    def sign_in(session: Session) -> None:
        lan = session.exec(select(StaffMember)).first()
        now = centre.clock()
        if lan is None:
            lan = StaffMember(
                username="lan", name="Lan", role="desk", password_hash="-", created_at=now
            )
            session.add(lan)
            session.flush()
        access.begin_session(session, lan.id, now)
        throttle.count_wrong(session, f"of {now}", window=timedelta(hours=1), now=now)

    centre.database.write_now(sign_in)
    body = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa"}}
    key = f"at {centre.clock()}"
    assert centre.post("/dossiers", body, headers={"Idempotency-Key": key}).status_code == 201


def test_the_night_lets_go_of_what_nobody_needs_and_of_nothing_else(any_centre):
    leave_one_of_each(any_centre)
    any_centre.clock.pass_(days=31)
    leave_one_of_each(any_centre)

    a_night(any_centre)

    assert rows(any_centre, *SHORT_LIVED) == [1] * len(SHORT_LIVED)


def test_a_message_is_emptied_then_its_row_goes_and_the_ledger_stays_as_it_was(any_centre):
    number = any_centre.a_parcel()
    any_centre.hook(a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()))
    told = any_centre.get(f"/parcels/{number}").json()
    kept_days = any_centre.settings.messages_kept_days
    left = []
    for days in (kept_days - 1, 2, 364, 2):
        any_centre.clock.pass_(days=days)
        any_centre.hook(b'{"scans": []}' + str(any_centre.clock()).encode())
        a_night(any_centre)
        first = select(CarrierMessage).order_by(CarrierMessage.id).limit(1)
        message = any_centre.database.read_now(lambda s, q=first: s.exec(q).one())
        left.append((message.id, bool(message.body)))

    assert left == [(1, True), (1, False), (1, False), (2, True)]
    assert any_centre.get(f"/parcels/{number}").json() == told
    [entry] = any_centre.database.read_now(
        lambda s: s.exec(select(LedgerEntry).where(LedgerEntry.message_id == 1)).all()
    )
    assert entry.what == "accepted"
    assert any_centre.differences() == []


def test_the_newest_message_stays_lest_its_number_be_given_out_again(any_centre):
    any_centre.hook(b'{"scans": []}')
    for _ in range(2):
        any_centre.clock.pass_(days=1000)
        a_night(any_centre)

    assert rows(any_centre, CarrierMessage) == [1]


def test_a_night_writes_in_slices_that_nobody_need_wait_for(centre, monkeypatch):
    """Each takes a fiftieth of a second or so, and as long again is left to others."""
    count = 5000
    centre.database.write_now(
        lambda s: s.add_all(
            WrongProof(key=f"{n}", window_ends_at=centre.clock(), tries=1, last_at=centre.clock())
            for n in range(count)
        )
    )
    slices, forget = [], throttle.forget_ended_windows

    def noted(session, most, *, now):
        began = time.perf_counter()
        done = forget(session, most, now=now)
        time.sleep(done / 20_000)  # a slow disk
        slices.append((done, time.perf_counter() - began))
        return done

    monkeypatch.setattr(throttle, "forget_ended_windows", noted)
    centre.clock.pass_(days=1)
    a_night(centre)

    assert sum(done for done, _ in slices) == count
    assert len(slices) > count / 20_000 / 0.05
    assert sorted(took for _, took in slices)[len(slices) // 2] < 0.05


def test_who_does_not_come_for_45_days_is_shut_out_but_never_the_last_administrator(any_centre):
    since = any_centre.clock()

    def join(session: Session) -> None:
        for name, role in (("lan", Role.DESK), ("quan", Role.ADMIN), ("huong", Role.ADMIN)):
            access.add_staff(
                session,
                username=name,
                name=name,
                role=role,
                office_id=None,
                password=None,
                now=since,
            )
        for member in session.exec(select(StaffMember)):
            member.password_hash = "-"

    any_centre.database.write_now(join)
    closed = []
    for days in (44, 1):
        any_centre.clock.pass_(days=days)
        a_night(any_centre)
        staff = any_centre.database.read_now(access.list_staff)
        closed.append([m.username for m in staff if m.disabled_at])

    assert closed[0] == []
    assert len(closed[1]) == 2
    assert "lan" in closed[1]
    told = any_centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="account")))
    assert "lan disabled: idle" in [e.detail for e in told.items]


@pytest.mark.parametrize("kind", [0, 1, 3])
def test_no_table_is_read_whole_to_find_what_may_go(any_centre, kind):
    """But sessions, which are few; of messages and changes the first rows alone are read."""
    tasks = Tasks(any_centre.house, by="the night")
    forget = tasks.forgotten(any_centre.clock())[kind]
    plans = any_centre.database.write_now(lambda s: plans_of(s, lambda: forget(s, 100)))
    scans = [p for p in plans if "SCAN" in p and "INDEX" not in p]

    assert plans
    assert scans == []
