"""On which day a carrier expects to deliver a parcel: told beside scans, and no part of them."""

import json
from dataclasses import replace
from datetime import date

import pytest

from adapters import strict_json
from adapters.event import CarrierEvent, Milestone
from tests.adapters.at_work import a_journey, asked, at_work
from tests.standins.all import STAND_INS
from tests.standins.standin import Scan, StandIn

THURSDAY = date(2026, 3, 5)

BY_HOOK = ("17track", "aftership", "easypost", "viettel_post")
BY_ANSWER = ("17track", "aftership", "easypost", "ghn")

each_that_posts_a_day = pytest.mark.parametrize("kind", [STAND_INS[name] for name in BY_HOOK])
each_that_answers_with_a_day = pytest.mark.parametrize(
    "kind", [STAND_INS[name] for name in BY_ANSWER]
)


def a_scan(kind: type[StandIn], **rest: object) -> Scan:
    return replace(a_journey(kind().carrier(), Milestone.IN_TRANSIT)[0], **rest)


def posted(kind: type[StandIn], scan: Scan) -> CarrierEvent:
    [event] = kind().carrier().read_message(kind().hook(kind().number(1), scan).body)
    return event


@each_that_posts_a_day
def test_the_day_that_a_hook_tells_stands_beside_its_scan(kind: type[StandIn]) -> None:
    assert posted(kind, a_scan(kind, expected_on=THURSDAY)).expected_on == THURSDAY
    assert posted(kind, a_scan(kind)).expected_on is None


@each_that_posts_a_day
def test_a_scan_is_the_same_whichever_day_comes_with_it(kind: type[StandIn]) -> None:
    early, late, none = (
        posted(kind, a_scan(kind, expected_on=day)) for day in (THURSDAY, date(2026, 3, 9), None)
    )
    assert replace(early, expected_on=None) == replace(late, expected_on=None) == none


@each_that_answers_with_a_day
def test_the_day_that_an_answer_tells_stands_beside_its_scans(kind: type[StandIn]) -> None:
    with at_work(kind) as (standin, carrier):
        number = standin.number(1)
        first, last = a_journey(carrier, Milestone.ACCEPTED, Milestone.IN_TRANSIT)
        standin.told(number, replace(first, expected_on=date(2026, 3, 4)))
        standin.told(number, replace(last, expected_on=THURSDAY))

        assert {event.expected_on for event in asked(carrier, number)} == {THURSDAY}


@each_that_posts_a_day
@pytest.mark.parametrize("told", [None, "", 5, "soon", [], {}, "2026-02-30", "/", "9" * 5000])
def test_a_day_that_cannot_be_read_loses_no_scan(kind: type[StandIn], told: object) -> None:
    scan = a_scan(kind, expected_on=THURSDAY)
    body = json.loads(kind().hook(kind().number(1), scan).body)
    garbled = json.dumps(without_days(body, told)).encode()

    [event] = kind().carrier().read_message(garbled)
    assert event == posted(kind, replace(scan, expected_on=None))


def without_days(message: object, told: object) -> object:
    """Put something else in the place of each day that is expected."""
    if isinstance(message, dict):
        return {key: without_days(inner, told) for key, inner in message.items()}
    if isinstance(message, list):
        return [without_days(inner, told) for inner in message]
    if not isinstance(message, str):
        return message
    return told if message.startswith(("2026-03-05", "05/03/2026")) else message


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2026-03-05", THURSDAY),
        ("2026-03-05T17:30:00", THURSDAY),
        ("2026-03-05T10:00:00+07:00", THURSDAY),
        ("2026-03-05T16:59:59Z", THURSDAY),  # Vietnam's midnight is near
        ("2026-03-05T17:00:01.000Z", date(2026, 3, 6)),
        ("2026-03-05T00:00:00Z", THURSDAY),  # the day, whoever's
        ("2026-03-05T00:00:00+08:00", THURSDAY),
        ("2026-03-05T23:59:59-07:00", THURSDAY),
        ("2026-03-05T23:59:59.000Z", THURSDAY),
        ("05/03/2026", THURSDAY),
        ("05/03/2026 17:30:00", THURSDAY),
        ("03/25/2026", None),
        ("2026-03-32", None),
        ("0001-01-01T01:00:00+09:00", None),
        ("9999-12-31T22:00:00Z", None),
        ("Khoảng 2 ngày làm việc", None),
    ],
)
def test_a_day_is_read_as_the_day_that_it_is_in_vietnam(told: str, day: date | None) -> None:
    assert strict_json.day({"on": told}, "on") == day


def test_of_several_days_the_first_that_can_be_read_counts() -> None:
    told = {"to": "soon", "from": "2026-03-05"}

    assert strict_json.day(told, "until", "to", "from") == THURSDAY
