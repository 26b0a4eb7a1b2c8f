"""What holds for every carrier that speaks with a service: hooks proven, questions over real HTTP.

Each is told scans in the carrier's own codes; what the adapter makes of them must be the same
whether it was posted or asked for.
"""

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from adapters.carrier import Forged, Unreachable, Unreadable
from adapters.event import CarrierEvent, Milestone, Source
from adapters.registry import MAKERS
from tests.adapters.at_work import (
    MONDAY,
    a_journey,
    asked,
    at_work,
    bare,
    every_asked,
    every_stand_in,
)
from tests.standins.all import STAND_INS
from tests.standins.standin import Scan, StandIn

WITHOUT_A_SERVICE = {"by_hand", "jt_vn"}


ACCEPTED_AND_DELIVERED = (Milestone.ACCEPTED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED)


def test_every_carrier_with_a_service_has_a_stand_in() -> None:
    assert set(STAND_INS) == set(MAKERS) - WITHOUT_A_SERVICE


# Webhooks


@every_stand_in
def test_each_status_that_is_posted_is_read_as_the_table_has_it(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    for n, (code, status) in enumerate(carrier.statuses.items()):
        number = standin.number(n)
        [event] = carrier.read_message(standin.hook(number, Scan(code, MONDAY)).body)
        assert (event.tracking_number, event.carrier_code) == (number, code)
        assert (event.milestone, event.happened_at) == (status.milestone, MONDAY)


@every_stand_in
def test_a_proven_hook_is_taken_and_told_how_far_it_is_proven(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    hook = standin.hook(standin.number(1), a_journey(carrier, Milestone.ACCEPTED)[0])
    source = carrier.verify(hook.headers, hook.query, hook.body)
    assert source in {Source.SIGNED, Source.SHARED_TOKEN, Source.UNSIGNED}


@every_stand_in
def test_a_hook_in_somebody_elses_name_is_forged_or_unsigned(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    hook = standin.hook(standin.number(1), a_journey(carrier, Milestone.DELIVERED)[0])
    if carrier.verify(hook.headers, hook.query, hook.body) is Source.UNSIGNED:
        return  # it proves nothing, and is trusted accordingly
    wrong_headers = {key: value[::-1] for key, value in hook.headers.items()}
    wrong_query = {key: value[::-1] for key, value in hook.query.items()}
    with pytest.raises(Forged):
        carrier.verify(wrong_headers, wrong_query, hook.body.replace(b"token-of", b"token-ox"))


@every_stand_in
def test_a_signed_hook_with_one_byte_changed_is_forged(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    hook = standin.hook(standin.number(1), a_journey(carrier, Milestone.DELIVERED)[0])
    if carrier.verify(hook.headers, hook.query, hook.body) is Source.SIGNED:
        with pytest.raises(Forged):
            carrier.verify(hook.headers, hook.query, hook.body + b" ")


@every_stand_in
def test_an_unknown_status_is_unrecognised_with_its_code(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    [event] = carrier.read_message(standin.hook(standin.number(1), Scan("98765", MONDAY)).body)
    assert (event.milestone, bare(event.carrier_code)) == (Milestone.UNRECOGNISED, "98765")


@every_stand_in
def test_the_same_scan_posted_twice_is_one_event(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    scan = a_journey(carrier, Milestone.ACCEPTED)[0]
    first, again = (carrier.read_message(standin.hook(standin.number(1), scan).body) for _ in "12")
    assert first[0].event_id == again[0].event_id


@every_stand_in
def test_other_scans_have_other_ids(kind: type[StandIn]) -> None:
    standin, carrier = kind(), kind().carrier()
    scans = a_journey(carrier, *ACCEPTED_AND_DELIVERED)
    bodies = [standin.hook(standin.number(n), scan).body for n in (1, 2) for scan in scans]
    ids = [carrier.read_message(body)[0].event_id for body in bodies]
    assert len(set(ids)) == len(ids)


@every_stand_in
def test_a_number_of_the_carriers_own_is_one(kind: type[StandIn]) -> None:
    carrier = kind().carrier()
    assert all(carrier.is_number(kind().number(n)) for n in (0, 1, 999))
    assert not carrier.is_number("")
    assert not carrier.is_number("Hồ sơ 1")


# Questions


@every_asked
def test_what_is_asked_for_is_what_was_posted(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        number = standin.number(1)
        for scan in a_journey(carrier, *ACCEPTED_AND_DELIVERED):
            hook = standin.told(number, scan)
            [posted] = carrier.read_message(hook.body)
            answer = asked(carrier, number)
            assert posted in answer or _same_scan(posted, answer)


def _same_scan(posted: CarrierEvent, answer: list[CarrierEvent]) -> bool:
    """Two ways of telling need not share an id, but must agree on what happened when."""
    what = (posted.tracking_number, posted.milestone, posted.happened_at)
    return what in [(e.tracking_number, e.milestone, e.happened_at) for e in answer]


@every_asked
def test_a_full_question_is_one_call_about_all_its_parcels(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        numbers = [standin.number(n) for n in range(carrier.numbers_per_question)]
        [scan] = a_journey(carrier, Milestone.ACCEPTED)
        for number in numbers:
            standin.told(number, scan)
        answer = asked(carrier, *numbers)
        assert {event.tracking_number for event in answer} == set(numbers)
        assert len(standin.asked) == 1


@every_asked
def test_of_a_parcel_it_does_not_know_it_tells_nothing(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        assert asked(carrier, standin.number(7)) == []


@pytest.mark.covering
@every_asked
@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_an_error_is_unreachable_and_its_wish_is_heard(kind: type[StandIn], status: int) -> None:
    with at_work(kind) as (standin, carrier):
        standin.told(standin.number(1), a_journey(carrier, Milestone.ACCEPTED)[0])
        standin.bad_days = [JSONResponse({}, status, headers={"retry-after": "120"})] * 3
        with pytest.raises(Unreachable) as fault:
            asked(carrier, standin.number(1))
        assert fault.value.retry_after_seconds == 120


@pytest.mark.covering
@every_asked
@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("<html>Bảo trì hệ thống</html>"),
        PlainTextResponse(""),
        JSONResponse([1, 2]),
        JSONResponse("ok"),
        Response(b"\xff\xfe{"),
    ],
    ids=["a page", "nothing", "a list", "a word", "bytes"],
)
def test_an_answer_that_is_none_is_unreadable(kind: type[StandIn], answer: Response) -> None:
    with at_work(kind) as (standin, carrier):
        standin.bad_days = [answer] * 3
        with pytest.raises((Unreadable, Unreachable)):
            asked(carrier, standin.number(1))


@every_asked
def test_who_does_not_answer_is_unreachable(kind: type[StandIn]) -> None:
    standin = kind()
    with pytest.raises(Unreachable):
        asked(standin.carrier("http://127.0.0.1:9"), standin.number(1))
