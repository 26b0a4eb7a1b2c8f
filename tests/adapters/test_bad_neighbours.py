"""A bad neighbour spoils nothing: of a message with lists, each part is read by itself."""

import json
from collections.abc import Callable

import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Carrier, Unreadable
from adapters.event import CarrierEvent
from adapters.registry import CarrierSettings, build
from tests.adapters.at_work import asked, at_work
from tests.standins.all import STAND_INS
from tests.standins.lists import ANSWERS, HOOKS, NUMBER, Lists, message


def without(told: Lists, fields: tuple[str, ...], value: object) -> dict[str, object]:
    return told.scan(9) | dict.fromkeys(fields, value)


Spoiling = Callable[[Lists], object]

BAD: dict[str, Spoiling] = {
    "no code": lambda told: without(told, told.code, None),
    "a code of objects": lambda told: without(told, told.code, {"code": 7}),
    "no time": lambda told: without(told, told.time, None),
    "yesterday": lambda told: without(told, told.time, "yesterday"),
    "an hour that does not exist": lambda told: without(told, told.time, "2026-11-25T25:15:00Z"),
    "nothing": lambda _: {},
    "null": lambda _: None,
    "words": lambda _: "Đã giao",
    "a list": lambda _: [],
}

every_fault = pytest.mark.parametrize("bad", BAD.values(), ids=BAD)


def with_settings(name: str) -> Carrier:
    return build({name: CarrierSettings(token="t" * 20)})[name]


def told_by(reading: Callable[[], list[CarrierEvent]]) -> tuple[CarrierEvent, ...]:
    with pytest.raises(Unreadable) as fault:
        reading()
    assert NUMBER not in str(fault.value)
    return fault.value.events


@pytest.mark.covering
@pytest.mark.parametrize("place", [0, 1, 3])
@every_fault
@pytest.mark.parametrize("name", HOOKS)
def test_a_message_is_read_but_for_its_bad_part(name: str, bad: Spoiling, place: int) -> None:
    told, carrier = HOOKS[name], with_settings(name)
    good = carrier.read_message(json.dumps(message(told)).encode())
    body = json.dumps(message(told, bad(told), place=place)).encode()

    assert len(good) == 3
    assert told_by(lambda: carrier.read_message(body)) == tuple(good)


@pytest.mark.covering
@every_fault
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_but_for_its_bad_part(name: str, bad: Spoiling) -> None:
    told = ANSWERS[name]
    with at_work(STAND_INS[name]) as (standin, carrier):
        standin.bad_days += [
            JSONResponse(message(told)),
            JSONResponse(message(told, bad(told), place=1)),
        ]
        good = asked(carrier, NUMBER)
        assert len(good) == 3
        assert told_by(lambda: asked(carrier, NUMBER)) == tuple(good)
