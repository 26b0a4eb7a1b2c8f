"""When the clock starts something, and waiting until it is done."""

import asyncio
import time

EVERY_SECOND = "* * * * * *"
NEVER = "0 0 0 29 2 *"


async def until(condition, *, within=60.0):
    ends = time.monotonic() + within
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(0.05)
