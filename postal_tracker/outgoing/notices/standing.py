"""How it goes with each channel, in the record: its rate limit and its pauses hold everywhere."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from postal_tracker.core.notices import ToldBy
from postal_tracker.outgoing.notices.outcomes import NOT_LET_IN, UNREACHABLE, Outcome
from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.tables import NoticeChannel, table_of

AT_ONCE = 5
"""Messages that one process has under way in one channel: so many a crash leaves uncertain, each
to be looked into by somebody."""

PAUSED_AFTER = 10
"""Failures in a row that are the channel's own: then one is tried, now and then."""

PAUSE = timedelta(minutes=5)

_A_SECOND = timedelta(seconds=1)

_OF_THE_CHANNEL = (UNREACHABLE, NOT_LET_IN)


def locked(session: Session, name: ToldBy, *, now: datetime) -> NoticeChannel:
    """Return a channel's row, made if it is not there, and nobody else's until the commit."""
    query = select(NoticeChannel).where(NoticeChannel.name == name.value).with_for_update()
    row = session.exec(query).first()
    if row is None:
        table = table_of(NoticeChannel)
        free = now - _A_SECOND
        values = {"name": name.value, "free_at": free, "failures": 0, "sealed_tokens": ""}
        session.connection().execute(insert_unless_known(session.connection(), table), values)
        row = session.exec(query).one()
    return row


def paused(session: Session, *, now: datetime) -> list[str]:
    """Return the channels that are paused: they fail for many, and an operator has to look."""
    query = select(NoticeChannel.name).where(col(NoticeChannel.paused_until) > now)
    return sorted(session.exec(query))


def is_paused(row: NoticeChannel, now: datetime) -> bool:
    return row.paused_until is not None and row.paused_until > now


def room(row: NoticeChannel, rate_per_second: float, *, now: datetime) -> int:
    """Return how many messages it may be given now: one, while the last ones failed."""
    most = 1 if row.failures else AT_ONCE
    gap = timedelta(seconds=1 / rate_per_second)
    # What it has not used for a while it may use up at once, for a second's worth at most.
    begins = max(row.free_at, now - _A_SECOND)
    return max(0, min(most, int((now - begins) / gap) or int(row.free_at <= now)))


def use(row: NoticeChannel, count: int, rate_per_second: float, *, now: datetime) -> None:
    """Take the rate limit's time for so many messages."""
    begins = max(row.free_at, now - _A_SECOND)
    row.free_at = begins + count * timedelta(seconds=1 / rate_per_second)


def learn(row: NoticeChannel, outcome: Outcome, *, now: datetime) -> None:
    """Note whether a channel works: it is paused when it fails for many."""
    if outcome.fault not in _OF_THE_CHANNEL:
        row.failures, row.paused_until = 0, None
        return
    row.failures += 1
    if row.failures >= PAUSED_AFTER:
        row.paused_until = now + PAUSE
