"""What has waited too long on the worklist is somebody else's, too: by setting, whose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.worklist import ESCALATED_AFTER, About, WorkKind
from postal_tracker.house import House
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.storage.tables import Dossier, Feedback, Handover, Office, Parcel, StaffMember


def with_escalation(
    session: Session, house: House, rows: Sequence[ToDoRow], *, scope: Scope
) -> Iterator[ToDoRow]:
    """Give each row whether it has waited too long, and to whom it has come for that."""
    late = {row.id for row in rows if _is_late(row, house)}
    chiefs = house.settings.escalate_to
    offices = _offices(session, [r for r in rows if r.id in late], scope) if chiefs else {}
    names = _names(session, chiefs) if offices else {}
    above = _above(session) if offices else {}
    for row in rows:
        if row.id not in late:
            yield row
            continue
        to = _chief(offices.get(row.id, ""), above, chiefs)
        chief = to if to in names else ""
        name = names.get(chief, "")
        yield replace(row, escalated=True, escalated_to=chief, escalated_to_name=name)


def come_to_nobody(session: Session, chiefs: Mapping[str, str]) -> list[str]:
    """Return those of the setting of which there is no such office, or no account that is open."""
    offices, names = _above(session), _names(session, chiefs)
    return [f"{at}={who}" for at, who in chiefs.items() if at not in offices or who not in names]


def is_overdue(row: ToDoRow, today: date) -> bool:
    """Tell whether the law's day for feedback, or for a request for one's data, is over."""
    return row.kind is WorkKind.FEEDBACK and row.due_on is not None and row.due_on < today


def _is_late(row: ToDoRow, house: House) -> bool:
    if is_overdue(row, house.today()):
        return True
    after = house.settings.escalate_after_hours.get(row.kind, ESCALATED_AFTER.get(row.kind))
    return after is not None and row.hours is not None and row.hours >= after


_TABLES: Mapping[About, tuple[Any, Any]] = {
    About.DOSSIER: (Dossier, col(Dossier.code)),
    About.PARCEL: (Parcel, col(Parcel.tracking_number)),
    About.HANDOVER: (Handover, col(Handover.number)),
    About.FEEDBACK: (Feedback, col(Feedback.number)),
}


def _offices(session: Session, rows: Sequence[ToDoRow], scope: Scope) -> dict[str, str]:
    """Return the code of the office that each row belongs to, by the row's id."""
    found: dict[str, str] = {}
    for about, (table, code) in _TABLES.items():
        named = {row.code: row.id for row in rows if row.about is about}
        query = select(code, Office.code).join(Office, col(Office.id) == col(table.office_id))
        # Of a number that came back the newest is the one in hand.
        listed = query.where(code.in_(list(named)), scope.covers(table)).order_by(col(table.id))
        found |= {named[which]: office for which, office in session.exec(listed)}
    return found


def _above(session: Session) -> Mapping[str, str]:
    return dict(session.exec(select(Office.code, Office.parent_code)).all())


def _chief(office: str, above: Mapping[str, str], chiefs: Mapping[str, str]) -> str:
    """Return whose it is at an office: its own chief, or that of the next one above."""
    for _ in range(len(above)):
        if office in chiefs:
            return chiefs[office]
        office = above.get(office, "")
    return ""


def _names(session: Session, chiefs: Mapping[str, str]) -> Mapping[str, str]:
    wanted = col(StaffMember.username).in_(sorted(set(chiefs.values())))
    query = select(StaffMember.username, StaffMember.name)
    return dict(session.exec(query.where(wanted, col(StaffMember.disabled_at).is_(None))).all())
