"""What needs somebody today: one list of all that waits, each thing with the act that solves it.

Its rows are those of the reports and pages that tell of each kind; whoever has taken one of them,
or put it off, stands beside it (`work_item`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.worklist import WorkKind
from postal_tracker.forms import field_invalid
from postal_tracker.house import House
from postal_tracker.reports.escalation import with_escalation
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.reports.work_rows import ReadRows, list_of
from postal_tracker.storage.tables import StaffMember, WorkItem


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the worklist."""

    items: Sequence[ToDoRow]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class WorkState:
    """Who has taken an item, and until when it was put off."""

    id: str
    """Its kind and code: `silent:EA123456785VN`."""
    assignee: str = ""
    """The sign-in name of who has taken it; empty: nobody."""
    assignee_name: str = ""
    """The name of who has taken it."""
    snoozed_until: datetime | None = None
    """Until when it was put off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the worklist is wanted."""

    kinds: Sequence[WorkKind]
    assignee: str = ""
    """Only what this account has taken, or what has come to it for it waited too long."""
    snoozed: bool = False
    """Also what was put off."""
    escalated: bool = False
    """Only what has waited too long."""


def worklist(
    session: Session,
    house: House,
    asked: Asked,
    *,
    scope: Scope,
    now: datetime,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> WorkPage:
    """Return a page of what needs somebody: kind by kind, of each the longest waiting first.

    A page can hold fewer rows than `limit`, or none, and still have a next one: of what was read,
    what others took or put off is left out. Raises Invalid (the cursor).
    """
    lists = {kind: list_of(kind, house, scope=scope, now=now, lang=lang) for kind in asked.kinds}
    found, following = _read(session, lists, cursor, limit)
    known = with_escalation(session, house, list(_with_state(session, found)), scope=scope)
    rows = [row for row in known if _is_wanted(row, asked, now)]
    return WorkPage(rows, following)


def _read(
    session: Session, lists: Mapping[WorkKind, ReadRows], cursor: str | None, limit: int
) -> tuple[list[ToDoRow], str | None]:
    """Read one list after the other, up to `limit` rows; return them and where to go on."""
    kinds = list(lists)
    name, _, inner = (cursor or "").partition("~")
    if cursor and name not in kinds:
        raise field_invalid("cursor", "Không có trang này.", "There is no such page.")
    rest = kinds[kinds.index(WorkKind(name)) :] if cursor else kinds
    rows: list[ToDoRow] = []
    for kind in rest:
        if len(rows) >= limit:
            return rows, f"{kind}~"
        more, following = lists[kind](session, inner or None, limit - len(rows))
        rows, inner = [*rows, *more], ""
        if following:
            return rows, f"{kind}~{following}"
    return rows, None


def _with_state(session: Session, rows: Sequence[ToDoRow]) -> Iterator[ToDoRow]:
    """Give each row who has taken it, and until when it was put off."""
    known = {state.id: state for state in _states(session, [row.id for row in rows])}
    for row in rows:
        state = known.get(row.id)
        yield replace(row, **asdict(state)) if state else row


def state_of(session: Session, key: str) -> WorkState:
    return next(_states(session, [key]), WorkState(key))


def _states(session: Session, keys: Sequence[str]) -> Iterator[WorkState]:
    query = (
        select(WorkItem, StaffMember.username, StaffMember.name)
        .join(StaffMember, col(StaffMember.id) == col(WorkItem.assignee_id), isouter=True)
        .where(col(WorkItem.key).in_(keys))
    )
    for item, username, name in session.exec(query):
        yield WorkState(item.key, username or "", name or "", item.snoozed_until)


def _is_wanted(row: ToDoRow, asked: Asked, now: datetime) -> bool:
    is_off = row.snoozed_until is not None and row.snoozed_until > now
    if (is_off and not asked.snoozed) or (asked.escalated and not row.escalated):
        return False
    return asked.assignee in ("", row.assignee, row.escalated_to)
