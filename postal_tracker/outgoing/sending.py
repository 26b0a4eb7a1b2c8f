"""Calling webhooks: signed as Standard Webhooks says, no transaction open meanwhile."""

import asyncio
import json
import logging
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import httpx
from sqlmodel import Session, col
from standardwebhooks import Webhook as Signer

from postal_tracker.access import sealed
from postal_tracker.core.problems import Problem
from postal_tracker.house import House
from postal_tracker.ledger import outbox
from postal_tracker.outgoing import deliveries
from postal_tracker.outgoing.deliveries import Due, Outcome
from postal_tracker.outgoing.guard import GuardedTransport, NotPublic, allowed_places
from postal_tracker.storage.tables import StageChange, Webhook
from postal_tracker.views.changes import CHANGE, told

log = logging.getLogger(__name__)

PURPOSE = "webhook"
"""For what the signing keys are sealed."""

TEST: Final = "webhook.test"

LONGEST_ANSWER = 65_536
"""Bytes of an answer that are read, and thrown away."""

ANSWER_WITHIN_SECONDS = 20
LISTENS_SECONDS = 1.0
RESTS_SECONDS = 30


def new_secret() -> str:
    """Return a new signing key, 32 bytes, as Standard Webhooks writes it."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


class Call(NamedTuple):
    """What is sent for a delivery."""

    delivery: Due
    id: str
    body: str


class Round(NamedTuple):
    """Deliveries to one webhook that are tried at the same time."""

    url: str
    sealed_secret: str
    calls: Sequence[Call]
    lost: Sequence[Due]
    """Those of which the change is no longer kept."""


class Sender:
    """Calls webhooks with what is due; each webhook for itself, so that a slow one holds up none.

    In several processes each takes what another has not leased.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Do so for ever."""
        allowed = allowed_places(self._house.settings.webhooks_allow)
        try:
            with self._house.database.nudges() as committed:
                async with client(allowed) as to_receivers:
                    while True:
                        committed.clear()
                        await asyncio.sleep(await self._begin(to_receivers))
                        with suppress(TimeoutError):
                            await asyncio.wait_for(committed.wait(), LISTENS_SECONDS)
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def _begin(self, to_receivers: httpx.AsyncClient) -> float:
        """Begin with each webhook that has something due; return for how long to rest."""
        now = self._house.now()
        try:
            due = await self._house.database.read(partial(deliveries.with_due, now=now), slow=True)
        except Problem:  # the database is away or busy, which others tell of
            return LISTENS_SECONDS
        except Exception:
            log.exception("webhooks were not looked at")
            return RESTS_SECONDS
        for id_ in due:
            if id_ not in self._under_way:
                task = asyncio.create_task(self._serve(to_receivers, id_))
                self._under_way[id_] = task
                task.add_done_callback(partial(self._ended, id_))
        return 0.2

    def _ended(self, webhook_id: int, _task: asyncio.Task[None]) -> None:
        self._under_way.pop(webhook_id, None)

    async def _serve(self, to_receivers: httpx.AsyncClient, webhook_id: int) -> None:
        """Call one webhook until nothing is due."""
        try:
            while await self.call_all(to_receivers, webhook_id):
                pass
        except Problem:
            pass  # the lease runs out, then it is tried again
        except Exception:
            log.exception("a webhook was not called", extra={"webhook": webhook_id})
            await asyncio.sleep(RESTS_SECONDS)

    async def call_all(self, to_receivers: httpx.AsyncClient, webhook_id: int) -> bool:
        """Do one round of a webhook's deliveries; tell whether there was one."""
        database, now = self._house.database, self._house.now
        round_ = await database.write(partial(_claimed, webhook_id=webhook_id, now=now()))
        if round_ is None:
            return False
        signer = self._signer(round_)
        tries = [_tried(to_receivers, round_.url, signer, call) for call in round_.calls]
        outcomes = [Outcome(due, fault=deliveries.LOST) for due in round_.lost]
        outcomes += await asyncio.gather(*tries)
        kept = partial(deliveries.settle, webhook_id=webhook_id, outcomes=outcomes, now=now())
        await database.write(kept)
        return True

    def _signer(self, round_: Round) -> Signer | None:
        try:
            return Signer(sealed.opened(round_.sealed_secret, self._house.secrets, PURPOSE))
        except sealed.NotOurs:
            log.warning("a webhook's key was sealed with a secret key that is no longer known")
            return None


def client(allowed: frozenset[str]) -> httpx.AsyncClient:
    """Return what webhooks are called through: public addresses alone, and no redirect."""
    return httpx.AsyncClient(
        transport=GuardedTransport(httpx.AsyncHTTPTransport(), allowed),
        timeout=httpx.Timeout(ANSWER_WITHIN_SECONDS, connect=5),
        headers={"User-Agent": "postal-tracker"},
        follow_redirects=False,
        trust_env=False,
    )


def _claimed(session: Session, webhook_id: int, now: datetime) -> Round | None:
    due = deliveries.claim(session, webhook_id, now=now)
    hook = session.get(Webhook, webhook_id)
    if not due or hook is None:
        return None
    ids = [one.change_id for one in due if one.change_id is not None]
    rows = session.connection().execute(CHANGE.where(col(StageChange.id).in_(ids)))
    changes = {row.id: row for row in rows}
    calls = [_call(one, changes) for one in due if one.change_id in changes or not one.change_id]
    lost = [one for one in due if one.change_id and one.change_id not in changes]
    return Round(hook.url, hook.sealed_secret, calls, lost)


def _call(due: Due, changes: Mapping[int, Any]) -> Call:
    """Return what is sent: the feed's item, or for a test next to nothing."""
    if due.change_id is None:
        id_ = test_id(due.id, due.created_at)
        return Call(due, id_, _written(TEST, due.created_at, {"id": id_}))
    view = told(changes[due.change_id])
    about = {"feedback": view.feedback} if view.feedback else {"stage": view.stage.value}
    data = {"id": view.id, "dossier": view.dossier, **about}
    return Call(due, view.id, _written(view.type, view.at, data))


def test_id(delivery: int, created_at: datetime) -> str:
    """Return by what receivers know a test."""
    return outbox.event_id(delivery, created_at).replace("chg_", "test_")


def _written(type_: str, at: datetime, data: Mapping[str, str]) -> str:
    return json.dumps({"type": type_, "timestamp": at.isoformat(), "data": data})


async def _tried(
    to_receivers: httpx.AsyncClient, url: str, signer: Signer | None, call: Call
) -> Outcome:
    """Call once; whatever happens is an outcome."""
    if signer is None:
        return Outcome(call.delivery, fault="secret_lost")
    now = datetime.now(UTC)  # the receiver compares it with its own clock
    headers = {
        "content-type": "application/json",
        "webhook-id": call.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signer.sign(call.id, now, call.body),
    }
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            asked = to_receivers.stream("POST", url, content=call.body.encode(), headers=headers)
            async with asked as answer:
                await _read_some(answer)
                return Outcome(call.delivery, answer.status_code, "", _patience(answer))
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(call.delivery, fault="timeout")
    except NotPublic:
        return Outcome(call.delivery, fault="not_public")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return Outcome(call.delivery, fault="unreachable")


async def _read_some(answer: httpx.Response) -> None:
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > LONGEST_ANSWER:
            return


def _patience(answer: httpx.Response) -> timedelta | None:
    """Return for how long a receiver asks us to wait; a date is not taken."""
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if _SECONDS.fullmatch(seconds) else None


_SECONDS = re.compile("[0-9]{1,6}")
