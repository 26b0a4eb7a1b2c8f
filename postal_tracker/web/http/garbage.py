"""Python's garbage collector, told what a service is like; and memory given back after a crowd.

What an answered request leaves goes at once, by counting references; the collector is for the few
rings that are left. It looks through all that is there when a quarter more has come, and what waits
for the writer comes and goes by the thousand: with 8,000 connections it took half of the processor.
See docs/decisions/0017-overload-sheds.md.
"""

import ctypes
import gc
from contextlib import suppress

THRESHOLDS = (10_000, 10, 10)
"""New objects until the youngest are looked through, and how often that until older ones are."""

MANY = 500
"""Connections from which on it is a crowd."""

ARENAS = 2
"""Places from which the C library takes memory; of its own accord it opens one for each thread, up
to eight for each core, and what is free in one serves no other."""

_M_ARENA_MAX = -8


def seldom() -> None:
    """Let it be looked for seldom, and not among what is loaded by now: that stays.

    Collecting garbage in what is loaded stopped all requests for 0.1 s.
    """
    gc.set_threshold(*THRESHOLDS)
    gc.freeze()
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, ARENAS)


class Crowd:
    """How many are connected: a crowd is passed over, and what it needed is given back after it."""

    def __init__(self) -> None:
        self._most_lately = 0

    def is_now(self, connected: int) -> None:
        if connected > max(MANY, self._most_lately * 1.1):
            pass_over()
        self._most_lately = max(self._most_lately, connected)
        if self._most_lately > MANY and connected < self._most_lately / 10:
            self._most_lately = 0
            give_memory_back()


def pass_over() -> None:
    """Look for no garbage among all that is there now, until it has left.

    Every full collection would look through the 131,000 objects of 8,000 connections.
    """
    gc.freeze()


def give_memory_back() -> None:
    """Give the system back what a crowd needed; the C library would keep it for the next one."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL("libc.so.6").malloc_trim(0)
