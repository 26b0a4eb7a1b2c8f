"""Lists of dossiers: filtered, sorted, and paged by a cursor (keyset pagination)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.journey import Holder
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import Authority, Dossier, Enclosure, Office, Parcel
from postal_tracker.views.counting import count_of, counted
from postal_tracker.views.keyset import number, read_cursor
from postal_tracker.views.orders import ANY_DAY, WALKED, Days, Sort, Walk, walk_of
from postal_tracker.views.search import find
from postal_tracker.views.standing import DOSSIER, DossierSummary, overdue, summary

MOST_LISTED = 200
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class Held:
    """One holder at one place: a row of the board. Only open dossiers are there."""

    holder: Holder
    code: str
    """The office's, authority's or carrier's; empty for a citizen."""
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which dossiers a list shows; empty fields do not narrow it."""

    stage: str = ""
    authority: str = ""
    office: str = ""
    holder: str = ""
    held_by: Held | None = None
    overdue: bool | None = None
    q: str = ""
    codes: Sequence[str] = ()
    """Only these."""
    days: Days = ANY_DAY
    sort: Sort = Sort.NEWEST
    cursor: str | int | None = None
    """What a page gave to lead on, or back."""
    back: bool = False
    """Whether the page before the cursor is wanted."""
    limit: int = 50

    @property
    def goes_back(self) -> bool:
        return self.back and self.cursor is not None

    def kinds(self) -> str:
        """Return by what it narrows, never by which value: for the audit log."""
        told = ("stage", "authority", "office", "holder", "held_by", "overdue", "q", "days")
        return " ".join(["list by", *(name for name in told if getattr(self, name))])


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Some dossiers of a list; `next_cursor` leads to the next ones."""

    items: list[DossierSummary]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    """Leads to the page before, with `back`."""
    is_cut: bool = False
    """Whether more than 1,000 fit what was searched for: not all are in the list."""
    count: int = 0
    """How many fit on all pages, counted to 1,000."""
    is_more: bool = False
    """Whether more than that fit."""


def dossiers(
    session: Session,
    wanted: Filter,
    *,
    scope: Scope,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
) -> DossierPage:
    """Return the dossiers that fit, a page at a time. Raises Invalid (the cursor, the days)."""
    found = find(session, wanted.q, scope=scope) if wanted.q.strip() else None
    walk = walk_of(wanted.sort, wanted.days, back=wanted.goes_back)
    narrowed = _conditions(wanted, today)
    fits = [*narrowed, scope.covers(Dossier)]
    fits += [among(col(Dossier.id), "found")] if found else []
    values = {"found": found.ids} if found else {}
    if found and not narrowed and not walk.bounds:  # all that were found are within reach
        n, is_more = count_of(len(found.ids))
        values = {"found": _part_of(found.ids, wanted, walk)}
    else:
        n, is_more = counted(session, _fitting(fits, wanted, walk), values)
    rows = session.connection().execute(_page(fits, wanted, walk, is_more), values).all()
    shown = rows[: wanted.limit]
    parcels = _latest_parcels(session, [row.id for row in shown])
    items = [
        DossierSummary(**summary(row, parcels[row.id], today=today, titles=titles, lang=lang))
        for row in shown
    ]
    is_cut = found is not None and not found.is_all
    page = DossierPage(items, is_cut=is_cut, count=n, is_more=is_more or is_cut)
    return _with_cursors(page, wanted, walk, rows)


def _with_cursors(
    page: DossierPage, wanted: Filter, walk: Walk, rows: Sequence[Any]
) -> DossierPage:
    """Say how to go on and back; what was read on the way back is put in order."""
    shown = rows[: wanted.limit]
    if not shown:
        return page
    last = walk.place_of(shown[-1]) if len(rows) > len(shown) else None
    first = walk.place_of(shown[0]) if wanted.cursor is not None else None
    if wanted.goes_back:
        return replace(page, items=page.items[::-1], next_cursor=first, previous_cursor=last)
    return replace(page, next_cursor=last, previous_cursor=first)


def _part_of(ids: Sequence[int], wanted: Filter, walk: Walk) -> Sequence[int]:
    """Return those of these ids that a page can show, and one more."""
    [at] = read_cursor(str(wanted.cursor), number) if wanted.cursor is not None else [None]
    if walk.is_down:
        return [id_ for id_ in ids if at is None or id_ < at][-(wanted.limit + 1) :]
    return [id_ for id_ in ids if at is None or id_ > at][: wanted.limit + 1]


def _fitting(fits: Sequence[ColumnElement[bool]], wanted: Filter, walk: Walk) -> Any:
    """Return the query for the ids of all that fit."""
    query = select(col(Dossier.id)).where(*fits)
    query = query.join(Office).join(Authority) if wanted.held_by else query
    if not walk.bounds:
        return query
    its_own = query.where(col(Dossier.id) == WALKED.id).correlate(WALKED)
    return select(WALKED.id).where(*walk.bounds, its_own.exists())


def _page(fits: Sequence[ColumnElement[bool]], wanted: Filter, walk: Walk, are_many: bool) -> Any:
    """Return the query for a page, and one dossier more, which tells whether others follow.

    What is overdue is sorted by its number alone: SQLite would go through all dossiers for the few
    that are, or sort them with all that is told of each. Where many are, what has no result yet is
    gone through from the newest on.
    """
    id_, most = col(Dossier.id), wanted.limit + 1
    cursor = None if wanted.cursor is None else str(wanted.cursor)
    if walk.bounds:
        ways = _fitting(fits, wanted, walk).where(*walk.behind(WALKED, cursor))
        part = ways.order_by(*walk.order(WALKED)).limit(most).subquery("part")
        return DOSSIER.join(part, part.c.id == id_).order_by(*walk.order(Dossier))
    wanted_here = [*fits, *walk.behind(Dossier, cursor)]
    if not wanted.overdue or wanted.held_by:
        return DOSSIER.where(*wanted_here).order_by(*walk.order(Dossier)).limit(most)
    by = id_ if are_many else id_ + 0
    in_order = by.desc() if walk.is_down else by
    late = select(id_).where(*wanted_here).order_by(in_order).limit(most).subquery("late")
    return DOSSIER.join(late, late.c.id == id_).order_by(*walk.order(Dossier))


def _conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    conditions = [
        column == which
        for column, value, which in (
            (col(Dossier.stage), wanted.stage, wanted.stage),
            (col(Dossier.holder), wanted.holder, wanted.holder),
            (col(Dossier.authority_id), wanted.authority, id_of(Authority, wanted.authority)),
            (col(Dossier.office_id), wanted.office, id_of(Office, wanted.office)),
        )
        if value
    ]
    if wanted.codes:
        conditions.append(col(Dossier.code).in_(wanted.codes))
    if wanted.held_by:
        conditions += _held(wanted.held_by)
    if wanted.overdue is not None:
        late = overdue(today)
        conditions.append(late if wanted.overdue else ~late)
    return conditions


def id_of(table: type[Authority] | type[Office], code: str) -> Any:
    """Return the id by which an index leads to what belongs to it."""
    return select(col(table.id)).where(col(table.code) == code).scalar_subquery()


def _held(by: Held) -> list[ColumnElement[bool]]:
    riding = (
        select(col(Enclosure.dossier_id))
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
        .where(col(Enclosure.open))
    )
    carried = col(Dossier.id).in_(riding.where(col(Parcel.carrier) == by.code))
    who: dict[Holder, list[ColumnElement[bool]]] = {
        Holder.OFFICE: [col(Office.code) == by.code],
        Holder.AUTHORITY: [col(Authority.code) == by.code],
        Holder.POST: [
            col(Dossier.place) == by.place,
            carried if by.code else col(Dossier.id).not_in(riding),
        ],
    }
    there = and_(col(Dossier.open), col(Dossier.holder) == by.holder)
    return [there, *who.get(by.holder, [])]


def _latest_parcels(session: Session, dossier_ids: Sequence[int]) -> Mapping[int, Sequence[Parcel]]:
    of_dossier: dict[int, list[Parcel]] = defaultdict(list)
    rows = session.execute(  # a join of two entities
        select(col(Enclosure.dossier_id), Parcel)
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
        .where(col(Enclosure.dossier_id).in_(dossier_ids))
        .order_by(col(Parcel.id))
    )
    for dossier_id, parcel in rows:
        of_dossier[dossier_id] = [parcel]
    return of_dossier
