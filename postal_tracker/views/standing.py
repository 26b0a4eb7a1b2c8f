"""How a dossier stands: what its own page and every list say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select
from sqlmodel import col

from postal_tracker.core.bilingual_terms import HOLDERS, Lang, Pair, pick
from postal_tracker.core.journey import Act, Flag, Holder, Stage, national_status
from postal_tracker.storage.estimates import OfMany
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    Dossier,
    Office,
    Parcel,
    Procedure,
    table_of,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the catalogue: its code, and its name in the caller's language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Location:
    """Who holds it, where, since when."""

    holder: Holder
    name: str
    """The office's, carrier's or authority's; a citizen is not named."""
    place: str
    since: datetime


class Clock(StrEnum):
    """Whether a dossier's time runs."""

    RUNNING = "running"
    STOPPED = "stopped"
    """The citizen was asked for papers or money, or the post has it and its time does not count."""
    ENDED = "ended"
    """Nobody owes a result any more."""


@dataclass(frozen=True, slots=True)
class DossierSummary:
    """One dossier, as lists show it."""

    code: str
    procedure: Named
    authority: Named
    office: str
    applicant_name: str | None
    """Null where no person is to be seen."""
    stage: Stage
    location: Location
    received_at: datetime
    first_due_at: datetime
    """What the receipt promised."""
    due_at: datetime
    due_on: date
    """The day of `due_at` in Vietnam."""
    overdue: bool
    clock: Clock
    waiting_for: list[str]
    """What the citizen was asked for: `supplement`, `payment`, the last one last."""
    closed_by: Act | None
    """What ended it before there was a result."""
    national_status: int
    """Its number on the national portal, 2 to 10."""
    flags: list[Flag]


DOSSIER: Any = (
    select(
        table_of(Dossier),
        col(Office.code).label("office_code"),
        col(Office.name_vi).label("office_vi"),
        col(Office.name_en).label("office_en"),
        col(Authority.code).label("authority_code"),
        col(Authority.name_vi).label("authority_vi"),
        col(Authority.name_en).label("authority_en"),
        col(Procedure.code).label("procedure_code"),
        col(Procedure.national_code).label("procedure_national"),
        col(Procedure.name_vi).label("procedure_vi"),
        col(Procedure.name_en).label("procedure_en"),
        col(Applicant.name).label("applicant_name"),
    )
    .join(Office, col(Office.id) == col(Dossier.office_id))
    .join(Authority, col(Authority.id) == col(Dossier.authority_id))
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
)
"""All that `summary` reads of a dossier, and the rest of its own row."""


def summary(
    row: Row[Any],
    parcels: Sequence[Parcel],
    *,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
) -> dict[str, Any]:
    """Return the fields of a DossierSummary; the last of the `parcels` is the latest."""
    carrier = parcels[-1].carrier if parcels else ""
    return {
        "code": row.code,
        "procedure": Named(row.procedure_code, pick((row.procedure_vi, row.procedure_en), lang)),
        "authority": Named(row.authority_code, pick((row.authority_vi, row.authority_en), lang)),
        "office": row.office_code,
        "applicant_name": row.applicant_name,
        "stage": Stage(row.stage),
        "location": Location(
            Holder(row.holder),
            holder_name(row, titles.get(carrier, carrier), lang),
            place_name(row.place, (row.office_vi, row.office_en), lang),
            row.since,
        ),
        "received_at": row.received_at,
        "first_due_at": row.first_due_at,
        "due_at": row.due_at,
        "due_on": row.due_on,
        "overdue": is_overdue(row, today),
        **in_law(row),
        "flags": [Flag(flag) for flag in row.flags],
    }


def in_law(row: Any) -> dict[str, Any]:
    """Return `clock`, `waiting_for`, `closed_by` and `national_status` of a dossier's row."""
    closed_by = Act(row.closed_by) if row.closed_by else None
    waiting_for = "" if row.settled_at else row.waiting_for
    clock = Clock.ENDED if row.settled_at else Clock.STOPPED if row.stopped else Clock.RUNNING
    number = national_status(
        Stage(row.stage),
        closed_by,
        has_result=row.result_ready_at is not None,
        waiting_for=waiting_for,
    )
    return {
        "clock": clock,
        "waiting_for": waiting_for.split(),
        "closed_by": closed_by,
        "national_status": number,
    }


def place_name(place: str, office: Pair, lang: Lang) -> str:
    """Return a place as a page calls it: recorded in Vietnamese, an office has an English name."""
    return pick(office, lang) if place == office[0] else place


def holder_name(row: Row[Any], carrier: str, lang: Lang) -> str:
    """Return who holds it: the office's, carrier's or authority's name; a citizen is not named."""
    names = {
        Holder.OFFICE: place_name(row.place or row.office_vi, (row.office_vi, row.office_en), lang),
        Holder.POST: carrier,
        Holder.AUTHORITY: pick((row.authority_vi, row.authority_en), lang),
    }
    holder = Holder(row.holder)
    return names.get(holder) or pick(HOLDERS[holder], lang)


# Overdue, of a row and as a condition: one test holds the two against each other


def is_overdue(row: Any, today: date) -> bool:
    """Whether the appointed day has passed and a result is owed (releaseDate, not delivery)."""
    owed = row.open and row.settled_at is None and not row.stopped
    return bool(owed and row.due_on < today)


def overdue(today: date) -> ColumnElement[bool]:
    """Return the same as a condition on dossiers, in SQL."""
    return and_(owed(), col(Dossier.due_on) < today)


def owed() -> ColumnElement[bool]:
    """Return the condition for what has no result yet while its clock runs."""
    is_unsettled = OfMany(col(Dossier.settled_at).is_(None))
    return and_(col(Dossier.open), is_unsettled, ~col(Dossier.stopped))
