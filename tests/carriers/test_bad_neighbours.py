"""A message of which a part cannot be read: the rest is recorded, the whole is shown to staff."""

import json
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse

from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from tests.carriers.exchanging import poll, works_with
from tests.carriers.messages import the_messages
from tests.centre import HOOK_SECRET, Centre
from tests.standins.all import STAND_INS
from tests.standins.lists import ANSWERS, HOOKS, NUMBER, Lists, message
from tests.standins.standin import served


def a_parcel_told_of_by(centre: Centre, name: str, base_url: str = "") -> None:
    """Make a parcel of this carrier, or for a source, one of a carrier that cannot be asked."""
    carrier = name if name in ("rehearsal", "vnpost") else "vnpost"
    works_with(centre, *{name, carrier}, base_url=base_url)
    if carrier != name:
        centre.settings.carriers[carrier] = CarrierSettings()
        centre.house.carriers = Carriers(centre.settings)
    centre.a_parcel(carrier=carrier, tracking_number=NUMBER)
    centre.clock.pass_(days=3)


def events(centre: Centre) -> list[str]:
    """What is recorded of the parcel after it was made known."""
    told = centre.get(f"/parcels/{NUMBER}").json()["events"]
    return [event["milestone"] for event in told[1:]]


def post(centre: Centre, name: str, told: object) -> None:
    hook = STAND_INS[name]().posted(json.dumps(told).encode())
    answer = centre.client.post(
        f"/hooks/{name}/{HOOK_SECRET}",
        content=hook.body,
        headers=dict(hook.headers),
        params=dict(hook.query),
    )
    assert answer.status_code == 200, answer.text


def no_time(told: Lists) -> dict[str, object]:
    return told.scan(9) | dict.fromkeys(told.time)


@pytest.mark.parametrize("name", [name for name in HOOKS if name in STAND_INS])
def test_three_scans_of_a_message_are_recorded_and_the_fourth_is_shown(
    any_centre: Centre, name: str
) -> None:
    a_parcel_told_of_by(any_centre, name)
    told = HOOKS[name]
    for _ in "12":  # sent again, it is known
        post(any_centre, name, message(told, no_time(told), place=1))

    assert events(any_centre) == ["in_transit"] * 3
    [shown] = the_messages(any_centre, "unread")
    assert shown["problem"]
    again = any_centre.post(f"/messages/{shown['id']}/read-again").json()
    assert again["state"] == "unread"
    assert events(any_centre) == ["in_transit"] * 3
    assert any_centre.differences() == []


@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "ghn"])
def test_three_scans_of_an_answer_are_recorded_and_the_fourth_is_shown(
    any_centre: Centre, name: str
) -> None:
    standin, told = STAND_INS[name](), ANSWERS[name]
    with served(standin) as address:
        a_parcel_told_of_by(any_centre, name, base_url=address)
        standin.bad_days.append(JSONResponse(message(told, no_time(told), place=1)))
        assert poll(any_centre, name) == 1

    assert len(events(any_centre)) == 3
    assert [m["source"] for m in the_messages(any_centre, "unread")] == ["poll"]
    assert any_centre.differences() == []


def test_a_scan_still_to_come_spoils_no_other(any_centre: Centre) -> None:
    a_parcel_told_of_by(any_centre, "rehearsal")
    told, next_year = HOOKS["rehearsal"], any_centre.clock() + timedelta(days=365)
    post(
        any_centre,
        "rehearsal",
        message(told, told.scan(9) | {"at": next_year.isoformat()}),
    )

    assert events(any_centre) == ["in_transit"] * 3
    assert len(the_messages(any_centre, "unread")) == 1
