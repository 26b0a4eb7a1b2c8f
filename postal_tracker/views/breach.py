"""Whose data may be out after a breach: read from the audit log, by period and by whose sign-in.

The log holds no personal data, so this says whose, which fields and when, and never what.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope, reach_of, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.forms import field_invalid
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import (
    ApiKey,
    AuditEntry,
    AuditSubject,
    Dossier,
    Office,
    StaffMember,
)

TO_TELL = timedelta(hours=72)
"""From when it was discovered until the specialised body has been told (Law 91/2025)."""

Whose = Literal["all", "account", "key", "office"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which readings may have been somebody else's."""

    since: datetime
    until: datetime
    whose: Whose = "all"
    which: str = ""
    """The sign-in name, the key or the office's code; of `all` nothing."""


@dataclass(frozen=True, slots=True)
class SeenDossier:
    """Whose data were seen: one dossier, without a name."""

    code: str
    first: datetime
    last: datetime
    times: int
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class BreachView:
    """How much was seen, and some of the list."""

    people: int
    """Dossiers whose people's data were seen."""
    readings: int
    fields: Sequence[str]
    hours: Sequence[tuple[datetime, int]]
    """Each hour in which something was seen, and how many readings there were."""
    items: Sequence[SeenDossier]
    next_cursor: int | None = None


_SEEN = (Audited.READ.value, Audited.EXPORTED.value)


def breach(
    session: Session, asked: Asked, *, scope: Scope, cursor: int = 0, limit: int = 100
) -> BreachView:
    """Return whose data were seen. Raises Invalid (no such account, key or office), Forbidden."""
    refuse_part(scope)
    fitting = _fitting(session, asked)
    entries = select(col(AuditEntry.at), col(AuditEntry.fields)).where(*fitting)
    hours, fields, readings = Counter[datetime](), set[str](), 0
    for at, named in session.connection().execute(entries.execution_options(yield_per=1000)):
        hours[at.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)] += 1
        fields.update(named.split())
        readings += 1
    people = select(func.count(col(AuditSubject.dossier_id).distinct())).join(
        AuditEntry, col(AuditEntry.id) == col(AuditSubject.entry_id)
    )
    items, following = _dossiers(session, fitting, cursor, limit)
    return BreachView(
        session.connection().execute(people.where(*fitting)).scalar_one(),
        readings,
        sorted(fields),
        sorted(hours.items()),
        items,
        following,
    )


def _fitting(session: Session, asked: Asked) -> Sequence[ColumnElement[bool]]:
    at = col(AuditEntry.at)
    fitting = [col(AuditEntry.what).in_(_SEEN), at >= asked.since, at < asked.until]
    if asked.whose != "all":
        fitting.append(col(AuditEntry.who).in_(_labels(session, asked)))
    return fitting


def _labels(session: Session, asked: Asked) -> list[str]:
    """Return the labels of whose sign-in or key it was. Raises Invalid: there is none such."""
    people: list[Any] = []
    keys: list[Any] = []
    if asked.whose == "account":
        people.append(col(StaffMember.username) == asked.which)
    elif asked.whose == "key":
        keys.append(col(ApiKey.id) == asked.which.removeprefix("key:"))
    else:
        office = select(col(Office.id)).where(col(Office.code) == asked.which)
        below = reach_of(session, session.connection().execute(office).scalar()).offices
        people.append(col(StaffMember.office_id).in_(below))
        keys.append(col(ApiKey.office_id).in_(below))
    run = session.connection().execute
    found = [f"staff:{id_}" for id_ in run(_ids(StaffMember, people)).scalars()] if people else []
    found += [f"key:{id_}" for id_ in run(_ids(ApiKey, keys)).scalars()] if keys else []
    if not found:
        raise field_invalid(
            "which",
            "Không có tài khoản, khóa hoặc điểm tiếp nhận này.",
            "There is no such account, key or office.",
        )
    return found


def _ids(table: type[StaffMember] | type[ApiKey], wanted: Sequence[Any]) -> Any:
    return select(col(table.id)).where(*wanted)


def _dossiers(
    session: Session, fitting: Sequence[ColumnElement[bool]], cursor: int, limit: int
) -> tuple[list[SeenDossier], int | None]:
    """Return some of the list, by dossier, and behind which number the next ones are."""
    id_, at = col(AuditSubject.dossier_id), col(AuditEntry.at)
    query = (
        select(id_.label("id"), func.min(at).label("first"), func.max(at).label("last"))
        .add_columns(func.count().label("times"))
        .join(AuditEntry, col(AuditEntry.id) == col(AuditSubject.entry_id))
        .where(*fitting, id_ > cursor)
        .group_by(id_)
        .order_by(id_)
        .limit(limit + 1)
    )
    rows = session.connection().execute(query).all()
    shown = rows[:limit]
    codes, fields = _about(session, fitting, [row.id for row in shown])
    items = [
        SeenDossier(codes[row.id], row.first, row.last, row.times, sorted(fields[row.id]))
        for row in shown
    ]
    return items, shown[-1].id if len(rows) > limit else None


def _about(
    session: Session, fitting: Sequence[ColumnElement[bool]], ids: Sequence[int]
) -> tuple[Mapping[int, str], Mapping[int, set[str]]]:
    """Return the codes of dossiers, and which of their fields were seen."""
    coded = select(col(Dossier.id), col(Dossier.code)).where(among(col(Dossier.id), "ids"))
    named = (
        select(col(AuditSubject.dossier_id), col(AuditEntry.fields))
        .join(AuditEntry, col(AuditEntry.id) == col(AuditSubject.entry_id))
        .where(*fitting, among(col(AuditSubject.dossier_id), "ids"))
        .distinct()
    )
    fields: dict[int, set[str]] = defaultdict(set)
    for id_, words in session.connection().execute(named, {"ids": list(ids)}):
        fields[id_].update(words.split())
    found = session.connection().execute(coded, {"ids": list(ids)}).all()
    return {row.id: row.code for row in found}, fields
