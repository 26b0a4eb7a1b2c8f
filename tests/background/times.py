"""When the clock starts something, and waiting until it is done."""

import asyncio
import time

import pytest

EVERY_SECOND = "* * * * * *"
NEVER = "0 0 0 29 2 *"


async def until(condition, *, within=60.0):
    ends = time.monotonic() + within
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(0.05)


on_sqlite_and_in_the_soak_on_postgresql = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True
)
"""Of what DBOS does alike on both: starting it twice takes seconds."""
