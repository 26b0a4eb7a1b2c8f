"""Asking carriers and telling them: over real HTTP, with a post that never calls by itself."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from adapters.rehearsal import Rehearsal
from postal_tracker.carriers import announcing, polling, state
from postal_tracker.carriers.backoff import FIRST_REST
from postal_tracker.carriers.polling import LEASE, NEXT_TRY, SPREAD, RateLimit, poller, rate
from postal_tracker.carriers.polling.leases import lease, take
from postal_tracker.carriers.state import HOLD
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import CarrierState, Parcel
from tests.carriers.answering import a_carrier_that_answers, due_times, entries, http
from tests.carriers.messages import messages
from tests.centre import Centre, Clock
from tests.post import SilentPost, silent_post

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def post(centre: Centre) -> Iterator[SilentPost]:
    with silent_post(centre) as made:
        yield made


def poll(centre, by="here", **rest):
    """One round of asking; returns how many parcels the post told of."""

    async def asking():
        async with polling.client() as client:
            return await polling.ask_all_due(
                centre.house.exchange, client, "rehearsal", by=by, **rest
            )

    return asyncio.run(asking())


def borrow(session, *, most, now):
    return lease(session, {"rehearsal"}, most=most, now=now, until=now + LEASE)


def state_of(centre):
    return centre.database.read_now(lambda s: s.get(CarrierState, "rehearsal"))


def announce(centre, timing=REAL_TIME, **rest):
    exchange = replace(centre.house.exchange, timing=timing)

    async def telling():
        async with polling.client() as client:
            return await announcing.announce(exchange, client, "rehearsal", **rest)

    return asyncio.run(telling())


# Asking


def test_what_no_hook_told_is_learnt_by_asking(any_centre):
    with silent_post(any_centre) as post:
        dossier = any_centre.a_dossier()
        number = any_centre.a_parcel(dossier)
        post.pass_time(hours=22)
        post.pick_up(number)
        post.pass_time(hours=2)
        assert poll(any_centre) == 1
        assert any_centre.stage(dossier) == "to_authority"
        post.pass_time(days=7)
        assert poll(any_centre) == 1
    assert any_centre.stage(dossier) == "at_authority"
    assert any_centre.differences() == []
    told = entries(any_centre, number)[1:]
    assert [e.what for e in told][-1] == "delivered"
    assert {e.source for e in told} == {"poll"}
    assert messages(any_centre) == []


def test_nobody_is_asked_before_it_is_time(centre, post):
    number = centre.a_parcel()
    post.pass_time(hours=11)
    assert poll(centre) == 0
    due = due_times(centre)[number]
    post.pass_time(seconds=(due - centre.clock()).total_seconds())
    assert poll(centre) == 1
    assert poll(centre) == 0


def test_a_parcel_whose_journey_is_over_is_asked_about_no_more(centre, post):
    number = centre.a_parcel()
    post.pick_up(number)
    post.pass_time(days=7)
    poll(centre)
    assert due_times(centre) == {number: None}
    post.pass_time(days=7)
    assert poll(centre) == 0


def test_a_parcel_that_a_correction_opened_again_is_asked_about_again(centre, post):
    dossier = centre.a_dossier()
    number = centre.a_parcel(dossier)
    centre.tell(centre.an_event(number, "delivered"))
    delivered = entries(centre, number)[-1]
    assert due_times(centre) == {number: None}
    struck = {"act": "strike_out", "entry": delivered.id}
    answer = centre.post(f"/dossiers/{dossier}/acts", struck)
    assert answer.status_code == 200, answer.text
    assert poll(centre) == 1


def test_a_scan_that_a_hook_told_already_is_recorded_once(centre, post):
    number = centre.a_parcel()
    post.pass_time(hours=22)
    post.pick_up(number)
    post.pass_time(hours=2)
    poll(centre)
    before = len(entries(centre, number))
    centre.database.write_now(lambda s: set_due(s, centre.clock()))
    assert poll(centre) == 1
    assert len(entries(centre, number)) == before


def set_due(session: Session, at: datetime | None) -> None:
    for parcel in session.exec(select(Parcel).where(Parcel.open)):
        parcel.next_check_at = at
        session.add(parcel)


def test_the_longest_due_are_asked_about_first_and_no_more_than_wanted(centre):
    first = centre.a_parcel()
    centre.clock.pass_(minutes=40)
    centre.a_parcel()
    now = centre.clock.pass_(days=1)
    taken = centre.database.write_now(lambda s: borrow(s, most=1, now=now))
    assert taken.numbers == (first,)


def test_a_signature_on_the_list_says_when_to_ask_next(centre):
    number = centre.a_parcel()
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    signed_at = centre.clock.pass_(hours=8)
    centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})

    assert due_times(centre) == {number: signed_at + timedelta(hours=3)}


# What goes wrong


def test_an_outage_is_sat_out_for_as_long_as_the_carrier_wishes_and_healed_later(centre, post):
    dossiers = [centre.a_dossier() for _ in range(3)]
    numbers = [centre.a_parcel(dossier) for dossier in dossiers]
    post.pick_up(*numbers)
    now = post.pass_time(days=7)
    post.misbehave(outage_seconds=7200, drop=1.0)
    assert poll(centre) == 0
    assert state_of(centre).rests_until == now + timedelta(hours=2)
    post.misbehave(drop=1.0)
    post.pass_time(minutes=119)
    assert poll(centre) == 0, "it wishes to be left alone"
    post.pass_time(minutes=1)
    assert poll(centre) == 3
    assert {centre.stage(dossier) for dossier in dossiers} == {"at_authority"}
    assert (state_of(centre).failures, state_of(centre).rests_until) == (0, None)
    assert centre.differences() == []


def test_a_carrier_that_fails_time_and_again_rests_longer_and_longer(centre):
    centre.settings.carriers["rehearsal"].rate_per_second = 1000
    for _ in range(130):
        centre.a_parcel()
    now = centre.clock.pass_(days=1)
    assert poll(centre) == 0
    # Three questions about fifty parcels each, side by side; then it is left alone.
    assert state_of(centre).rests_until == now + FIRST_REST
    assert poll(centre) == 0
    now = centre.clock.pass_(minutes=70)
    assert poll(centre) == 0
    assert (state_of(centre).failures, state_of(centre).rests_until) == (4, now + 2 * FIRST_REST)


def test_one_carrier_that_rests_delays_no_other(centre):
    centre.database.write_now(
        lambda s: s.add(CarrierState(carrier="ghn", rests_until=NOW + timedelta(days=9)))
    )
    with silent_post(centre) as post:
        centre.a_parcel()
        post.pass_time(days=1)
        assert poll(centre) == 1


def test_a_carrier_is_asked_by_one_process_at_a_time(any_centre):
    number = any_centre.a_parcel()
    with silent_post(any_centre) as post:
        now = post.pass_time(days=1)
        wanted = {"question": 1, "most": 1, "gap": timedelta(seconds=1), "now": now}
        first = any_centre.database.write_now(
            lambda s: take(s, "rehearsal", {"rehearsal"}, by="there", **wanted)
        )
        any_centre.database.write_now(lambda s: set_due(s, now))
        assert first.numbers == (number,)
        assert poll(any_centre, by="here") == 0
        post.pass_time(seconds=HOLD.total_seconds())
        assert poll(any_centre, by="here") == 1, "it died, or has forgotten to say that it ended"


def test_a_carrier_that_is_not_there_is_tried_again_soon(centre):
    number = centre.a_parcel()  # nobody listens at the centre's address of the carrier
    now = centre.clock.pass_(days=1)
    assert poll(centre) == 0
    assert due_times(centre) == {number: now + NEXT_TRY}
    assert messages(centre) == []


def test_a_carrier_that_never_finishes_is_left(centre, monkeypatch):
    number = centre.a_parcel()
    now = centre.clock.pass_(days=1)
    monkeypatch.setattr(poller, "ANSWER_WITHIN", timedelta(seconds=0.1))
    with a_carrier_that_answers(centre, b""):
        assert poll(centre) == 0
    assert due_times(centre) == {number: now + NEXT_TRY}


def test_an_answer_nobody_can_read_is_shown_to_staff_once_a_day(centre):
    numbers = [centre.a_parcel() for _ in range(2)]
    now = centre.clock.pass_(days=1)
    with a_carrier_that_answers(centre, http("<html>"), http("<html>")):
        assert poll(centre) == 0
        first, second = sorted(due_times(centre).values())
        # Together they could not be read; apart, perhaps one of them can.
        assert (first, second) == (now + NEXT_TRY, now + NEXT_TRY + SPREAD / 2)
        centre.clock.pass_(hours=1)
        assert poll(centre) == 0
    (kept,) = messages(centre)
    assert (kept.carrier, kept.source, kept.state) == ("rehearsal", "poll", "unread")
    assert kept.problem
    shown = centre.get("/messages?state=unread").json()["items"]
    assert [m["carrier"] for m in shown] == ["rehearsal"]
    assert not any(number.encode() in kept.body for number in numbers)


def test_a_fault_of_our_own_stops_nobody_else(centre, post, monkeypatch, caplog):
    centre.a_parcel()
    post.pass_time(days=1)
    adapter = type(centre.house.carriers.find("rehearsal"))
    monkeypatch.setattr(adapter, "ask", lambda *_: {}["a key that is not there"])
    assert poll(centre) == 0
    assert "an adapter failed" in caplog.text
    assert [m.problem for m in messages(centre)] == ["a fault in the adapter"]


def test_a_round_that_dies_half_way_loses_nothing(centre):
    dossier = centre.a_dossier()
    number = centre.a_parcel(dossier)
    now = centre.clock.pass_(days=1)

    async def die_while_the_carrier_thinks():
        async with polling.client() as client:
            round_ = asyncio.create_task(
                polling.ask_all_due(centre.house.exchange, client, "rehearsal", by="here")
            )
            while due_times(centre)[number] != now + LEASE:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            round_.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await round_

    with a_carrier_that_answers(centre, b""):
        asyncio.run(die_while_the_carrier_thinks())
    with silent_post(centre) as post:
        post.pick_up(number)
        post.pass_time(minutes=4)
        assert poll(centre) == 0
        post.pass_time(minutes=1)
        assert poll(centre) == 1
    assert centre.stage(dossier) == "to_authority"


def test_a_parcel_is_leased_to_one_of_two_who_ask_at_once(postgres_url):
    with Centre(postgres_url) as centre:
        for _ in range(6):
            centre.a_parcel()
        now = centre.clock.pass_(days=1)
        elsewhere = Database(postgres_url)
        with centre.database.transaction() as here, elsewhere.transaction() as there:
            mine = borrow(here, most=4, now=now)
            theirs = borrow(there, most=4, now=now)
        elsewhere.close()
    assert (len(mine.ids), len(theirs.ids)) == (4, 2)
    assert not set(mine.ids) & set(theirs.ids)


def test_two_who_ask_all_the_time_ask_about_each_parcel_once(postgres_url):
    with Centre(postgres_url) as centre:
        for _ in range(60):
            centre.a_parcel()
        now = centre.clock.pass_(days=1)
        leased: list[int] = []

        def take_all():
            database = Database(postgres_url)

            async def taking():
                while ids := (await database.write(take)).ids:
                    leased.extend(ids)

            def take(session):
                return borrow(session, most=3, now=now)

            asyncio.run(taking())
            database.close()

        pollers = [threading.Thread(target=take_all) for _ in range(2)]
        for poller in pollers:
            poller.start()
        for poller in pollers:
            poller.join()
    assert len(leased) == 60
    assert len(set(leased)) == 60


def test_two_processes_never_hold_one_carrier_at_once(postgres_url):
    Centre(postgres_url).house.close()
    asking: list[str] = []
    found: list[list[str]] = []

    def ask_five_times(name):
        hold = partial(state.hold, carrier="rehearsal", by=name, now=NOW)
        let_go = partial(state.release, carrier="rehearsal", by=name, at=NOW)
        with contextlib.closing(Database(postgres_url)) as database:
            for _ in range(5):
                while database.write_now(hold) is None:
                    pass
                asking.append(name)
                found.append(list(asking))
                asking.remove(name)
                database.write_now(let_go)

    names = [f"worker {n}" for n in range(4)]
    processes = [threading.Thread(target=ask_five_times, args=(name,)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(found) == sorted([name] for name in names for _ in range(5))


def test_who_asks_next_keeps_the_distance_to_the_last_question(centre, post):
    first = centre.a_parcel()
    now = post.pass_time(days=1)
    centre.settings.carriers["rehearsal"].rate_per_second = 0.5
    assert poll(centre, by="there") == 1
    centre.database.write_now(lambda s: set_due(s, now))
    assert poll(centre, by="here") == 0
    assert due_times(centre) == {first: now}
    post.pass_time(seconds=3)
    assert poll(centre, by="here") == 1


def test_questions_keep_their_distance_even_if_this_process_is_held_up(monkeypatch):
    clock = Clock(NOW)

    async def oversleep(seconds):
        clock.pass_(seconds=seconds + 0.7)

    monkeypatch.setattr(rate.time, "monotonic", lambda: clock().timestamp())
    monkeypatch.setattr(rate.asyncio, "sleep", oversleep)
    asked_at = []

    async def ask():
        turns = RateLimit(per_second=1)
        for _ in range(4):
            await turns.turn()
            asked_at.append(clock())

    asyncio.run(ask())
    distances = [after - before for before, after in pairwise(asked_at)]
    assert all(distance > timedelta(seconds=1) for distance in distances)


def test_answers_are_written_one_by_one_so_that_hooks_come_in_between(centre, post, monkeypatch):
    centre.settings.carriers["rehearsal"].rate_per_second = 1000
    for _ in range(12):
        centre.a_parcel()
    post.pass_time(days=1)
    monkeypatch.setattr(Rehearsal, "numbers_per_question", 2)
    together = []
    run = centre.database._writer._run
    monkeypatch.setattr(
        type(centre.database._writer),
        "_run",
        lambda _self, batch: (together.append(len(batch)), run(batch)),
    )
    assert poll(centre) == 12
    assert max(together) <= 2, "one answer, and the next parcels"


def plans_of(centre, query):
    """Return how SQLite goes about each question and change that a function makes of parcels."""
    asked = []
    engine = centre.database.engine

    def listener(*call):
        asked.append(call[2:4])

    event.listen(engine, "before_cursor_execute", listener)
    centre.database.write_now(query)
    event.remove(engine, "before_cursor_execute", listener)
    with engine.connect() as connection:
        return [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
            for sql, values in asked
            if "parcel" in sql
        ]


def test_what_is_due_and_what_is_to_be_told_is_found_by_an_index(centre):
    due = plans_of(centre, lambda s: borrow(s, most=50, now=centre.clock()))
    timeless, longest_due, *_ = due
    assert "ix_parcel_due" in timeless
    assert "ix_parcel_due" in longest_due
    (to_tell,) = plans_of(centre, lambda s: announcing._unannounced(s, {"rehearsal"}, 50))
    assert "SCAN parcel" not in to_tell


# Announcing


def test_a_carrier_is_told_of_a_parcel_once(any_centre):
    with silent_post(any_centre) as post:
        number = any_centre.a_parcel()
        assert announce(any_centre) == 1
        assert post.knows(number) == ["DANG_KY"]
        assert announce(any_centre) == 0


def test_telling_twice_does_no_harm(centre, post):
    number = centre.a_parcel()
    announce(centre)
    centre.database.write_now(forget_announcements)  # as if we had died before noting it
    post.pass_time(minutes=1)
    assert announce(centre) == 1
    assert post.knows(number) == ["DANG_KY"]


def forget_announcements(session: Session) -> None:
    for parcel in session.exec(select(Parcel)):
        parcel.announced_at = None
        session.add(parcel)


def test_a_carrier_that_is_down_is_told_later(centre, post):
    numbers = [centre.a_parcel() for _ in range(5)]
    post.misbehave(outage_seconds=60, drop=1.0)
    assert announce(centre) == 0
    post.misbehave(drop=1.0)
    assert announce(centre) == 5
    assert all(post.knows(number) for number in numbers)


def test_a_carrier_that_is_down_is_not_asked_fifty_times(centre):
    for _ in range(5):
        centre.a_parcel()
    with a_carrier_that_answers(centre, *3 * [http("", "500 Oh no")]):
        assert announce(centre) == 0


def test_a_parcel_the_carrier_has_seen_needs_no_announcement(centre, post):
    number = centre.a_parcel()
    centre.tell(centre.an_event(number, "accepted"))
    assert announce(centre) == 0
    assert post.knows(number) == []


def test_an_empty_parcel_is_not_announced(centre, post):
    dossier = centre.a_dossier()
    centre.a_parcel(dossier)
    centre.post(f"/dossiers/{dossier}/acts", {"act": "taken_out"})
    assert announce(centre) == 0


@pytest.mark.parametrize(
    ("direction", "here", "there"),
    [
        ("to_authority", "Trung tâm", "Phòng Cảnh sát"),
        ("to_centre", "Phòng Cảnh sát", "Trung tâm"),
        ("to_citizen", "Trung tâm", "Phường Yên Thanh, Quảng Ninh"),
    ],
)
def test_an_announcement_names_places_and_nobody(centre, direction, here, there):
    dossier = centre.post(
        "/dossiers",
        {
            "procedure": "GPLX-01",
            "applicant": {
                "name": "Bà Hoa",
                "phone": "0912345678",
                "address": "12 ngõ 3 đường Trần Nhân Tông",
                "ward": "Phường Yên Thanh",
                "province": "Quảng Ninh",
            },
        },
    ).json()["code"]
    number = centre.a_parcel(dossier, direction=direction)
    ((_, told),) = centre.database.read_now(lambda s: announcing._unannounced(s, {"rehearsal"}, 50))
    assert told.tracking_number == number
    assert told.dossiers == 1
    assert told.sender_place.startswith(here)
    assert told.recipient_place.startswith(there)
    assert not any(word in repr(told) for word in ("Hoa", "12 ngõ", "912345678"))


def test_a_fast_post_is_asked_soon_after_it_was_told(centre, post):
    number = centre.a_parcel()
    announce(centre, Timing(speedup=60))
    assert due_times(centre) == {number: centre.clock() + timedelta(minutes=12)}
