"""Slow work has threads of its own, a pool for each kind: none waits for another."""

import asyncio
import threading
import time

import pytest

from postal_tracker.core.problems import Busy
from postal_tracker.storage import patience
from postal_tracker.storage.pools import DRAWING, HASHING, LOOKUPS, READING, Pool


def test_what_fills_one_pool_holds_up_no_other():
    go_on = threading.Event()

    async def come() -> None:
        drawing = [asyncio.create_task(DRAWING.run(go_on.wait, 60)) for _ in range(10)]
        await asyncio.sleep(0)
        for other in (LOOKUPS, READING, HASHING):
            assert await asyncio.wait_for(other.run(lambda: "done"), 30) == "done"
        go_on.set()
        await asyncio.gather(*drawing)

    asyncio.run(come())


def test_who_comes_while_too_many_wait_is_refused_and_the_next_one_served():
    pool, go_on = Pool("small", threads=1, waiting=2), threading.Event()

    async def come() -> list[object]:
        asked = [asyncio.create_task(pool.run(go_on.wait, 60)) for _ in range(5)]
        await asyncio.sleep(0)
        go_on.set()
        told = await asyncio.gather(*asked, return_exceptions=True)
        return [*told, await pool.run(lambda: "next")]

    *told, following = asyncio.run(come())

    assert told[:3] == [True] * 3
    assert [type(t) for t in told[3:]] == [Busy] * 2
    assert following == "next"


@pytest.mark.parametrize("why", ["hung up", "waited too long", "cancelled"])
def test_for_a_caller_who_has_left_no_thread_begins(why):
    pool, go_on, done = Pool("small", threads=1, waiting=5), threading.Event(), []
    seconds, has_left = (-1 if why == "waited too long" else 60), (lambda: why == "hung up")

    async def come() -> list[object]:
        first = asyncio.create_task(pool.run(go_on.wait, 60))
        await asyncio.sleep(0)
        with patience.of("public", seconds, has_left):
            leaving = asyncio.create_task(pool.run(done.append, 1))
        await asyncio.sleep(0)
        if why == "cancelled":
            leaving.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(first, leaving, return_exceptions=True)

    told = asyncio.run(come())[1]

    assert isinstance(told, Busy | asyncio.CancelledError)
    time.sleep(0.05)
    assert done == []
