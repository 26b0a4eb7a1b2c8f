"""Killed in the midst of it, again and again, the service tells each change at least once."""

import asyncio
import multiprocessing
import time
from datetime import timedelta

import pytest

from postal_tracker import outgoing
from postal_tracker.house import House
from postal_tracker.outgoing import deliveries
from postal_tracker.settings import Settings
from tests.commands.running import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

DOSSIERS = 60
KILLS = 3


def tell_for_ever(settings):
    """Do what a service does beside its doors, with a lease and waits that a test can sit out."""
    deliveries.LEASE, deliveries.WAITS = timedelta(seconds=2), (timedelta(seconds=1),) * 7

    async def tell():
        house = House(settings)
        await asyncio.gather(*outgoing.ways(house))
        await asyncio.Event().wait()

    asyncio.run(tell())


def begun(settings):
    process = multiprocessing.get_context("spawn").Process(target=tell_for_ever, args=(settings,))
    process.start()
    return process


def test_killed_and_refused_it_tells_each_change_in_its_dossiers_order(subscribed):
    """Every seventh call is refused, and the receiver takes its time, so that a kill hits some."""
    centre, receiver = subscribed.centre, subscribed.receiver
    receiver.slow_seconds = 0.02
    receiver.answers = lambda n: (500, {}) if n % 7 == 0 else (204, {})
    for _ in range(DOSSIERS):
        centre.a_parcel(centre.a_dossier())
    settings = Settings(
        database_url=centre.settings.database_url,
        secret_key=centre.settings.secret_key,
        webhooks_allow=centre.settings.webhooks_allow,
    )
    for n in range(KILLS):
        process, before = begun(settings), len(receiver.calls)
        until(lambda seen=before, n=n: len(receiver.calls) > seen + 5 * n)
        time.sleep(0.05 * n)
        process.kill()
        process.join()
    process = begun(settings)
    try:
        until(lambda: len({id_ for id_, _ in receiver.taken}) == 2 * DOSSIERS)
    finally:
        process.kill()
        process.join()

    first = dict(reversed([(id_, n) for n, (id_, _) in enumerate(receiver.taken)]))
    fed = feed(centre)
    assert {item["id"] for item in fed} == set(first)
    assert receiver.forged == 0
    for code in {item["dossier"] for item in fed}:
        places = [first[item["id"]] for item in fed if item["dossier"] == code]
        assert (len(places), places) == (2, sorted(places))


def feed(centre):
    """Return all that the feed of changes tells."""
    items, cursor, is_more = [], "", True
    while is_more:
        told = centre.get("/changes", role="manager", params={"cursor": cursor}).json()
        items += told["items"]
        cursor, is_more = told["next_cursor"], told["is_more"]
    return items
