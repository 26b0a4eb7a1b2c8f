"""Killed in the midst of it, again and again, the service tells each change at least once."""

import asyncio
import multiprocessing
import os
import time
from collections import defaultdict
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from postal_tracker import outgoing
from postal_tracker.core.journey import Stage
from postal_tracker.house import House
from postal_tracker.ledger import outbox
from postal_tracker.outgoing import deliveries
from postal_tracker.settings import Settings
from postal_tracker.storage.tables import Dossier
from tests.commands.running import until
from tests.growing import grow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

DOSSIERS = int(os.environ.get("HOOKS", "120")) // 2
"""Each changes twice."""

KILLS = 3 + DOSSIERS // 1000

A_WRITE = 500
"""Dossiers that change in one transaction."""


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
    grow(centre.database.engine, DOSSIERS, until=centre.clock())
    ids = centre.database.read_now(lambda s: s.exec(select(Dossier.id)).all())
    for start in range(0, DOSSIERS, A_WRITE):
        some = ids[start : start + A_WRITE]
        centre.database.write_now(partial(change_twice, ids=some, at=centre.clock()))
    settings = Settings(
        database_url=centre.settings.database_url,
        secret_key=centre.settings.secret_key,
        webhooks_allow=centre.settings.webhooks_allow,
    )
    for n in range(KILLS):
        process, before = begun(settings), len(receiver.calls)
        some = n % 3 * DOSSIERS // 12
        until(lambda seen=before + some: len(receiver.calls) > seen, seconds=100 + some)
        time.sleep(0.05 * n)
        process.kill()
        process.join()
    process = begun(settings)
    try:
        seconds = 60 + DOSSIERS // 4
        until(lambda: len({id_ for id_, _ in receiver.taken}) == 2 * DOSSIERS, seconds=seconds)
    finally:
        process.kill()
        process.join()

    first = dict(reversed([(id_, n) for n, (id_, _) in enumerate(receiver.taken)]))
    fed = feed(centre)
    assert {item["id"] for item in fed} == set(first)
    assert receiver.forged == 0
    places = defaultdict(list)
    for item in fed:
        places[item["dossier"]].append(first[item["id"]])
    assert all(len(of_one) == 2 and of_one[0] < of_one[1] for of_one in places.values())
    print(f"{len(first)} hooks, {len(receiver.calls)} calls, {len(receiver.taken)} taken, {KILLS=}")


def change_twice(session, ids, at):
    """Let some dossiers come in, and then be sealed, each after another's first change."""
    ways = ((None, Stage.WITH_OFFICE), (Stage.WITH_OFFICE, Stage.SEALED))
    changes = [outbox.Change(id_, *way, at) for way in ways for id_ in ids]
    outbox.put(session.connection(), changes, now=at)


def feed(centre):
    """Return all that the feed of changes tells."""
    items, cursor, is_more = [], "", True
    while is_more:
        told = centre.get("/changes", role="manager", params={"cursor": cursor}).json()
        items += told["items"]
        cursor, is_more = told["next_cursor"], told["is_more"]
    return items
