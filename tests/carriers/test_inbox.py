"""What carriers and couriers tell us: kept first, then matched, then recorded, and never twice."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from adapters.event import Source
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import MessageState
from postal_tracker.storage.tables import CarrierMessage, LedgerEntry
from tests.carriers.messages import a_body, count, keep, messages, the_messages

# Messages of carriers


def test_a_message_is_kept_byte_for_byte(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock()) + b"  \n"
    keep(any_centre, body)

    kept = any_centre.database.read_now(lambda s: s.exec(select(CarrierMessage)).one())
    assert bytes(kept.body) == body
    assert (kept.state, kept.source, kept.received_at) == ("read", "signed", any_centre.clock())


def test_large_messages_that_come_together_are_kept_byte_for_byte_each(any_centre):
    bodies = [bytes(range(256)) * 2_500 + bytes([n]) for n in range(4)] + [b""]

    keep(any_centre, *bodies)

    assert [bytes(one.body) for one in messages(any_centre)] == bodies


def test_a_message_that_comes_again_is_neither_kept_nor_told_twice(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, ("1", "NHAN_GUI"), at=any_centre.clock())

    assert keep(any_centre, body, body) == [MessageState.READ] * 2
    assert keep(any_centre, body) == [MessageState.READ]
    assert count(any_centre, CarrierMessage) == 1
    assert len(any_centre.get(f"/parcels/{number}").json()["events"]) == 2
    assert any_centre.differences() == []


def test_a_scan_told_in_two_messages_is_one_scan(any_centre):
    number = any_centre.a_parcel()
    at = any_centre.clock()
    keep(
        any_centre,
        a_body(number, ("1", "NHAN_GUI"), at=at),
        a_body(number, ("1", "NHAN_GUI"), ("2", "ROI_BC"), at=at),
        a_body(number, ("again", "NHAN_GUI"), at=at),
    )

    told = [e["milestone"] for e in any_centre.get(f"/parcels/{number}").json()["events"]]
    assert sorted(told) == ["accepted", "announced", "in_transit"]
    assert any_centre.differences() == []


def test_one_message_may_tell_of_parcels_we_know_and_of_others(any_centre):
    number = any_centre.a_parcel()
    at = any_centre.clock()
    both = json.loads(a_body(number, ("1", "NHAN_GUI"), at=at))
    both["scans"] += json.loads(a_body("EE123456785VN", ("2", "NHAN_GUI"), at=at))["scans"]

    assert keep(any_centre, json.dumps(both).encode()) == [MessageState.UNCLAIMED]
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
    assert len(the_messages(any_centre, "unclaimed")) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"scans": {}}', b"[" * 100_000])
def test_what_cannot_be_read_is_kept_and_shown(centre, body):
    assert keep(centre, body) == [MessageState.UNREAD]
    [shown] = the_messages(centre, "unread")
    assert shown["problem"]


def test_a_fault_in_an_adapter_loses_no_message(centre, monkeypatch, caplog):
    carrier = type(centre.house.carriers.find("rehearsal"))
    monkeypatch.setattr(carrier, "read_message", lambda _self, _body: 1 / 0)
    body = a_body("EE123456785VN", ("1", "NHAN_GUI"), at=centre.clock())
    assert keep(centre, body) == [MessageState.UNREAD]
    [shown] = the_messages(centre, "unread")
    monkeypatch.undo()

    number = centre.a_parcel(tracking_number="EE123456785VN")
    assert centre.post(f"/messages/{shown['id']}/read-again").json() == {"state": "read"}
    assert centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"


def test_news_that_came_too_early_is_read_once_its_parcel_is_known(any_centre):
    number = "EE123456785VN"
    body = a_body(number, ("1", "NHAN_GUI"), ("2", "PHAT_TC"), at=any_centre.clock())
    assert keep(any_centre, body) == [MessageState.UNCLAIMED]
    [shown] = the_messages(any_centre, "unclaimed")
    again = f"/messages/{shown['id']}/read-again"
    assert any_centre.post(again).json() == {"state": "unclaimed"}

    code = any_centre.a_dossier()
    any_centre.a_parcel(code, tracking_number=number)
    assert any_centre.post(again).json() == {"state": "read"}
    assert any_centre.post(again).json() == {"state": "read"}
    assert any_centre.stage(code) == "at_authority"
    assert the_messages(any_centre, "unclaimed") == []
    assert len(any_centre.get(f"/parcels/{number}").json()["events"]) == 3
    assert any_centre.differences() == []


def test_a_time_still_to_come_is_not_believed(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    far = a_body(number, ("1", "ROI_BC"), at=any_centre.clock() + timedelta(days=400))

    assert keep(any_centre, far) == [MessageState.UNREAD]
    assert any_centre.stage(code) == "sealed"
    near = a_body(number, ("2", "NHAN_GUI"), at=any_centre.clock() + timedelta(hours=7))
    assert keep(any_centre, near) == [MessageState.READ]
    assert any_centre.stage(code) == "to_authority"


def test_an_unproven_message_claims_and_the_carriers_own_answer_confirms(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    at = any_centre.clock()
    keep(any_centre, a_body(number, ("1", "PHAT_TC"), at=at), source=Source.UNSIGNED)
    seen = any_centre.get(f"/dossiers/{code}").json()
    assert (seen["stage"], seen["flags"]) == ("to_authority", ["delivery_claimed"])

    answer = any_centre.house.carriers.find("rehearsal").read_message(
        a_body(number, ("1", "PHAT_TC"), at=at)
    )
    any_centre.database.write_now(lambda s: inbox.record_answer(s, "rehearsal", answer, now=at))
    seen = any_centre.get(f"/dossiers/{code}").json()
    assert (seen["stage"], seen["flags"]) == ("at_authority", [])
    assert any_centre.differences() == []


def test_news_of_a_number_that_came_back_is_of_the_parcel_that_has_it_now(any_centre):
    number = "EE123456785VN"
    first = any_centre.a_dossier()
    any_centre.a_parcel(first, tracking_number=number)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    any_centre.clock.pass_(days=400)
    second = any_centre.a_dossier()
    any_centre.a_parcel(second, tracking_number=number)
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(number, "accepted"))

    assert any_centre.stage(first) == "at_authority"
    assert any_centre.stage(second) == "to_authority"
    assert any_centre.differences() == []


@pytest.mark.parametrize("source", [Source.SIGNED, Source.UNSIGNED])
def test_many_messages_cost_the_database_as_many_statements_as_one(any_centre, source):
    """A statement for each event would hold up the writer, and everybody behind it."""
    numbers = [any_centre.a_parcel() for _ in range(3)]
    at = any_centre.clock()
    one, *many = (
        a_body(numbers[n % 3], (f"{n}", "ROI_BC"), at=at + timedelta(seconds=n)) for n in range(61)
    )
    other_ids = [body.replace(b'"id": "', b'"id": "other ') for body in (one, *many)]

    for first, rest in ([one], many), (other_ids[:1], other_ids[1:]):
        assert statements(any_centre, *rest, source=source) <= statements(
            any_centre, *first, source=source
        )


def statements(centre, *bodies, source):
    """Return how many statements it takes to keep these."""
    run: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        run.append(statement)

    event.listen(centre.database.engine, "before_cursor_execute", note)
    keep(centre, *bodies, source=source)
    event.remove(centre.database.engine, "before_cursor_execute", note)
    return len(run)


# Events of our own API


def test_two_couriers_may_use_the_same_id_for_parcels_nobody_knew(any_centre):
    """Each counts from one; both events wait for their parcels, and neither hides the other."""
    events = [
        any_centre.an_event("EE123456785VN", "accepted") | {"id": "1"},
        any_centre.an_event("EE000000014VN", "accepted") | {"id": "1"},
    ]
    assert any_centre.tell(events[0], role="courier")[0]["status"] == "unclaimed"
    assert any_centre.tell(events[1], role="integration")[0]["status"] == "unclaimed"
    numbers = [any_centre.a_parcel(tracking_number=e["tracking_number"]) for e in events]
    for message in the_messages(any_centre, "unclaimed"):
        answer = any_centre.post(f"/messages/{message['id']}/read-again")
        assert answer.json() == {"state": "read"}

    for number in numbers:
        assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
    sources = any_centre.database.read_now(lambda s: s.exec(select(LedgerEntry.source)).all())
    assert {"courier", "integration"} <= set(sources)
    assert any_centre.differences() == []


def test_an_event_read_again_and_told_again_is_one(any_centre):
    event = any_centre.an_event("EE123456785VN", "accepted", place="Bưu cục Uông Bí")
    any_centre.tell(event)
    [message] = the_messages(any_centre, "unclaimed")
    number = any_centre.a_parcel(tracking_number="EE123456785VN")
    any_centre.post(f"/messages/{message['id']}/read-again")

    assert any_centre.tell(event)[0]["status"] == "duplicate"
    assert any_centre.tell(event | {"milestone": "in_transit"})[0]["status"] == "refused"
    assert len(any_centre.get(f"/parcels/{number}").json()["events"]) == 2


def test_what_a_courier_says_in_his_own_words_is_a_note_and_not_history(any_centre):
    number = any_centre.a_parcel()
    any_centre.tell(
        any_centre.an_event(
            number, "delivery_failed", reason="chị Hoa đi vắng", note="hẹn chiều mai"
        )
    )
    entry = any_centre.database.read_now(
        lambda s: s.exec(select(LedgerEntry).where(LedgerEntry.what == "delivery_failed")).one()
    )

    assert entry.reason == "other"
    assert "Hoa" not in str(entry.model_dump())


# What a hook changes about the next question


def due(centre, number):
    shown = centre.get(f"/parcels/{number}").json()["next_check_at"]
    return shown and datetime.fromisoformat(shown)


def test_a_parcel_of_which_a_hook_told_is_not_asked_about_so_soon(any_centre):
    number = any_centre.a_parcel()
    now = any_centre.clock()
    keep(any_centre, a_body(number, ("1", "NHAN_GUI"), at=now))

    assert due(any_centre, number) == now + timedelta(hours=10)


def test_a_claimed_delivery_is_asked_about_at_once(any_centre):
    number = any_centre.a_parcel()
    now = any_centre.clock()
    keep(any_centre, a_body(number, ("1", "PHAT_TC"), at=now), source=Source.UNSIGNED)

    assert due(any_centre, number) == now


def test_scans_of_a_numbers_earlier_life_are_not_this_parcels(any_centre):
    number = any_centre.a_parcel()
    a_year_ago = any_centre.clock() - timedelta(days=400)
    keep(any_centre, a_body(number, ("1", "PHAT_TC"), at=a_year_ago))

    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "announced"
    [message] = the_messages(any_centre, "conflicting")
    assert message["problem"]


def test_an_answer_that_tells_otherwise_than_before_is_shown_and_changes_nothing(any_centre):
    number = any_centre.a_parcel()
    at = any_centre.clock()
    keep(any_centre, a_body(number, ("1", "ROI_BC"), at=at))
    answer = any_centre.house.carriers.find("rehearsal").read_message(
        a_body(number, ("1", "NHAN_GUI"), at=at)
    )
    for _ in range(2):
        any_centre.database.write_now(lambda s: inbox.record_answer(s, "rehearsal", answer, now=at))

    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "in_transit"
    [shown] = the_messages(any_centre, "conflicting")
    assert number in shown["excerpt"]
    any_centre.post(f"/messages/{shown['id']}/read-again")
    assert the_messages(any_centre, "conflicting") == []
