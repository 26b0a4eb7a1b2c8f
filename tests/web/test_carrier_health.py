"""How it goes with each carrier: staff see it, programs read it, operators are warned by it."""

import asyncio
from datetime import timedelta

import pytest

from postal_tracker.carriers import polling
from tests.carriers.answering import a_carrier_that_answers, http
from tests.post import silent_post


def ask(centre):
    async def asking():
        async with polling.client() as client:
            await polling.ask_all_due(centre.house.exchange, client, "rehearsal", by="here")

    asyncio.run(asking())


def of_rehearsal(centre):
    shown = centre.get("/carriers").json()["items"]
    return next(one for one in shown if one["name"] == "rehearsal")


def metric(centre, name):
    lines = centre.client.get("/metrics").text.splitlines()
    [line] = [x for x in lines if x.startswith(f'postal_carrier_{name}{{carrier="rehearsal"}}')]
    return float(line.split()[-1])


def test_a_carrier_that_answers_is_seen_to_answer(any_centre):
    any_centre.a_parcel()
    with silent_post(any_centre) as post:
        now = post.pass_time(days=1)
        waiting = of_rehearsal(any_centre)
        assert (waiting["due"], waiting["open_parcels"]) == (1, 1)
        assert waiting["lag_seconds"] > 0
        ask(any_centre)

    seen = of_rehearsal(any_centre)
    assert seen["last_answered_at"] == now.isoformat().replace("+00:00", "Z")
    assert (seen["due"], seen["lag_seconds"], seen["error_rate"]) == (0, 0, 0)
    assert metric(any_centre, "last_answer_timestamp_seconds") == now.timestamp()


def test_a_carrier_that_fails_is_seen_to_rest(centre, request):
    for _ in range(120):
        centre.a_parcel()
    now = centre.clock.pass_(days=1)
    with a_carrier_that_answers(centre, *3 * [http("", "503 Oh no")]):
        ask(centre)

    seen = of_rehearsal(centre)
    assert seen["error_rate"] == pytest.approx(0.14, abs=0.01)
    assert seen["rests_until"] == (now + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert metric(centre, "rests") == 1
    lan = request.getfixturevalue("lan")  # she signs in now, a day later
    assert "tạm dừng đến" in lan.opens("/desk/carriers").text


def test_a_carrier_nobody_asked_yet_has_nothing_to_show(centre, lan):
    seen = of_rehearsal(centre)
    assert seen["last_hook_at"] is None
    assert seen["last_asked_at"] is None
    assert "chưa tra cứu lần nào" in lan.opens("/desk/carriers").text


def test_only_staff_see_how_it_goes(centre):
    assert centre.get("/carriers", role="courier").status_code == 403
    assert centre.get("/carriers", role="manager").status_code == 200
