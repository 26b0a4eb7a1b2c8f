"""Is the record well kept: copies, examinations, the log, room, background work.

What was done at the server stands in the audit log, where commands write it down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from postal_tracker.access.audit import Audited
from postal_tracker.storage import migrations
from postal_tracker.storage.pulse import State
from postal_tracker.storage.tables import (
    AuditEntry,
    CarrierMessage,
    CarrierState,
    LedgerEntry,
    LogCheckpoint,
    Worker,
)

VERIFY, REPLAY_CHECK = "verify: ", "replay --check: "
"""How what the audit log says of these commands begins; what was found follows."""

Tone = Literal["good", "soon", "bad"]
Name = Literal[
    "backup",
    "verify",
    "replay",
    "log",
    "workers",
    "jobs",
    "carriers",
    "messages",
    "migrations",
    "disk",
    "size",
]

DAY = timedelta(days=1)
STALE = {
    "backup": (DAY * 1.25, DAY * 7),
    "verify": (DAY * 8, DAY * 35),
    "replay": (DAY * 8, DAY * 35),
}
"""After how long without it somebody should see to it soon, and at once."""

UNREAD = (timedelta(minutes=15), DAY)
STANDS_STILL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class HealthLineView:
    """One thing that keeps the record well."""

    name: Name
    """What it is about."""
    tone: Tone
    """Whether somebody should see to it: `soon`, or at once (`bad`)."""
    at: datetime | None = None
    """When it was done or seen last; for `messages`, when the oldest one came."""
    value: int | None = None
    """How many (`jobs`, `carriers`), or how many bytes (`disk`, `size`)."""
    finding: str = ""
    """What a command found, in its own words."""


@dataclass(frozen=True, slots=True)
class RecordHealthView:
    """Whether the record is well kept, what is worst first."""

    items: list[HealthLineView]


@dataclass(frozen=True, slots=True)
class Felt:
    """What is known without asking the record."""

    state: State
    size: int
    failed: tuple[int, datetime | None]
    """How much background work failed, and when the last of it did."""
    disk_warning: int
    """Bytes."""


def record_health(session: Session, felt: Felt, *, now: datetime) -> RecordHealthView:
    """Return every line, the worst first."""
    failed, failed_at = felt.failed
    lines = [
        *(look(session, now) for look in _LOOKS),
        HealthLineView("jobs", "bad" if failed else "good", failed_at, failed),
        HealthLineView(
            "migrations", "good" if migrations.is_newest(felt.state.revisions) else "bad"
        ),
        *_disk(felt),
        HealthLineView("size", "good", None, felt.size),
    ]
    order = ("bad", "soon", "good")
    return RecordHealthView(sorted(lines, key=lambda line: order.index(line.tone)))


def _disk(felt: Felt) -> list[HealthLineView]:
    free = felt.state.free_bytes
    if free is None:  # PostgreSQL's is not ours to see
        return []
    tone: Tone = "good" if free >= 2 * felt.disk_warning else "soon"
    return [HealthLineView("disk", "bad" if free < felt.disk_warning else tone, None, free)]


def _backup(session: Session, now: datetime) -> HealthLineView:
    last = _noted(session, Audited.EXPORTED, col(AuditEntry.detail) == "backup")
    return HealthLineView("backup", _by_age("backup", last, now), last.at if last else None)


def _verify(session: Session, now: datetime) -> HealthLineView:
    last = _noted(session, Audited.COMMAND, col(AuditEntry.detail).startswith(VERIFY))
    found = last.detail.removeprefix(VERIFY) if last else ""
    tone = _by_age("verify", last, now) if found in ("", "ok") else "bad"
    return HealthLineView("verify", tone, last.at if last else None, finding=found)


def _replay(session: Session, now: datetime) -> HealthLineView:
    """A whole examination replays, too."""
    either = col(AuditEntry.detail).startswith(REPLAY_CHECK) | col(AuditEntry.detail).startswith(
        VERIFY
    )
    last = _noted(session, Audited.COMMAND, either)
    said = last.detail if last else ""
    found = said.removeprefix(REPLAY_CHECK) if said.startswith(REPLAY_CHECK) else ""
    is_well = found in ("", "0 differences") and "replay" not in said.removeprefix(REPLAY_CHECK)
    tone = _by_age("replay", last, now) if is_well else "bad"
    return HealthLineView("replay", tone, last.at if last else None, finding=found)


def _noted(session: Session, what: Audited, which: Any) -> AuditEntry | None:
    """Return the newest entry of a command; those of the server are few, and found by who."""
    query = select(AuditEntry).where(col(AuditEntry.who) == "command", which)
    newest = query.where(col(AuditEntry.what) == what.value).order_by(
        col(AuditEntry.at).desc(), col(AuditEntry.id).desc()
    )
    return session.exec(newest.limit(1)).first()


def _by_age(name: str, last: AuditEntry | None, now: datetime) -> Tone:
    soon, bad = STALE[name]
    if last is None:
        return "bad" if name == "backup" else "soon"
    return "bad" if now - last.at > bad else "soon" if now - last.at > soon else "good"


def _log(session: Session, now: datetime) -> HealthLineView:
    """The log stands still if what was recorded minutes ago is under no checkpoint."""
    signed = session.exec(select(func.max(col(LogCheckpoint.at)))).one()
    newest = select(col(LedgerEntry.recorded_at)).order_by(col(LedgerEntry.id).desc())
    told = session.exec(newest.limit(1)).first()
    waits = told is not None and now - told > STANDS_STILL and (signed is None or signed < told)
    return HealthLineView("log", "bad" if waits else "good", signed)


def _workers(session: Session, now: datetime) -> HealthLineView:
    seen = session.exec(select(func.max(col(Worker.seen_at)))).one()
    lives = seen is not None and now - seen < STANDS_STILL
    return HealthLineView("workers", "good" if lives else "bad", seen)


def _carriers(session: Session, now: datetime) -> HealthLineView:
    rest = select(func.count()).select_from(CarrierState).where(col(CarrierState.rests_until) > now)
    count = session.exec(rest).one()
    return HealthLineView("carriers", "soon" if count else "good", None, count)


def _messages(session: Session, now: datetime) -> HealthLineView:
    unread = select(col(CarrierMessage.received_at)).where(col(CarrierMessage.state) == "unread")
    oldest = session.exec(unread.order_by(col(CarrierMessage.id)).limit(1)).first()
    soon, bad = UNREAD
    age = now - oldest if oldest else timedelta(0)
    return HealthLineView(
        "messages", "bad" if age > bad else "soon" if age > soon else "good", oldest
    )


_LOOKS: tuple[Callable[[Session, datetime], HealthLineView], ...] = (
    *(_backup, _verify, _replay, _log, _workers),
    *(_carriers, _messages),
)
