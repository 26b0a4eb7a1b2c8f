"""What needs somebody, kind by kind: rows of the worklist from those of reports and pages."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.worklist import ABOUT, SOLVED_BY, About, WorkKind
from postal_tracker.forms import field_invalid
from postal_tracker.house import House
from postal_tracker.reports import readers
from postal_tracker.reports.feedback import due_by, due_feedback
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.reports.waiting import Waiting, waiting
from postal_tracker.views import worklists

Rows = tuple[list[ToDoRow], str | None]
"""Some of one kind, and behind which cursor the next ones are."""

ReadRows = Callable[[Session, str | None, int], Rows]


def list_of(kind: WorkKind, house: House, *, scope: Scope, now: datetime, lang: Lang) -> ReadRows:
    """Return what reads the rows of one kind, from a cursor on, so many."""
    if kind in (WorkKind.UNREAD, WorkKind.UNMATCHED):
        return _messages(kind, scope=scope, now=now, lang=lang)
    if kind is WorkKind.NUMBERS_LOW:
        return _numbers(house, scope=scope)
    read = _report_of(kind, house, scope=scope, now=now, lang=lang)

    def page(session: Session, cursor: str | None, limit: int) -> Rows:
        report = read(session, cursor, limit)
        return [_row(kind, item, now) for item in report.items], report.next_cursor

    return page


FOLLOW_UPS = {
    WorkKind.TROUBLE: "trouble",
    WorkKind.FAILED_DELIVERY: "failed-delivery",
    WorkKind.TO_COLLECT: "to-collect",
    WorkKind.RETURNING: "returning",
    WorkKind.CLAIMED: "claimed",
}


def _report_of(
    kind: WorkKind, house: House, *, scope: Scope, now: datetime, lang: Lang
) -> readers.Read:
    if kind is WorkKind.NEARLY_LATE:
        return readers.nearly_late_of(house, lang, scope=scope)
    if kind is WorkKind.SILENT:
        return readers.silent_of(house, now, scope=scope)
    if kind is WorkKind.UNACCEPTED:
        return readers.unaccepted_of(house, now, scope=scope)
    if kind in FOLLOW_UPS:
        return readers.follow_ups_of(house, now, FOLLOW_UPS[kind], scope=scope)
    if kind is WorkKind.FEEDBACK:
        until = due_by(now, house.calendar)
        return lambda session, cursor, limit: due_feedback(
            session, until, scope=scope, lang=lang, limit=limit, cursor=cursor
        )
    what: Waiting = kind.value  # type: ignore[assignment]  # the others are in Waiting
    return lambda session, cursor, limit: waiting(
        session, what, scope=scope, lang=lang, limit=limit, cursor=cursor
    )


_SINCE = ("last_news_at", "signed_at", "since")
_CODE = ("tracking_number", "code")


def _row(kind: WorkKind, item: Any, now: datetime) -> ToDoRow:
    """Return a report's row as the worklist tells it: never with a person's name."""
    code, since = _first(item, _CODE), _first(item, _SINCE)
    return ToDoRow(
        id=f"{kind}:{code}",
        kind=kind,
        about=ABOUT[kind],
        code=code,
        solved_by=SOLVED_BY[kind],
        since=since,
        hours=max(0, int((now - since) / timedelta(hours=1))),
        carrier=getattr(item, "carrier", ""),
        direction=getattr(item, "direction", None),
        place=getattr(item, "place", ""),
        reason=getattr(item, "reason", None),
        attempts=getattr(item, "attempts", 0),
        dossiers=getattr(item, "dossiers", ()),
        procedure=getattr(item, "procedure", ""),
        due_on=getattr(item, "due_on", None),
    )


def _first(item: Any, names: Sequence[str]) -> Any:
    return next(getattr(item, name) for name in names if hasattr(item, name))


STATES = {WorkKind.UNREAD: "unread", WorkKind.UNMATCHED: "unclaimed"}


def _messages(kind: WorkKind, *, scope: Scope, now: datetime, lang: Lang) -> ReadRows:
    def page(session: Session, cursor: str | None, limit: int) -> Rows:
        if not scope.is_whole:  # they belong to no office
            return [], None
        try:
            after = int(cursor) if cursor else None
        except ValueError:
            raise field_invalid("cursor", "Không có trang này.", "There is no such page.") from None
        found = views.messages(
            session, STATES[kind], scope=scope, cursor=after, limit=limit, lang=lang
        )
        return [_message(kind, one, now) for one in found.items], found.next_cursor

    return page


def _message(kind: WorkKind, one: Any, now: datetime) -> ToDoRow:
    return ToDoRow(
        id=f"{kind}:{one.id}",
        kind=kind,
        about=About.MESSAGE,
        code=str(one.id),
        solved_by=SOLVED_BY[kind],
        since=one.received_at,
        hours=max(0, int((now - one.received_at) / timedelta(hours=1))),
        carrier=one.carrier,
    )


def _numbers(house: House, *, scope: Scope) -> ReadRows:
    def page(session: Session, _cursor: str | None, _limit: int) -> Rows:
        if not scope.is_whole:
            return [], None
        low = worklists.numbers_running_out(session, house.titles)
        return [_low(name, left) for name, left in low.items()], None

    return page


def _low(carrier: str, left: int) -> ToDoRow:
    kind = WorkKind.NUMBERS_LOW
    return ToDoRow(
        id=f"{kind}:{carrier}",
        kind=kind,
        about=About.CARRIER,
        code=carrier,
        solved_by=SOLVED_BY[kind],
        carrier=carrier,
        left=left,
    )
