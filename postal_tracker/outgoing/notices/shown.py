"""What the desk sees of a dossier's notices; and to send one again, because a person asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.access import Caller, Scope
from postal_tracker.core.notices import Event, ToldBy
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.outgoing.notices.claiming import person_of
from postal_tracker.outgoing.notices.dossiers import dossier_id
from postal_tracker.outgoing.notices.people import ways
from postal_tracker.outgoing.notices.setup import Setup
from postal_tracker.storage.tables import Notice, NoticeAttempt, table_of
from postal_tracker.views.keyset import behind, number

A_PAGE = 50

State = Literal["queued", "sent", "delivered", "failed", "uncertain"]


@dataclass(frozen=True, slots=True)
class NoticeAttemptView:
    """One try to send a notice."""

    channel: ToldBy
    """By what it was sent."""
    state: Literal["trying", "sent", "delivered", "failed", "uncertain"]
    """`sent`: taken by whoever carries it; `delivered`: reported so."""
    fault: str
    """What stood in the way, in a word; empty: nothing."""
    begun_at: datetime
    """When it was made."""
    ended_at: datetime | None
    """When it was known what came of it."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One message to the citizen about one change; neither its words nor the address."""

    id: int
    """Its number."""
    event: Event
    """What it tells."""
    happened_at: datetime
    """When that happened."""
    created_at: datetime
    """When it was queued."""
    state: State
    """`sent` is a claim, `delivered` is proven; `uncertain` may have reached the citizen."""
    fault: str
    """Why it was not told, in a word; `overtaken`: it was no longer so."""
    channel: ToldBy
    """By what it goes next, or went last."""
    next_at: datetime | None
    """When something is done about it next."""
    asked_by: str
    """Who asked for it to be sent again; empty: nobody."""
    attempts: list[NoticeAttemptView]
    """Each try, the oldest first."""


@dataclass(frozen=True, slots=True)
class NoticesView:
    """What the citizen was told of one dossier, the newest first."""

    items: list[NoticeView]
    next_cursor: str | None = None
    """The `cursor` of the next ones; empty if these are the last."""


def notices_of(session: Session, code: str, *, scope: Scope, cursor: str = "") -> NoticesView:
    """Return a dossier's notices, the newest first. Raises NotFound, Invalid."""
    dossier = dossier_id(session, code, scope)
    order = (col(Notice.id),)
    query = select(table_of(Notice)).where(
        col(Notice.dossier_id) == dossier, *behind(order, cursor, number, is_down=True)
    )
    newest = query.order_by(col(Notice.id).desc()).limit(A_PAGE + 1)
    rows = session.connection().execute(newest).all()
    items = _views(session, rows[:A_PAGE])
    return NoticesView(items, str(items[-1].id) if len(rows) > A_PAGE else None)


def send_again(
    session: Session, code: str, notice_id: int, *, by: Caller, setup: Setup, now: datetime
) -> NoticeView:
    """Send a notice once more, as if nobody had tried. Raises NotFound, Conflict."""
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None or notice.dossier_id != dossier_id(session, code, by.scope):
        raise no_such("notice")
    if notice.next_at is not None:
        raise _under_way()
    possible = ways(person_of(session, notice), setup)
    if not possible:
        raise _no_way()
    notice.round += 1
    notice.state, notice.fault, notice.asked_by = "queued", "", by.label
    notice.channel, notice.next_at = possible[0].value, setup.quiet.after(now)
    session.add(notice)
    session.flush()
    row = select(table_of(Notice)).where(col(Notice.id) == notice_id)
    return _views(session, [session.connection().execute(row).one()])[0]


def _views(session: Session, rows: Iterable[Any]) -> list[NoticeView]:
    rows = list(rows)
    made = select(table_of(NoticeAttempt)).where(
        col(NoticeAttempt.notice_id).in_([row.id for row in rows])
    )
    attempts = session.connection().execute(made.order_by(col(NoticeAttempt.id))).all()
    return [_view(row, [one for one in attempts if one.notice_id == row.id]) for row in rows]


def _view(row: Any, attempts: Iterable[Any]) -> NoticeView:
    return NoticeView(
        id=row.id,
        event=Event(row.event),
        happened_at=row.happened_at,
        created_at=row.created_at,
        state=row.state,
        fault=row.fault,
        channel=ToldBy(row.channel),
        next_at=row.next_at,
        asked_by=row.asked_by,
        attempts=[
            NoticeAttemptView(ToldBy(a.channel), a.state, a.fault, a.begun_at, a.ended_at)
            for a in attempts
        ],
    )


def _under_way() -> Conflict:
    return Conflict(
        "notice-under-way",
        "Thông báo này đang được gửi. Vui lòng chờ kết quả.",
        "This notice is being sent. Please wait for what comes of it.",
    )


def _no_way() -> Conflict:
    return Conflict(
        "no-way-to-tell",
        "Không có kênh nào gửi được cho người này: chưa có địa chỉ, hoặc kênh chưa được thiết lập.",
        "No channel reaches this person: there is no address, or no channel is set up.",
    )
