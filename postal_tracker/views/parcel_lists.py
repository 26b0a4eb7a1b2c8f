"""Lists of parcels: those in hand, or all that were made on some days; filtered, sorted, paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import Direction
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Handover, HandoverLine, Office, Parcel
from postal_tracker.views.counting import Count, counted
from postal_tracker.views.dossiers import id_of
from postal_tracker.views.keyset import behind, moment, number, place_of
from postal_tracker.views.parcels import dossier_codes

LONGEST = timedelta(days=92)
"""Of the days that a list is narrowed to: an index leads to them, and they are gone through."""


class ParcelSort(StrEnum):
    """What comes first in a list of parcels."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NEWS = "news"
    """What was heard of least lately, of those in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFilter:
    """Which parcels a list shows; empty fields do not narrow it."""

    carrier: str = ""
    direction: str = ""
    milestone: str = ""
    office: str = ""
    days: tuple[date | None, date | None] = (None, None)
    """When they were made; none: those in hand, whenever they were."""
    numbers: Sequence[str] = ()
    """Only these."""
    sort: ParcelSort = ParcelSort.NEWEST
    cursor: str | None = None
    limit: int = 25

    @property
    def is_of_days(self) -> bool:
        return any(self.days)


@dataclass(frozen=True, slots=True)
class ListedParcel:
    """One parcel, as the list shows it."""

    tracking_number: str
    carrier: str
    direction: Direction
    dossiers: Sequence[str]
    milestone: Milestone
    place: str
    milestone_at: datetime | None
    """When that was; null: nothing was heard of it yet."""
    handover: str
    """The number of the handover list that it is on; empty: none."""
    office: str
    """Its code."""
    created_at: datetime
    open: bool
    """Whether it is in hand."""


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """Some parcels of a list."""

    items: list[ListedParcel]
    next_cursor: str | None
    count: Count
    """How many there are on all pages, counted to 1,000."""


def parcels(session: Session, wanted: ParcelFilter, *, scope: Scope) -> ParcelPage:
    """Return the parcels that fit, a page at a time. Raises Invalid (the cursor, the days)."""
    # No index of offices leads here: it holds all parcels that one ever had.
    fits = [*_conditions(wanted), scope.covers(Parcel, leads=False)]
    names, is_down = _order(wanted)
    order = [col(getattr(Parcel, name)) for name in names]
    rest = behind(order, wanted.cursor, moment, number, is_down=is_down)
    sorted_by = [c.desc() if is_down else c for c in order]
    page = select(col(Parcel.id)).where(*fits, *rest).order_by(*sorted_by).limit(wanted.limit + 1)
    # The page first: joined at once, PostgreSQL reads all handover lists beside a hundred parcels.
    query = _SHORT.where(col(Parcel.id).in_(page)).order_by(*sorted_by)
    rows = session.connection().execute(query).all()
    shown = rows[: wanted.limit]
    inside = dossier_codes(session, [row.id for row in shown], scope=scope)
    further = place_of(shown[-1], *names) if len(rows) > len(shown) else None
    count = counted(session, select(col(Parcel.id)).where(*fits))
    return ParcelPage([_row(row, inside[row.id]) for row in shown], further, count)


_SHORT: Any = (
    select(
        *(col(getattr(Parcel, name)) for name in ("id", "tracking_number", "carrier", "direction")),
        *(col(getattr(Parcel, name)) for name in ("milestone", "place", "milestone_at", "open")),
        col(Parcel.created_at),
        col(Office.code).label("office"),
        col(Handover.number).label("handover"),
    )
    .join(Office, col(Office.id) == col(Parcel.office_id))
    .join(HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id), isouter=True)
    .join(Handover, col(Handover.id) == col(HandoverLine.handover_id), isouter=True)
)


def _row(row: Any, inside: Sequence[str]) -> ListedParcel:
    return ListedParcel(
        row.tracking_number,
        row.carrier,
        Direction(row.direction),
        inside,
        Milestone(row.milestone),
        row.place,
        row.milestone_at,
        row.handover or "",
        row.office,
        row.created_at,
        row.open,
    )


def _order(wanted: ParcelFilter) -> tuple[tuple[str, str], bool]:
    if wanted.sort is ParcelSort.NEWS:
        return ("milestone_at", "id"), False
    return ("created_at", "id"), wanted.sort is ParcelSort.NEWEST


def _conditions(wanted: ParcelFilter) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [
        column == value
        for column, value in (
            (col(Parcel.carrier), wanted.carrier),
            (col(Parcel.direction), wanted.direction),
            (col(Parcel.milestone), wanted.milestone),
        )
        if value
    ]
    if wanted.office:
        conditions.append(col(Parcel.office_id) + 0 == id_of(Office, wanted.office))
    if wanted.numbers:
        return [*conditions, col(Parcel.tracking_number).in_(wanted.numbers)]
    if wanted.is_of_days:
        conditions += _made_on(*wanted.days)
    if not wanted.is_of_days or wanted.sort is ParcelSort.NEWS:
        conditions.append(col(Parcel.open))
    return conditions


def _made_on(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Return the condition for what was made then; of one day alone the longest time from or to it.

    Raises Invalid (too long, reversed).
    """
    span = LONGEST - timedelta(days=1)
    begins = first or (last or date.max) - span
    ends = last or begins + span
    if not timedelta() <= ends - begins < LONGEST:
        raise field_invalid(
            "to",
            f"Ngày cuối phải từ ngày đầu trở đi và không quá {LONGEST.days} ngày.",
            f"The last day is not before the first, and at most {LONGEST.days} days later.",
        )
    made = col(Parcel.created_at)
    return [made >= midnight(begins), made < midnight(ends + timedelta(days=1))]
