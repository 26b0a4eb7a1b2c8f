"""How punctual the post is: days from its hands to the door, by carrier and by route.

Of the parcels in which the dossiers travelled that were given back in a month.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Direction, Ride
from postal_tracker.core.working_days import local_day
from postal_tracker.reports.pages import Report, part_of
from postal_tracker.reports.period import names
from postal_tracker.reports.spent import at_most
from postal_tracker.reports.ways import GivenBack
from postal_tracker.storage.tables import Parcel
from postal_tracker.views import Count

MOST_ROUTES = 15
"""Of more, those with the most parcels are told."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """How long one carrier takes, on one route or on all. Days of 24 hours."""

    key: str
    """What leads to its parcels: the carrier, or the carrier and the route."""
    carrier: str
    """Its name for people."""
    route: str
    """Empty: all routes."""
    parcels: int
    median: float
    most: float
    """Nine in ten took no longer."""
    promised: int
    """Of how many the carrier said on which day they would come."""
    kept: int
    """How many of these came on that day or before."""


@dataclass(frozen=True, slots=True)
class PostedRow:
    """The ride of one parcel."""

    tracking_number: str
    carrier: str
    route: str
    taken_at: datetime
    delivered_at: datetime
    days: float
    expected_on: date | None


class Delivered(NamedTuple):
    """One parcel that was delivered, and when."""

    ride: Ride
    parcel: Any

    @property
    def days(self) -> float:
        return (self.ride.delivered_at - self.ride.since) / timedelta(days=1)

    @property
    def key(self) -> str:
        of = self.parcel
        return f"{of.carrier}~{of.direction}~{of.office_id}~{of.authority_id or 0}"


def delivered(session: Session, given: GivenBack) -> list[Delivered]:
    """Return the parcels of these dossiers, each once; another office may have sent them.

    Whoever may see a dossier may see the parcel in which it travels.
    """
    found = {ride.parcel: ride for way in given.ways for ride in way.rides}
    if not found:
        return []
    rows = session.connection().execute(_PARCEL.where(col(Parcel.id).in_(list(found))))
    return [Delivered(found[row.id], row) for row in rows]


_PARCEL = select(
    *(col(Parcel.id), col(Parcel.carrier), col(Parcel.tracking_number), col(Parcel.direction)),
    *(col(Parcel.office_id), col(Parcel.authority_id), col(Parcel.expected_on)),
)


def post_days(
    session: Session, parcels: Sequence[Delivered], titles: Mapping[str, str], lang: Lang
) -> list[PostRow]:
    """Return a row for each carrier and route, the slowest first."""
    by_route: dict[str, list[Delivered]] = defaultdict(list)
    for one in parcels:
        by_route[one.key].append(one)
    said = _Routes(session, lang)
    busiest = sorted(by_route.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_ROUTES]
    return _slowest_first(
        _row(key, mine, titles, said.route(mine[0].parcel)) for key, mine in busiest
    )


def by_carrier(parcels: Sequence[Delivered], titles: Mapping[str, str]) -> list[PostRow]:
    """Return a row for each carrier, the slowest first."""
    mine: dict[str, list[Delivered]] = defaultdict(list)
    for one in parcels:
        mine[one.parcel.carrier].append(one)
    return _slowest_first(_row(key, theirs, titles) for key, theirs in mine.items())


def _slowest_first(rows: Iterable[PostRow]) -> list[PostRow]:
    return sorted(rows, key=lambda row: (-row.most, -row.median, row.key))


def _row(
    key: str, mine: Sequence[Delivered], titles: Mapping[str, str], route: str = ""
) -> PostRow:
    carrier, days = mine[0].parcel.carrier, [one.days for one in mine]
    promised = [one for one in mine if one.parcel.expected_on]
    return PostRow(
        *(key, titles.get(carrier, carrier), route),
        *(len(mine), at_most(days, 0.5), at_most(days, 0.9)),
        len(promised),
        sum(local_day(one.ride.delivered_at) <= one.parcel.expected_on for one in promised),
    )


class _Routes:
    """Names of routes."""

    def __init__(self, session: Session, lang: Lang) -> None:
        self._offices = names(session, "office", lang)
        self._authorities = names(session, "authority", lang)
        self._lang: Lang = lang

    def route(self, parcel: Any) -> str:
        """Return from where to where: "office → authority"."""
        office = self._offices[parcel.office_id][1]
        known = self._authorities.get(parcel.authority_id or 0)
        authority = known[1] if known else pick(_AN_AUTHORITY, self._lang)
        if parcel.direction == Direction.TO_AUTHORITY:
            return f"{office} → {authority}"
        if parcel.direction == Direction.TO_OFFICE:
            return f"{office} → {pick(_AN_OFFICE, self._lang)}"
        if parcel.direction == Direction.TO_CENTRE:
            return f"{authority} → {office}"
        return f"{known[1] if known else office} → {pick(_CITIZEN, self._lang)}"


_AN_AUTHORITY = ("cơ quan giải quyết", "an authority")
_AN_OFFICE = ("điểm tiếp nhận khác", "another office")
_CITIZEN = ("người dân", "citizens")


def posted(
    session: Session,
    parcels: Sequence[Delivered],
    key: str,
    titles: Mapping[str, str],
    lang: Lang,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return the parcels behind a row, the slowest first."""
    said = _Routes(session, lang)
    fit = sorted(
        (one for one in parcels if key in (one.key, one.parcel.carrier)),
        key=lambda one: (-one.days, one.parcel.id),
    )
    shown, more = part_of(fit, limit, cursor)
    rows = [
        PostedRow(
            one.parcel.tracking_number,
            titles.get(one.parcel.carrier, one.parcel.carrier),
            said.route(one.parcel),
            *(one.ride.since, one.ride.delivered_at),
            round(one.days, 1),
            one.parcel.expected_on,
        )
        for one in shown
    ]
    return Report(PostedRow, rows, more, Count(len(fit)))
