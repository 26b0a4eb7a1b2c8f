"""Every carrier with its stand-in at work, asked and told in the carrier's own codes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.carrier import Carrier
from adapters.event import CarrierEvent, Milestone
from tests.standins.all import STAND_INS
from tests.standins.standin import Scan, StandIn, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)


every_stand_in = pytest.mark.parametrize("kind", STAND_INS.values(), ids=STAND_INS)


every_asked = pytest.mark.parametrize(
    "kind",
    [kind for kind in STAND_INS.values() if kind().carrier().can_be_asked],
    ids=lambda kind: kind.name,
)


def code_for(carrier: Carrier, milestone: Milestone) -> str:
    """The carrier's first code for a milestone; its first for any, where it has none for that."""
    codes = [code for code, s in carrier.statuses.items() if s.milestone is milestone]
    return (codes or list(carrier.statuses))[0]


def bare(code: str) -> str:
    """A code as messages bear it; ours has its family before it where a carrier has several."""
    return code.rpartition(":")[2]


def a_journey(carrier: Carrier, *milestones: Milestone) -> list[Scan]:
    return [
        Scan(code_for(carrier, milestone), MONDAY + timedelta(hours=n))
        for n, milestone in enumerate(milestones)
    ]


def asked(carrier: Carrier, *numbers: str) -> list[CarrierEvent]:
    async def asking() -> list[CarrierEvent]:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=60) as client:
            return await carrier.ask(client, numbers)

    return asyncio.run(asking())


@contextmanager
def at_work(kind: type[StandIn]) -> Iterator[tuple[StandIn, Carrier]]:
    standin = kind()
    with served(standin) as base_url:
        yield standin, standin.carrier(base_url)
