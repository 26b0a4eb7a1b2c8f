"""How the rehearsal carrier tells of its scans: signed webhooks, and the mischief a post can do.

Like a carrier it tries ten times with exponential backoff, one message after the other; what it
gives up on is found only by polling. Mischief is fault injection.
"""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import httpx

from adapters import signing
from postal_tracker.rehearsal.world import Scan

log = logging.getLogger(__name__)

SCANS_PER_MESSAGE = 20
TRIES = 10
LONGEST_PAUSE_SECONDS = 60.0
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Mischief:
    """What goes wrong between the post and its hook; as it stands here, nothing."""

    late_seconds: float = 0.0
    doubled: float = 0.0
    """How likely a message is sent twice, 0 to 1."""
    dropped: float = 0.0
    """How likely a message is never sent, 0 to 1."""
    shuffled: bool = False
    out_until: float = 0.0
    """Until when nothing works at all, by time.monotonic()."""

    @property
    def is_out(self) -> bool:
        return self.out_seconds > 0

    @property
    def out_seconds(self) -> float:
        return max(0.0, self.out_until - time.monotonic())


@dataclass(frozen=True, slots=True)
class HookMessage:
    id: str
    body: bytes
    not_before: float
    """By time.monotonic()."""


def as_told(scan: Scan) -> dict[str, str]:
    """Return a scan as messages and tracking answers hold it. The clock is Vietnam's."""
    told = {
        "id": scan.id,
        "tracking_number": scan.tracking_number,
        "status": scan.status,
        # Rounded down, so that no scan lies in the future.
        "at": scan.happened_at.astimezone(VIETNAM).isoformat(timespec="milliseconds"),
        "office": scan.office,
    }
    return told | ({"reason": scan.reason} if scan.reason else {})


class Hooks:
    """The messages on their way to one address; none are if the address is ""."""

    def __init__(self, url: str, key: str, *, seed: int, first_pause_seconds: float) -> None:
        self.mischief = Mischief()
        self._url = url
        self._key = key
        self._chance = Random(seed)
        self._first_pause_seconds = first_pause_seconds
        self._waiting: asyncio.Queue[HookMessage] = asyncio.Queue()

    def tell(self, scans: Sequence[Scan]) -> None:
        """Have these scans sent, in this order unless there is mischief."""
        if not self._url:
            return
        told = list(scans)
        if self.mischief.shuffled:
            self._chance.shuffle(told)
        for start in range(0, len(told), SCANS_PER_MESSAGE):
            self._send_soon(told[start : start + SCANS_PER_MESSAGE])

    async def settle(self, *, within_seconds: float) -> bool:
        """Wait until every message is sent or given up; return whether that came in time."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._waiting.join()
        except TimeoutError:
            return False
        return True

    async def send_for_ever(self) -> None:
        # The hook is on this very machine: a proxy from the environment would lead astray.
        async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
            while True:
                message = await self._waiting.get()
                await asyncio.sleep(max(0.0, message.not_before - time.monotonic()))
                await self._deliver(client, message)
                self._waiting.task_done()

    def _send_soon(self, scans: Sequence[Scan]) -> None:
        told = {"scans": [as_told(scan) for scan in scans]}
        message = HookMessage(
            id=f"msg_{secrets.token_hex(12)}",
            body=json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(),
            not_before=time.monotonic() + self.mischief.late_seconds,
        )
        if self._chance.random() < self.mischief.dropped:
            return
        self._waiting.put_nowait(message)
        if self._chance.random() < self.mischief.doubled:
            self._waiting.put_nowait(message)

    async def _deliver(self, client: httpx.AsyncClient, message: HookMessage) -> None:
        pause = self._first_pause_seconds
        for _ in range(TRIES):
            await self._wait_for_the_power()
            if await self._is_taken(client, message):
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        log.warning("hook given up", extra={"message_id": message.id, "tries": TRIES})

    async def _is_taken(self, client: httpx.AsyncClient, message: HookMessage) -> bool:
        proof = signing.sign(message.body, self._key, message_id=message.id, at=datetime.now(UTC))
        headers = {"content-type": "application/json", **proof}
        try:
            answer = await client.post(self._url, content=message.body, headers=headers)
        except httpx.HTTPError as fault:
            log.info("hook failed", extra={"message_id": message.id, "why": type(fault).__name__})
            return False
        return answer.is_success

    async def _wait_for_the_power(self) -> None:
        while self.mischief.is_out:
            await asyncio.sleep(min(0.05, self.mischief.out_seconds))
