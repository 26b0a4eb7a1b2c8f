"""What is to be done now in one channel: leased, written down, and only then done.

An attempt stands in the record before it is made. One whose outcome a crash has hidden is found by
its lease: it may have reached the citizen, so it is asked about where that can be done, and is
never repeated by itself.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel import select as model_select

from postal_tracker.core.journey import Act, Flag, Stage
from postal_tracker.core.notices import Event, Standing, ToldBy, is_still_so, written
from postal_tracker.outgoing.notices import standing
from postal_tracker.outgoing.notices.message import Message
from postal_tracker.outgoing.notices.outcomes import (
    CUT_SHORT,
    NO_ADDRESS,
    OVERTAKEN,
    TOO_OLD,
)
from postal_tracker.outgoing.notices.people import address, ways
from postal_tracker.outgoing.notices.queueing import FRESH
from postal_tracker.outgoing.notices.setup import Setup
from postal_tracker.storage.tables import (
    Applicant,
    Dossier,
    Feedback,
    Notice,
    NoticeAttempt,
    NoticeChoice,
    Procedure,
)
from postal_tracker.views.lookup import link_token

LEASE = timedelta(seconds=90)
"""So long nobody else touches what is under way; longer than any attempt takes."""

ASKED_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""After how long a gateway is asked about an attempt whose outcome is not known."""


IN_DOUBT = ("trying", "uncertain")
"""States of an attempt that may have reached somebody, as far as we know."""

_MOST_REROUTED = 100


@dataclass(slots=True)
class Round:
    """What is to be done now in one channel."""

    messages: list[tuple[int, Message]] = field(default_factory=list)
    """To be sent, each with its attempt's id."""
    asks: list[tuple[int, str]] = field(default_factory=list)
    """To be asked about: attempts and their references."""

    looked_at: int = 0
    """Notices that something was decided about, those included of which nothing is to be sent."""


def claim(
    session: Session,
    channel: ToldBy,
    *,
    rate_per_second: float,
    can_be_asked: bool,
    setup: Setup,
    now: datetime,
) -> Round:
    """Lease what is to be done now in a channel; nothing while it is paused."""
    row = standing.locked(session, channel, now=now)
    is_paused = standing.is_paused(row, now)
    most = _MOST_REROUTED if is_paused else standing.room(row, rate_per_second, now=now)
    notices = _due(session, channel, most, now)
    round_ = Round(looked_at=len(notices))
    last = _last_attempts(session, [one.id for one in notices])
    people = _people(session, [one.dossier_id for one in notices])
    for notice in notices:
        attempt, person = last.get(notice.id), people[notice.dossier_id]
        if attempt and attempt.round == notice.round and attempt.state in IN_DOUBT:
            _doubt(round_, notice, attempt, can_be_asked=can_be_asked, now=now)
        elif is_paused:
            _reroute(session, notice, person, setup, now)
        else:
            _send(session, round_, notice, person, setup, now)
    if round_.messages:
        standing.use(row, len(round_.messages), rate_per_second, now=now)
        session.add(row)
    return round_


def has_due(session: Session, channel: ToldBy, *, now: datetime) -> bool:
    """Tell whether there may be something to do in a channel."""
    query = select(col(Notice.id)).where(*_is_due(channel, now), ~_EARLIER).limit(1)
    return session.connection().execute(query).first() is not None


def _is_due(channel: ToldBy, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Notice.channel) == channel.value, col(Notice.next_at) <= now


def _due(session: Session, channel: ToldBy, most: int, now: datetime) -> Sequence[Notice]:
    query = (
        model_select(Notice)
        .where(*_is_due(channel, now), ~_EARLIER)
        .order_by(col(Notice.next_at), col(Notice.id))
        .limit(most)
        .with_for_update(of=Notice, skip_locked=True)
    )
    return session.exec(query).all() if most else []


_BEFORE: Any = aliased(Notice)
_EARLIER: ColumnElement[bool] = exists().where(
    _BEFORE.dossier_id == col(Notice.dossier_id),
    _BEFORE.id < col(Notice.id),
    _BEFORE.next_at.is_not(None),
)
"""One dossier's notices go in their order: a later one waits for what is to be done about this."""


def _last_attempts(session: Session, ids: Sequence[int]) -> dict[int, NoticeAttempt]:
    newest = (
        select(func.max(col(NoticeAttempt.id)))
        .where(col(NoticeAttempt.notice_id).in_(ids))
        .group_by(col(NoticeAttempt.notice_id))
    )
    query = model_select(NoticeAttempt).where(col(NoticeAttempt.id).in_(newest))
    return {one.notice_id: one for one in session.exec(query)} if ids else {}


def _people(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Return the dossiers with all that their notices ask: where they stand, whom to tell."""
    if not ids:
        return {}
    query = _DOSSIER.where(col(Dossier.id).in_(ids))
    return {row.id: row for row in session.connection().execute(query)}


def person_of(session: Session, notice: Notice) -> Any:
    """Return a notice's dossier with all that it asks."""
    return _people(session, [notice.dossier_id])[notice.dossier_id]


_DOSSIER: Any = (
    select(
        *(col(Dossier.id), col(Dossier.code), col(Dossier.lookup_code), col(Dossier.link_number)),
        *(col(Dossier.stage), col(Dossier.flags), col(Dossier.waiting_for)),
        *(col(Dossier.closed_by), col(Dossier.result_ready_at), col(Dossier.return_by_post)),
        *(col(Dossier.due_on), col(Dossier.due_at), col(Dossier.first_due_at)),
        *(col(Procedure.name_vi), col(Procedure.name_en)),
        *(col(Applicant.phone), col(Applicant.email)),
        *(col(NoticeChoice.channels), col(NoticeChoice.lang)),
        exists()
        .where(col(Feedback.dossier_id) == col(Dossier.id), col(Feedback.state) == "asked")
        .label("is_asked"),
    )
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
    .join(NoticeChoice, col(NoticeChoice.dossier_id) == col(Dossier.id), isouter=True)
)


def _doubt(
    round_: Round, notice: Notice, attempt: NoticeAttempt, *, can_be_asked: bool, now: datetime
) -> None:
    """Take up an attempt of which nobody knows whether it reached anybody."""
    if attempt.state == "trying":
        attempt.state, attempt.fault, attempt.ended_at = "uncertain", CUT_SHORT, now
    notice.state, notice.fault, notice.next_at = "uncertain", attempt.fault, None
    if can_be_asked and attempt.asks < len(ASKED_AFTER):
        attempt.asks += 1
        notice.next_at = now + LEASE
        round_.asks.append((attempt.id, attempt.reference))


def _send(
    session: Session, round_: Round, notice: Notice, row: Any, setup: Setup, now: datetime
) -> None:
    """Write down an attempt and have it made, unless what it says is no longer so."""
    event, channel = Event(notice.event), ToldBy(notice.channel)
    if not is_still_so(event, _standing(row)):
        return close(notice, OVERTAKEN)
    if notice.round == 1 and notice.happened_at <= now - 2 * FRESH:
        return close(notice, TOO_OLD)
    if (at := setup.when(event, now)) > now:
        notice.next_at = at
        return None
    if channel not in ways(row, setup):
        return pass_on(session, notice, row, setup, NO_ADDRESS, now)
    attempt = NoticeAttempt(
        notice_id=notice.id,
        round=notice.round,
        channel=channel.value,
        reference=f"ntc{secrets.token_hex(12)}",
        state="trying",
        begun_at=now,
    )
    session.add(attempt)
    session.flush()
    notice.next_at = now + LEASE
    round_.messages.append((attempt.id, _message(attempt.reference, event, row, setup, channel)))
    return None


def _message(reference: str, event: Event, row: Any, setup: Setup, channel: ToldBy) -> Message:
    token = link_token(row.lookup_code, setup.secret, row.link_number)
    link = f"{setup.address}/t/{token}"
    words = written(
        event,
        "en" if row.lang == "en" else "vi",
        code=row.code,
        procedure=(row.name_vi, row.name_en),
        due_on=row.due_on,
        link=link,
    )
    return Message(reference, address(row, channel), event, words, row.code, link)


def _standing(row: Any) -> Standing:
    return Standing(
        stage=Stage(row.stage),
        flags=frozenset(map(Flag, row.flags)),
        waiting_for=[one for one in row.waiting_for.replace(",", " ").split() if one],
        closed_by=Act(row.closed_by) if row.closed_by else None,
        has_result=row.result_ready_at is not None,
        is_extended=row.due_at > row.first_due_at,
        return_by_post=row.return_by_post,
        is_asked=row.is_asked,
    )


def close(notice: Notice, fault: str) -> None:
    """Give a notice up, and say why."""
    notice.state, notice.fault, notice.next_at = "failed", fault, None


def pass_on(
    session: Session, notice: Notice, row: Any, setup: Setup, fault: str, now: datetime
) -> None:
    """Let the next channel try that has not tried yet; give it up if there is none."""
    tried = set(session.exec(_TRIED.where(*_of_round(notice))))
    left = [one for one in ways(row, setup) if one.value not in tried | {notice.channel}]
    if not left:
        return close(notice, fault)
    notice.channel, notice.state, notice.fault = left[0].value, "queued", fault
    notice.next_at = setup.when(Event(notice.event), now)
    return None


_TRIED = model_select(NoticeAttempt.channel)


def _of_round(notice: Notice) -> tuple[ColumnElement[bool], ...]:
    return (
        col(NoticeAttempt.notice_id) == notice.id,
        col(NoticeAttempt.round) == notice.round,
    )


def _reroute(session: Session, notice: Notice, row: Any, setup: Setup, now: datetime) -> None:
    """While a channel is paused, let another tell whom it can reach."""
    tried = set(session.exec(_TRIED.where(*_of_round(notice))))
    others = [one for one in ways(row, setup) if one.value not in tried | {notice.channel}]
    notice.next_at = now if others else now + standing.PAUSE
    if others:
        notice.channel = others[0].value
