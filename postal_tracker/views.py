"""What staff see of a dossier, a parcel, a list: the same values on pages and in JSON."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker import codes
from postal_tracker.journey import Holder
from postal_tracker.problems import no_such
from postal_tracker.tables import (
    Applicant,
    Authority,
    CarrierMessage,
    Dossier,
    Enclosure,
    EntryNote,
    Handover,
    HandoverLine,
    LedgerEntry,
    Office,
    Parcel,
    Procedure,
)
from postal_tracker.words import HOLDERS, Lang, pick
from postal_tracker.words_without_marks import folded

MOST_LISTED = 200
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Location:
    """Who holds it, where, since when. `name` is the office's, carrier's or authority's."""

    holder: str
    name: str
    place: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    entry: int
    happened_at: datetime
    recorded_at: datetime
    what: str
    source: str
    place: str | None = None
    by: str | None = None
    parcel: str | None = None
    reason: str | None = None
    carrier_code: str | None = None
    note: str | None = None
    claimed: bool = False
    struck_out: bool = False


@dataclass(frozen=True, slots=True)
class ParcelSummary:
    tracking_number: str
    carrier: str
    direction: str
    milestone: str
    open: bool


@dataclass(frozen=True, slots=True)
class ApplicantView:
    name: str
    phone: str
    email: str
    id_number: str
    address: str
    ward: str
    province: str


@dataclass(frozen=True, slots=True)
class DossierSummary:
    code: str
    procedure: Named
    authority: Named
    office: str
    applicant_name: str
    stage: str
    location: Location
    received_at: datetime
    due_on: date
    overdue: bool
    flags: list[str]


@dataclass(frozen=True, slots=True)
class DossierView(DossierSummary):
    lookup_code: str
    office_name: str
    applicant: ApplicantView
    return_by_post: bool
    result_ready_at: datetime | None
    note: str
    parcels: list[ParcelSummary]
    timeline: list[TimelineEntry]


@dataclass(frozen=True, slots=True)
class ParcelView:
    tracking_number: str
    carrier: str
    direction: str
    milestone: str
    place: str
    milestone_at: datetime | None
    open: bool
    flags: list[str]
    dossiers: list[str]
    handover: str | None
    created_at: datetime
    next_check_at: datetime | None
    events: list["ParcelEvent"]
    numbers_left: int | None = None
    """How many allotted numbers are left, once they are running out."""


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    milestone: str
    happened_at: datetime
    recorded_at: datetime
    source: str
    place: str | None = None
    carrier_code: str | None = None
    reason: str | None = None
    claimed: bool = False
    struck_out: bool = False


@dataclass(frozen=True, slots=True)
class HandoverParcel:
    position: int
    tracking_number: str
    direction: str
    milestone: str
    accepted: bool
    """Whether the carrier itself has said anything of it."""
    dossiers: list[str]


@dataclass(frozen=True, slots=True)
class HandoverView:
    number: str
    state: str
    carrier: str
    office: str
    created_at: datetime
    signed_at: datetime | None
    signed_by: str | None
    parcels: list[HandoverParcel]


@dataclass(frozen=True, slots=True)
class MessageView:
    id: int
    carrier: str
    state: str
    problem: str
    source: str
    received_at: datetime
    excerpt: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Some dossiers of a list; `next_cursor` leads to the next ones."""

    items: list[DossierSummary]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    items: list[MessageView]
    next_cursor: str | None = None


# One dossier


_DOSSIER: Any = (
    select(
        Dossier.__table__,  # type: ignore[attr-defined]
        col(Office.code).label("office_code"),
        col(Office.name_vi).label("office_vi"),
        col(Office.name_en).label("office_en"),
        col(Authority.code).label("authority_code"),
        col(Authority.name_vi).label("authority_vi"),
        col(Authority.name_en).label("authority_en"),
        col(Procedure.code).label("procedure_code"),
        col(Procedure.name_vi).label("procedure_vi"),
        col(Procedure.name_en).label("procedure_en"),
        col(Applicant.name).label("applicant_name"),
    )
    .join(Office, col(Office.id) == col(Dossier.office_id))
    .join(Authority, col(Authority.id) == col(Dossier.authority_id))
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
)


def dossier(
    session: Session, code: str, *, today: date, titles: Mapping[str, str], lang: Lang
) -> DossierView:
    """Return one dossier with its parcels and timeline. Raises NotFound.

    `titles` are the carriers' names by which people know them.
    """
    row = session.connection().execute(_DOSSIER.where(col(Dossier.code) == code)).first()
    if row is None:
        raise no_such("dossier")
    applicant = session.get_one(Applicant, row.id)
    parcels = _parcels_of(session, row.id)
    return DossierView(
        **_summary(row, parcels[-1:], today=today, titles=titles, lang=lang),
        lookup_code=codes.show_lookup_code(row.lookup_code),
        office_name=pick((row.office_vi, row.office_en), lang),
        applicant=ApplicantView(
            applicant.name,
            applicant.phone,
            applicant.email,
            applicant.id_number,
            applicant.address,
            applicant.ward,
            applicant.province,
        ),
        return_by_post=row.return_by_post,
        result_ready_at=row.result_ready_at,
        note=applicant.note,
        parcels=[_parcel_summary(parcel) for parcel in parcels],
        timeline=timeline(session, row.id, {p.id: p.tracking_number for p in parcels}),
    )


def _summary(
    row: Row[Any],
    parcels: Sequence[Parcel],
    *,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
) -> dict[str, Any]:
    carrier = parcels[-1].carrier if parcels else ""
    return {
        "code": row.code,
        "procedure": Named(row.procedure_code, pick((row.procedure_vi, row.procedure_en), lang)),
        "authority": Named(row.authority_code, pick((row.authority_vi, row.authority_en), lang)),
        "office": row.office_code,
        "applicant_name": row.applicant_name,
        "stage": row.stage,
        "location": Location(
            row.holder, holder_name(row, titles.get(carrier, carrier), lang), row.place, row.since
        ),
        "received_at": row.received_at,
        "due_on": row.due_on,
        "overdue": is_overdue(row, today),
        "flags": list(row.flags),
    }


def holder_name(row: Row[Any], carrier: str, lang: Lang) -> str:
    """Return who holds it: the office's, carrier's or authority's name; a citizen is not named."""
    names = {
        Holder.OFFICE: pick((row.office_vi, row.office_en), lang),
        Holder.POST: carrier,
        Holder.AUTHORITY: pick((row.authority_vi, row.authority_en), lang),
    }
    holder = Holder(row.holder)
    return names.get(holder) or pick(HOLDERS[holder], lang)


def is_overdue(row: Any, today: date) -> bool:
    """Whether the appointed day has passed without a result (releaseDate counts, not delivery)."""
    return bool(row.open and row.result_ready_at is None and row.due_on < today)


def overdue(today: date) -> ColumnElement[bool]:
    """Return the same as a condition on dossiers."""
    return and_(
        col(Dossier.open), col(Dossier.result_ready_at).is_(None), col(Dossier.due_on) < today
    )


def _parcels_of(session: Session, dossier_id: int) -> Sequence[Parcel]:
    return list(
        session.scalars(
            select(Parcel)
            .join(Enclosure, col(Enclosure.parcel_id) == col(Parcel.id))
            .where(col(Enclosure.dossier_id) == dossier_id)
            .order_by(col(Parcel.id))
        )
    )


def _parcel_summary(parcel: Parcel) -> ParcelSummary:
    return ParcelSummary(
        parcel.tracking_number, parcel.carrier, parcel.direction, parcel.milestone, parcel.open
    )


def timeline(session: Session, dossier_id: int, numbers: Mapping[int, str]) -> list[TimelineEntry]:
    """Return what happened to a dossier and to its parcels (`numbers`, by id), oldest first."""
    about = or_(
        col(LedgerEntry.dossier_id) == dossier_id,
        and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(list(numbers))),
    )
    rows = _entries(session, about)
    struck = {row.strikes_id for row in rows if row.strikes_id}
    return [
        TimelineEntry(
            entry=row.id,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            what=row.what,
            source=row.source,
            place=row.place or None,
            by=row.by or None,
            parcel=numbers.get(row.parcel_id),
            reason=row.reason or None,
            carrier_code=row.carrier_code or None,
            note=row.text,
            claimed=row.claimed,
            struck_out=row.id in struck,
        )
        for row in rows
    ]


def _entries(session: Session, about: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = (
        select(LedgerEntry.__table__, col(EntryNote.text))  # type: ignore[attr-defined]
        .join(EntryNote, col(EntryNote.entry_id) == col(LedgerEntry.id), isouter=True)
        .where(about)
        .order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    )
    return session.connection().execute(query).all()


# Many dossiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which dossiers a list shows; empty fields do not narrow it."""

    stage: str = ""
    authority: str = ""
    office: str = ""
    holder: str = ""
    overdue: bool | None = None
    q: str = ""
    cursor: int | None = None
    """Rows older than this id."""
    limit: int = 50


def dossiers(
    session: Session, wanted: Filter, *, today: date, titles: Mapping[str, str], lang: Lang
) -> DossierPage:
    """Return the newest dossiers that fit, a page at a time."""
    query = _DOSSIER.where(*_conditions(wanted, today)).order_by(col(Dossier.id).desc())
    rows = session.connection().execute(query.limit(wanted.limit + 1)).all()
    shown = rows[: wanted.limit]
    parcels = _latest_parcels(session, [row.id for row in shown])
    items = [
        DossierSummary(**_summary(row, parcels[row.id], today=today, titles=titles, lang=lang))
        for row in shown
    ]
    return DossierPage(items, str(shown[-1].id) if len(rows) > wanted.limit else None)


def _conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    conditions = [
        column == value
        for column, value in (
            (col(Dossier.stage), wanted.stage),
            (col(Dossier.holder), wanted.holder),
            (col(Authority.code), wanted.authority),
            (col(Office.code), wanted.office),
        )
        if value
    ]
    if wanted.overdue is not None:
        late = overdue(today)
        conditions.append(late if wanted.overdue else ~late)
    if wanted.cursor is not None:
        conditions.append(col(Dossier.id) < wanted.cursor)
    if wanted.q.strip():
        conditions.append(_matches(wanted.q))
    return conditions


def _matches(q: str) -> ColumnElement[bool]:
    """Find by code, tracking number, name (with or without marks) or telephone number."""
    text = q.strip()
    upper = text.upper().replace(" ", "")
    digits = "".join(c for c in text if c.isdigit())
    inside = (
        select(col(Enclosure.dossier_id))
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
        .where(col(Parcel.tracking_number) == upper)
    )
    either = [
        col(Dossier.code).startswith(upper, autoescape=True),
        col(Dossier.code).endswith(upper, autoescape=True),
        col(Dossier.id).in_(inside),
    ]
    if name := folded(text):
        either.append(col(Applicant.name_folded).contains(name, autoescape=True))
    if len(digits) >= 4:
        # Kept as E.164: of a whole national number all but its leading 0.
        national = digits.removeprefix("0") if len(digits) >= 10 else digits
        either.append(col(Applicant.phone).endswith(national, autoescape=True))
    return or_(*either)


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


# Parcels and lists


def find_parcel(session: Session, number: str) -> Parcel:
    """Return the parcel of a number: the open one, else the latest. Raises NotFound."""
    query = (
        select(Parcel)
        .where(col(Parcel.tracking_number) == number)
        .order_by(col(Parcel.open).desc(), col(Parcel.id).desc())
    )
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise no_such("parcel")
    return found


def parcel(session: Session, number: str, *, numbers_left: int | None = None) -> ParcelView:
    """Return a parcel with everything its carrier and we have said of it. Raises NotFound."""
    row = find_parcel(session, number)
    return ParcelView(
        tracking_number=row.tracking_number,
        carrier=row.carrier,
        direction=row.direction,
        milestone=row.milestone,
        place=row.place,
        milestone_at=row.milestone_at,
        open=row.open,
        flags=list(row.flags),
        dossiers=dossier_codes(session, [row.id])[row.id],
        handover=_list_of(session, row.id),
        created_at=row.created_at,
        next_check_at=row.next_check_at,
        events=_events(session, row.id),
        numbers_left=numbers_left,
    )


def _events(session: Session, parcel_id: int) -> list[ParcelEvent]:
    about = and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id) == parcel_id)
    rows = _entries(session, about)
    struck = {row.strikes_id for row in rows if row.strikes_id}
    return [
        ParcelEvent(
            milestone=row.what,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            source=row.source,
            place=row.place or None,
            carrier_code=row.carrier_code or None,
            reason=row.reason or None,
            claimed=row.claimed,
            struck_out=row.id in struck,
        )
        for row in rows
        if not row.strikes_id
    ]


def dossier_codes(session: Session, parcel_ids: Collection[int]) -> Mapping[int, list[str]]:
    """Return the codes of the dossiers in each parcel."""
    inside: dict[int, list[str]] = defaultdict(list)
    query = (
        select(col(Enclosure.parcel_id), col(Dossier.code))
        .join(Dossier, col(Dossier.id) == col(Enclosure.dossier_id))
        .where(col(Enclosure.parcel_id).in_(list(parcel_ids)))
        .order_by(col(Dossier.code))
    )
    for parcel_id, code in session.connection().execute(query):
        inside[parcel_id].append(code)
    return inside


def _list_of(session: Session, parcel_id: int) -> str | None:
    return session.scalars(
        select(col(Handover.number))
        .join(HandoverLine, col(HandoverLine.handover_id) == col(Handover.id))
        .where(col(HandoverLine.parcel_id) == parcel_id)
    ).first()


_NOT_YET_ACCEPTED = (Milestone.ANNOUNCED, Milestone.HANDED_OVER)


def handover(session: Session, number: str) -> HandoverView:
    """Return a list with each parcel's fate. Raises NotFound."""
    row = session.scalars(select(Handover).where(col(Handover.number) == number)).first()
    if row is None:
        raise no_such("handover")
    parcels = session.execute(
        select(col(HandoverLine.position), Parcel)
        .join(Parcel, col(Parcel.id) == col(HandoverLine.parcel_id))
        .where(col(HandoverLine.handover_id) == row.id)
        .order_by(col(HandoverLine.position))
    ).all()
    inside = dossier_codes(session, [p.id for _, p in parcels])
    return HandoverView(
        number=row.number,
        state="signed" if row.signed_at else "open",
        carrier=row.carrier,
        office=session.get_one(Office, row.office_id).code,
        created_at=row.created_at,
        signed_at=row.signed_at,
        signed_by=row.signed_by or None,
        parcels=[
            HandoverParcel(
                position=position,
                tracking_number=p.tracking_number,
                direction=p.direction,
                milestone=p.milestone,
                accepted=p.milestone not in _NOT_YET_ACCEPTED,
                dossiers=inside[p.id],
            )
            for position, p in parcels
        ],
    )


# Messages


def messages(session: Session, state: str, *, cursor: int | None, limit: int) -> MessagePage:
    """Return the newest messages in a state; of the body only what staff need to recognise it."""
    query = select(CarrierMessage).where(col(CarrierMessage.state) == state)
    if cursor is not None:
        query = query.where(col(CarrierMessage.id) < cursor)
    rows = session.scalars(query.order_by(col(CarrierMessage.id).desc()).limit(limit + 1)).all()
    items = [
        MessageView(
            id=row.id,
            carrier=row.carrier,
            state=row.state,
            problem=row.problem,
            source=row.source,
            received_at=row.received_at,
            excerpt=row.body[:500].decode("utf-8", "replace"),
        )
        for row in rows[:limit]
    ]
    return MessagePage(items, str(items[-1].id) if len(rows) > limit else None)
