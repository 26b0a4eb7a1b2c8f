"""Where the open dossiers are, and which of them are late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, case, func, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import HOLDERS, Lang, pick
from postal_tracker.core.journey import Holder
from postal_tracker.core.working_days import Calendar
from postal_tracker.ledger import tallies
from postal_tracker.reports.pages import MOST_LISTED, Report, behind, fetch, number, read_cursor
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    Dossier,
    Enclosure,
    Office,
    Parcel,
    Procedure,
)


@dataclass(frozen=True, slots=True)
class LocationRow:
    """How many open dossiers one holder has at one place."""

    holder: Holder
    holder_code: str
    """The office's or authority's, the carrier's name in addresses; empty for a citizen."""
    name: str
    """The office's, carrier's or authority's; a citizen is not named."""
    place: str
    dossiers: int
    """How many open dossiers are there."""
    overdue: int
    """How many of them are past their appointed day without a result."""
    oldest_since: date
    """Since which day the one that has been there longest is there."""


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One open dossier without a result, after its appointed day."""

    code: str
    applicant_name: str
    procedure: str
    """Its name."""
    authority: str
    """Its name."""
    office: str
    """Its name."""
    holder: Holder
    holder_name: str
    """The office's, carrier's or authority's; a citizen is not named."""
    place: str
    since: datetime
    due_on: date
    working_days_late: int


def locations(
    session: Session,
    *,
    scope: Scope,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
    limit: int = MOST_LISTED,
    cursor: str | None = None,
) -> Report:
    """Return who holds how many open dossiers at which place, most overdue first, then most.

    An office is the one that took the dossiers in; a place is that of the last scan by the post
    that has them. Where an office or an authority has them, its name says where.
    """
    start = read_cursor(cursor, number)[0] if cursor else 0
    rows = _held(session, today, scope)
    shown = rows[start : start + max(1, min(limit, MOST_LISTED))]
    offices, authorities = _names(session, Office, lang), _names(session, Authority, lang)
    named: dict[str, Callable[[_Held], views.Named]] = {
        Holder.OFFICE: lambda row: offices[row.office_id],
        Holder.AUTHORITY: lambda row: authorities[row.authority_id],
        Holder.POST: lambda row: views.Named(row.carrier, titles.get(row.carrier, "")),
    }

    def row_of(row: _Held) -> LocationRow:
        who = named[row.holder](row) if row.holder in named else views.Named("", "")
        return LocationRow(
            holder=row.holder,
            holder_code=who.code,
            name=who.name or who.code or pick(HOLDERS[row.holder], lang),
            place=row.place,
            dossiers=row.dossiers,
            overdue=row.overdue,
            oldest_since=row.oldest_since,
        )

    end = start + len(shown)
    items = [row_of(row) for row in shown]
    return Report(LocationRow, items, str(end) if rows[end:] else None, views.Count(len(rows)))


class _Held(NamedTuple):
    """How many open dossiers one holder has; zero or empty what does not tell who that is."""

    holder: Holder
    office_id: int
    authority_id: int
    carrier: str
    place: str
    dossiers: int
    overdue: int
    oldest_since: date


def _held(session: Session, today: date, scope: Scope) -> list[_Held]:
    """Return what each holder has, most overdue first, then most: from the tallies."""
    connection = session.connection()
    late = {tuple(row[:-1]): int(row.n) for row in connection.execute(_past_due(today, scope))}
    found = [  # a sum of sums is no integer in PostgreSQL
        _Held(*[*row[:5], int(row.n), late.get(tuple(row[:5]), 0), row.oldest])
        for row in connection.execute(_here(scope))
    ]
    return sorted(found, key=lambda h: (-h.overdue, -h.dossiers, *h[:5]))


def _here(scope: Scope) -> Any:
    """Return the query for how many each holder has, and since which day the oldest of them."""
    cell, there = _cells(tallies.HERE, scope)
    by_day = (
        select(*there, cell.day, func.sum(cell.n).label("n")).group_by(*there, cell.day).subquery()
    )
    holders, n = [by_day.c[column.name] for column in there], by_day.c.n
    oldest = func.min(by_day.c.day).label("oldest")
    query = select(*holders, func.sum(n).label("n"), oldest).where(n > 0)
    return query.group_by(*holders)


def _past_due(today: date, scope: Scope) -> Any:
    """Return the query for how many each holder has past their appointed day."""
    cell, there = _cells(tallies.DUE, scope)
    query = select(*there, func.sum(cell.n).label("n")).where(cell.day < today)
    return query.group_by(*there)


def _cells(kind: str, scope: Scope) -> tuple[Any, list[Any]]:
    """Return the cells of one kind, and what tells the holder: at an authority not the office."""
    cell = tallies.told(lambda table: col(table.kind) == kind, scope.covers).c
    office = case((cell.holder == Holder.OFFICE.value, cell.office_id), else_=0)
    there = (cell.holder, office.label("office_id"), cell.authority_id, cell.carrier, cell.place)
    return cell, list(there)


def _riding(query: Any) -> Any:
    """Join the parcel in which each dossier travels, if it is with the post."""
    travels = and_(
        col(Dossier.holder) == Holder.POST,
        col(Enclosure.dossier_id) == col(Dossier.id),
        col(Enclosure.open),
    )
    return (
        query.select_from(Dossier)
        .join(Enclosure, travels, isouter=True)
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id), isouter=True)
    )


def _names(session: Session, table: Any, lang: Lang) -> dict[int, views.Named]:
    rows = session.connection().execute(select(table.id, table.code, table.name_vi, table.name_en))
    return {row.id: views.Named(row.code, pick((row.name_vi, row.name_en), lang)) for row in rows}


def overdue(
    session: Session,
    *,
    scope: Scope,
    today: date,
    calendar: Calendar,
    titles: Mapping[str, str],
    lang: Lang,
    office: str = "",
    authority: str = "",
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return open dossiers whose appointed day has passed without a result, latest first."""
    wanted = [views.overdue(today), scope.covers(Dossier)]
    wanted += [col(Dossier.office_id) == views.id_of(Office, office)] if office else []
    wanted += [col(Dossier.authority_id) == views.id_of(Authority, authority)] if authority else []
    order = (col(Dossier.due_on), col(Dossier.authority_id), col(Dossier.id))
    rest = behind(order, cursor, date.fromisoformat, number, number)
    page = fetch(session, RIDING.where(*wanted, *rest).order_by(*order), limit)
    days = {d: calendar.working_days_between(d, today) for d in {r.due_on for r in page.rows}}
    items = [
        OverdueRow(**overdue_row(row, titles, lang), working_days_late=days[row.due_on])
        for row in page.rows
    ]
    count = views.counted(session, select(col(Dossier.id)).where(*wanted))
    return Report(OverdueRow, items, page.cursor("due_on", "authority_id", "id"), count)


RIDING: Any = (
    _riding(
        select(
            col(Dossier.id),
            col(Dossier.code),
            col(Dossier.holder),
            col(Dossier.place),
            col(Dossier.since),
            col(Dossier.due_on),
            col(Dossier.authority_id),
            col(Parcel.carrier),
            col(Office.name_vi).label("office_vi"),
            col(Office.name_en).label("office_en"),
            col(Authority.name_vi).label("authority_vi"),
            col(Authority.name_en).label("authority_en"),
            col(Procedure.name_vi).label("procedure_vi"),
            col(Procedure.name_en).label("procedure_en"),
            col(Applicant.name).label("applicant_name"),
        )
    )
    .join(Office, col(Office.id) == col(Dossier.office_id))
    .join(Authority, col(Authority.id) == col(Dossier.authority_id))
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
)


def overdue_row(row: Row[Any], titles: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """Return what is told of an open dossier that is late, or will be."""
    carrier = row.carrier or ""
    return {
        "code": row.code,
        "applicant_name": row.applicant_name,
        "procedure": pick((row.procedure_vi, row.procedure_en), lang),
        "authority": pick((row.authority_vi, row.authority_en), lang),
        "office": pick((row.office_vi, row.office_en), lang),
        "holder": Holder(row.holder),
        "holder_name": views.holder_name(row, titles.get(carrier, carrier), lang),
        "place": row.place,
        "since": row.since,
        "due_on": row.due_on,
    }
