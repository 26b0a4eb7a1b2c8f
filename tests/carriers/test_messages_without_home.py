"""News that has no home: what contradicts itself, what came too early, what is kept too long."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import Message, MessageFilter, MessageState, keep_each, read
from postal_tracker.house import House
from postal_tracker.storage.tables import CarrierMessage, Echo, LedgerEntry, MessageNumber, Parcel
from tests.asserting import assert_problem
from tests.carriers.messages import a_body, count, keep, the_messages

ANOTHERS = "it tells of another carrier's parcel"
OTHERWISE = "an event that is known tells something else now"


def milestones(centre, number):
    events = centre.get(f"/parcels/{number}").json()["events"]
    return sorted(e["milestone"] for e in events)


def told_by(carrier, number, milestone="in_transit", *, at, id_="1", reference="", **rest):
    event = CarrierEvent(number, Milestone(milestone), at, id_, reference=reference)
    source = rest.pop("source", Source.SIGNED)
    body = f"{carrier} {number} {milestone} {at} {id_} {reference}".encode()
    return Message(carrier, source, body, (event,), **rest)


def keep_messages(centre, *messages):
    told = [(message, centre.clock()) for message in messages]
    return centre.database.write_now(lambda s: keep_each(s, told))


def ask(centre, *events):
    """Let the rehearsal carrier answer when asked."""
    centre.database.write_now(
        lambda s: inbox.record_answer(s, "rehearsal", events, now=centre.clock())
    )


def rows(centre, table):
    return centre.database.read_now(lambda s: s.exec(select(table)).all())


# Another carrier's parcel


def test_a_carrier_cannot_tell_of_another_carriers_parcel(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    message = told_by("ghn", number, "delivered", at=any_centre.clock())

    assert keep_messages(any_centre, message) == [MessageState.CONFLICTING]
    assert milestones(any_centre, number) == ["announced"]
    assert any_centre.stage(code) == "sealed"
    [kept] = rows(any_centre, CarrierMessage)
    assert (kept.state, kept.problem) == ("conflicting", ANOTHERS)


def test_a_source_may_tell_of_anybodys_parcel(any_centre):
    number = any_centre.a_parcel()
    message = told_by("17track", number, at=any_centre.clock(), of_anybodys=True)

    assert keep_messages(any_centre, message) == [MessageState.READ]
    assert milestones(any_centre, number) == ["announced", "in_transit"]


def test_one_event_of_anothers_parcel_does_not_hold_up_the_good_ones(any_centre):
    ours = any_centre.a_parcel()
    theirs = any_centre.a_parcel(carrier="by_hand", tracking_number="TUI-12")
    both = json.loads(a_body(ours, ("1", "NHAN_GUI"), at=any_centre.clock()))
    both["scans"] += json.loads(a_body(theirs, ("2", "PHAT_TC"), at=any_centre.clock()))["scans"]

    assert keep(any_centre, json.dumps(both).encode()) == [MessageState.CONFLICTING]
    assert milestones(any_centre, ours) == ["accepted", "announced"]
    assert milestones(any_centre, theirs) == ["announced"]
    assert any_centre.differences() == []


def test_a_number_that_two_carriers_use_is_each_ones_own(any_centre):
    number = "EE123456785VN"
    first = any_centre.a_dossier()
    any_centre.a_parcel(first, tracking_number=number)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    any_centre.clock.pass_(days=400)
    second = any_centre.a_dossier()
    any_centre.a_parcel(second, carrier="by_hand", tracking_number=number)

    state = keep_messages(any_centre, told_by("rehearsal", number, at=any_centre.clock()))

    assert state == [MessageState.READ], "of its own closed parcel, not of the bag that is open"
    assert any_centre.stage(second) == "sealed"


# The same id, another word


def test_what_an_id_told_first_stands_and_the_second_word_is_shown(any_centre):
    number = any_centre.a_parcel()
    at = any_centre.clock()
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=at))
    other_scan = a_body(number, ("1", "PHAT_TC"), ("2", "ROI_BC"), at=at)
    other_time = a_body(number, ("1", "NHAN_GUI"), at=at - timedelta(hours=1))

    assert keep(any_centre, other_scan, other_time) == [MessageState.CONFLICTING] * 2
    assert milestones(any_centre, number) == ["accepted", "announced", "in_transit"]
    shown = the_messages(any_centre, "conflicting")
    assert {m["problem"] for m in shown} == {OTHERWISE}
    assert any_centre.differences() == []


def test_an_identical_repeat_is_passed_over_in_silence(any_centre):
    number = any_centre.a_parcel()
    at = any_centre.clock()
    bodies = [a_body(number, ("1", "NHAN_GUI"), at=at) + b" " * n for n in range(3)]
    again = a_body(number, ("another id", "NHAN_GUI"), at=at)

    assert keep(any_centre, *bodies, again) == [MessageState.READ] * 4
    assert milestones(any_centre, number) == ["accepted", "announced"]


def test_two_words_under_one_id_in_one_message_are_told_apart(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, ("1", "NHAN_GUI"), ("1", "ROI_BC"), at=any_centre.clock())

    assert keep(any_centre, body) == [MessageState.CONFLICTING]
    assert milestones(any_centre, number) == ["accepted", "announced"]


@pytest.mark.parametrize("words", [("ROI_BC", "PHAT_TC"), ("PHAT_TC", "ROI_BC")])
def test_an_unproven_delivered_under_a_known_id_is_not_even_a_claim(any_centre, words):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    first, second = (a_body(number, ("1", word), at=any_centre.clock()) for word in words)
    assert keep(any_centre, first, source=Source.UNSIGNED) == [MessageState.READ]

    assert keep(any_centre, second, source=Source.UNSIGNED) == [MessageState.CONFLICTING]
    assert len(milestones(any_centre, number)) == 2
    assert any_centre.differences() == []


def test_a_code_that_our_table_knows_by_now_is_no_contradiction(any_centre):
    number, at = any_centre.a_parcel(), any_centre.clock()
    event = CarrierEvent(number, Milestone.UNRECOGNISED, at, "1", carrier_code="KIEM_HOA")
    known = CarrierEvent(number, Milestone.IN_TRANSIT, at, "1", carrier_code="KIEM_HOA")
    first = Message("rehearsal", Source.SIGNED, b"1", (event,))
    second = Message("rehearsal", Source.SIGNED, b"2", (known,))

    assert keep_messages(any_centre, first) == keep_messages(any_centre, second)
    assert {m.state for m in rows(any_centre, CarrierMessage)} == {"read"}


def test_an_old_scan_told_again_after_its_number_came_back_is_still_the_old_one(any_centre):
    number, at = "EE123456785VN", any_centre.clock()
    any_centre.a_parcel(tracking_number=number)
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), ("2", "PHAT_TC"), at=at))
    any_centre.clock.pass_(days=400)
    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number=number)

    assert keep(any_centre, a_body(number, ("2", "PHAT_TC"), at=at)) == [MessageState.READ]
    assert any_centre.stage(code) == "sealed"


# Our own number


def test_news_under_the_carriers_number_finds_the_parcel_by_ours(any_centre):
    number, at = any_centre.a_parcel(), any_centre.clock()
    message = told_by("rehearsal", "GHN7XYZ", reference=number, at=at)

    assert keep_messages(any_centre, message) == [MessageState.READ]
    assert milestones(any_centre, number) == ["announced", "in_transit"]


def test_the_carriers_own_number_goes_before_our_reference(any_centre):
    first, second = any_centre.a_parcel(), any_centre.a_parcel()
    message = told_by("rehearsal", first, reference=second, at=any_centre.clock())
    keep_messages(any_centre, message)

    assert milestones(any_centre, first) == ["announced", "in_transit"]
    assert milestones(any_centre, second) == ["announced"]


def test_a_carrier_reaches_nobody_elses_parcel_by_a_reference_either(any_centre):
    number = any_centre.a_parcel()
    message = told_by("ghn", "GHN7XYZ", "delivered", reference=number, at=any_centre.clock())

    assert keep_messages(any_centre, message) == [MessageState.CONFLICTING]
    assert milestones(any_centre, number) == ["announced"]


# What came too early


def test_a_hook_before_its_parcel_is_read_when_the_parcel_is_sealed(any_centre):
    number = "EE123456785VN"
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()))
    [shown] = the_messages(any_centre, "unclaimed")
    assert shown["waits_for"] == [number]
    any_centre.clock.pass_(hours=2)
    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number=number)

    assert any_centre.stage(code) == "to_authority"
    assert milestones(any_centre, number) == ["accepted", "announced"]
    assert [m.state for m in rows(any_centre, CarrierMessage)] == ["read"]
    assert count(any_centre, MessageNumber) == 0
    assert any_centre.differences() == []


def test_a_message_of_two_parcels_waits_for_the_second_one_too(any_centre):
    numbers, at = ["EE123456785VN", "EE000000014VN"], any_centre.clock()
    scans = [json.loads(a_body(n, (n, "NHAN_GUI"), at=at))["scans"][0] for n in numbers]
    keep(any_centre, json.dumps({"scans": scans}).encode())
    any_centre.a_parcel(tracking_number=numbers[0])
    [shown] = the_messages(any_centre, "unclaimed")
    assert shown["waits_for"] == [numbers[1]]

    any_centre.a_parcel(tracking_number=numbers[1])
    assert the_messages(any_centre, "unclaimed") == []
    assert count(any_centre, MessageNumber) == 0


def test_news_waits_for_our_own_number_as_well(any_centre):
    number = "EE123456785VN"
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()))
    waiting = told_by("17track", "ANY-1", reference=number, at=any_centre.clock())
    keep_messages(any_centre, waiting)

    assert {row.tracking_number for row in rows(any_centre, MessageNumber)} == {number, "ANY-1"}


def test_what_a_courier_reported_too_early_is_recorded_with_the_sealing(any_centre):
    event = any_centre.an_event("EE123456785VN", "accepted")
    assert any_centre.tell(event)[0]["status"] == "unclaimed"
    any_centre.clock.pass_(minutes=5)
    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number="EE123456785VN")

    assert any_centre.stage(code) == "to_authority"
    assert any_centre.tell(event)[0]["status"] == "duplicate"


def test_a_key_bound_to_a_carrier_stays_bound_while_its_news_waits(any_centre):
    key = any_centre.database.write_now(
        lambda s: access.create_key(
            s, role=Role.COURIER, name="GHN", carrier="ghn", now=any_centre.clock()
        )
    )
    any_centre.keys["bound"] = key
    event = any_centre.an_event("EE123456785VN", "delivered")
    assert any_centre.tell(event, role="bound")[0]["status"] == "unclaimed"

    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number="EE123456785VN")
    assert any_centre.stage(code) == "sealed"
    [shown] = the_messages(any_centre, "conflicting")
    assert shown["problem"] == ANOTHERS


def test_news_of_anothers_parcel_still_finds_its_own_when_that_is_made(any_centre):
    number = "EE123456785VN"
    any_centre.a_parcel(carrier="by_hand", tracking_number=number)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    any_centre.clock.pass_(days=400)
    body = a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock())
    assert keep(any_centre, body) == [MessageState.CONFLICTING]

    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number=number)
    assert any_centre.stage(code) == "to_authority"
    assert the_messages(any_centre, "conflicting") == []


def test_news_and_its_parcel_made_at_the_same_moment_find_each_other(postgres_url):
    """Two services on one database: neither sees what the other has not committed yet."""
    from threading import Thread

    from tests.centre import Centre

    number = "EE123456785VN"
    with Centre(postgres_url) as centre:
        other = House(centre.settings, clock=centre.clock)
        body = a_body(number, ("1", "NHAN_GUI"), at=centre.clock())
        message = read(centre.house.carriers, "rehearsal", Source.SIGNED, body)
        with other.database.transaction() as session:
            keep_each(session, [(message, centre.clock())])
            sealing = Thread(target=centre.a_parcel, kwargs={"tracking_number": number})
            sealing.start()
            sealing.join(timeout=1)
            assert sealing.is_alive(), "it waits for the news to be kept"
        sealing.join(timeout=60)

        assert centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
        assert count(centre, MessageNumber) == 0
        other.close()


def test_a_thousand_strange_numbers_at_once_are_kept_all_the_same(any_centre):
    at = any_centre.clock()
    bodies = [
        json.dumps(
            {
                "scans": [
                    json.loads(a_body(f"EE{k}-{n}", ("1", "NHAN_GUI"), at=at))["scans"][0]
                    | {"id": f"{k}-{n}"}
                    for n in range(1000)
                ]
            }
        ).encode()
        for k in range(10)
    ]
    assert keep(any_centre, *bodies) == [MessageState.UNCLAIMED] * 10
    assert count(any_centre, MessageNumber) == 10_000


# Reading again


def test_messages_are_read_again_a_few_at_a_time_until_none_is_left(centre, monkeypatch):
    monkeypatch.setattr(inbox.reprocessing, "MOST_READ_AGAIN", 2)
    bodies = [a_body(f"EE{n}", (str(n), "NHAN_GUI"), at=centre.clock()) for n in range(5)]
    keep(centre, *bodies, b"{")
    first = centre.post("/messages/read-again", {"state": "unclaimed"}).json()
    assert (first["unclaimed"], first["unread"], first["left"]) == (5, 0, 0)

    def some(after):
        return centre.database.write_now(
            lambda s: inbox.read_some_again(
                s, centre.house.carriers, MessageFilter(), after=after, now=centre.clock()
            )
        )

    done, after, left = 0, 0, []
    while after is not None:
        got = some(after)
        done += got.unclaimed + got.unread
        after = got.next_cursor
        left.append(got.left)
    assert (done, left) == (6, [4, 2, 0])


def test_after_a_fix_all_of_a_carriers_messages_are_read_at_once(any_centre, monkeypatch):
    number = any_centre.a_parcel()
    carrier = type(any_centre.house.carriers.find("rehearsal"))
    with monkeypatch.context() as broken:
        broken.setattr(carrier, "read_message", lambda _self, _body: 1 / 0)
        keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()))
    assert any_centre.post("/messages/read-again", {"carrier": "ghn"}).json()["read"] == 0
    answer = any_centre.post("/messages/read-again", {"carrier": "rehearsal"}).json()

    assert answer == {
        **{"read": 1, "unread": 0, "unclaimed": 0, "conflicting": 0},
        **{"left": 0, "next_cursor": None},
    }
    assert milestones(any_centre, number) == ["accepted", "announced"]


def test_a_carrier_that_has_no_settings_any_more_loses_no_message(centre):
    keep_messages(centre, told_by("17track", "GHN7XYZ", at=centre.clock()))
    [shown] = the_messages(centre, "unclaimed")

    assert centre.post(f"/messages/{shown['id']}/read-again").json() == {"state": "unread"}
    [shown] = the_messages(centre, "unread")
    assert shown["problem"] == "its carrier has no settings any more"


# How long


def test_a_message_is_emptied_when_its_time_is_over_and_still_known_if_it_comes_again(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock())
    keep(any_centre, body, b"{")
    any_centre.clock.pass_(days=401)
    assert erase(any_centre) == 1, "nobody has read the other one yet"
    assert keep(any_centre, body) == [MessageState.READ]
    assert count(any_centre, CarrierMessage) == 2

    [kept] = [m for m in rows(any_centre, CarrierMessage) if m.state == "read"]
    assert (bytes(kept.body), kept.erased_at) == (b"", any_centre.clock())
    answer = any_centre.post(f"/messages/{kept.id}/read-again")
    assert_problem(answer, 409, "message-erased")
    any_centre.clock.pass_(days=400)
    assert erase(any_centre) == 1, "twice the time is enough for those without a home"
    assert erase(any_centre) == 0


def test_an_emptied_message_waits_for_nothing(any_centre):
    number = "EE123456785VN"
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()))
    any_centre.clock.pass_(days=801)
    assert erase(any_centre) == 1
    assert count(any_centre, MessageNumber) == 0
    any_centre.a_parcel(tracking_number=number)

    assert milestones(any_centre, number) == ["announced"]
    assert any_centre.post("/messages/read-again", {}).json()["unclaimed"] == 0


def test_no_night_goes_through_all_messages_for_the_old_ones(any_centre):
    keep(any_centre, *(b"{" + b" " * n for n in range(200)))
    query = "SELECT id FROM carrier_message WHERE erased_at IS NULL AND received_at < '2026-01-01' "
    plan = explained(any_centre, query + "ORDER BY received_at LIMIT 500")

    assert "ix_carrier_message_kept" in plan


def erase(centre):
    return centre.database.write_now(
        lambda s: inbox.erase_old(s, 9, kept_for=timedelta(days=400), now=centre.clock())
    )


def explained(centre, query):
    def plan(session: Session) -> str:
        connection = session.connection()
        if centre.database.is_sqlite:
            return str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        return str(connection.execute(text(f"EXPLAIN {query}")).all())

    return centre.database.read_now(plan)


# What hooks told


def test_a_scan_found_by_asking_is_noted_when_a_hook_tells_it_at_last(any_centre):
    number, at = any_centre.a_parcel(), any_centre.clock()
    ask(any_centre, *read_events(any_centre, number, ("1", "NHAN_GUI"), ("2", "ROI_BC")))
    heard = any_centre.clock.pass_(hours=1)
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=at))
    any_centre.clock.pass_(hours=1)
    keep(any_centre, a_body(number, ("other", "NHAN_GUI"), at=at))

    [echo] = rows(any_centre, Echo)
    assert echo.heard_at == heard, "when it was first heard"
    entry = any_centre.database.read_now(lambda s: s.get_one(LedgerEntry, echo.entry_id))
    assert (entry.what, entry.source) == ("accepted", "poll")


def test_a_claim_of_what_was_found_by_asking_is_an_echo_too(any_centre):
    number, at = any_centre.a_parcel(), any_centre.clock()
    ask(any_centre, *read_events(any_centre, number, ("1", "PHAT_TC")))
    keep(any_centre, a_body(number, ("1", "PHAT_TC"), at=at), source=Source.UNSIGNED)
    other = any_centre.a_parcel()
    ask(any_centre, *read_events(any_centre, other, ("3", "PHAT_TC")))
    keep(any_centre, a_body(other, ("another", "PHAT_TC"), at=at), source=Source.UNSIGNED)

    assert count(any_centre, Echo) == 2


def test_what_a_hook_told_first_is_no_echo(any_centre):
    number, at = any_centre.a_parcel(), any_centre.clock()
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=at))
    ask(any_centre, *read_events(any_centre, number, ("1", "NHAN_GUI")))
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=at) + b" ")

    assert count(any_centre, Echo) == 0


def read_events(centre, number, *scans):
    carrier = centre.house.carriers.find("rehearsal")
    return carrier.read_message(a_body(number, *scans, at=centre.clock()))


def test_a_hook_leaves_its_time_on_open_parcels_and_only_a_hook(any_centre):
    told, reported, asked, silent = (any_centre.a_parcel() for _ in range(4))
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(reported, "accepted"))
    ask(any_centre, *read_events(any_centre, asked, ("1", "NHAN_GUI")))
    keep(any_centre, a_body(told, ("2", "NHAN_GUI"), at=any_centre.clock()))

    hooked = {p.tracking_number: p.hooked_at for p in rows(any_centre, Parcel)}
    assert hooked == {told: any_centre.clock(), reported: None, asked: None, silent: None}
    any_centre.clock.pass_(hours=1)
    ended = any_centre.clock()
    keep(any_centre, a_body(told, ("3", "PHAT_TC"), at=ended))
    assert {p.hooked_at for p in rows(any_centre, Parcel)} == {None, ended - timedelta(hours=1)}


def test_a_parcel_that_somebody_else_holds_is_passed_over_not_waited_for(postgres_url):
    from tests.centre import Centre

    with Centre(postgres_url) as centre:
        number, at = centre.a_parcel(), centre.clock()
        keep(centre, a_body(number, ("1", "NHAN_GUI"), at=at))
        other = House(centre.settings, clock=centre.clock)
        with other.database.transaction() as session:
            session.exec(select(Parcel).with_for_update()).all()
            assert keep(centre, a_body(number, ("1", "NHAN_GUI"), at=at) + b" ") == ["read"]
        other.close()
