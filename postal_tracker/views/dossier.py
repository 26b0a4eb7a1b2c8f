"""One dossier, whole: how it stands, whose it is, its parcels and its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core import codes
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.catalogue import ApplicantKind, national_code_of
from postal_tracker.core.journey import Act, Channel, Direction, Fact, Holder, with_post
from postal_tracker.core.problems import no_such
from postal_tracker.core.working_days import Calendar
from postal_tracker.storage.tables import Applicant, Dossier, Enclosure, Parcel
from postal_tracker.views.expected import Expected, expected_of
from postal_tracker.views.history import TimelineEntry, timeline
from postal_tracker.views.standing import DOSSIER, DossierSummary, summary


@dataclass(frozen=True, slots=True)
class ApplicantView:
    """Whose dossier it is."""

    name: str
    """As on the citizen's papers."""
    phone: str
    email: str
    id_number: str
    address: str
    ward: str
    province: str


NOBODY = ApplicantView("", "", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class ParcelSummary:
    """A parcel that the dossier is or was in."""

    tracking_number: str
    carrier: str
    direction: Direction
    milestone: Milestone
    open: bool


@dataclass(frozen=True, slots=True)
class PostTime:
    """How long the post had a dossier, in all its parcels together."""

    minutes: int
    """Of the times that are over."""
    since: datetime | None
    """Since when it has it again; null if it does not."""
    counts: bool
    """Whether that is part of the time limit; else its clock stands for so long."""


@dataclass(frozen=True, slots=True)
class DossierView(DossierSummary):
    """One dossier, whole."""

    lookup_code: str
    due_estimated: bool
    """Whether the State has yet to announce days off on the way to `due_on`."""
    office_name: str
    applicant: ApplicantView | None
    """Null for a program whose key has not the scope to see whose dossiers it registers."""
    return_by_post: bool
    channel: Channel
    applicant_kind: ApplicantKind
    national_procedure_code: str
    papers_count: int | None
    sets_count: int | None
    fee_vnd: int | None
    result_number: str
    result_ready_at: datetime | None
    erased_at: datetime | None
    """When what was held of its people was erased."""
    note: str | None
    parcels: list[ParcelSummary]
    with_post: PostTime
    expected: Expected | None
    """When the parcel that it is in arrives; null where past parcels do not tell."""
    timeline: list[TimelineEntry]
    version: int
    """The number of what a desk did last: what `If-Match` of a correction names."""


def fields_of(dossier: DossierView) -> list[str]:
    """Return the names of the personal data that a view holds, for the audit log."""
    applicant = [name for name, text in asdict(dossier.applicant or NOBODY).items() if text]
    notes = any(entry.note or entry.details for entry in dossier.timeline)
    return applicant + ["note"] * bool(dossier.note) + ["entry_note"] * notes


DESK_ACTS = frozenset(Act) - {Act.STRUCK_OUT}


def dossier(
    session: Session,
    code: str,
    *,
    scope: Scope,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
    calendar: Calendar | None = None,
) -> DossierView:
    """Return one dossier with its parcels and timeline. Raises NotFound.

    `titles` name carriers as people know them. Without a calendar no date is called an estimate.
    """
    row = _found(session, code, scope)
    person = _read_person(session, row.id) if scope.sees_people else None
    parcels = _parcels_of(session, row.id)
    told = timeline(session, row.id, {p.id: p.tracking_number for p in parcels})
    short = summary(row, parcels[-1:], today=today, titles=titles, lang=lang)
    if person is None:
        short["applicant_name"] = None
        told = [replace(entry, note=None, details={}) for entry in told]
    return DossierView(
        **short,
        lookup_code=codes.show_lookup_code(row.lookup_code),
        due_estimated=bool(calendar and calendar.is_estimate(row.due_on)),
        office_name=pick((row.office_vi, row.office_en), lang),
        applicant=_as_seen(person) if person else None,
        return_by_post=row.return_by_post,
        **lodged(row),
        result_ready_at=row.result_ready_at,
        erased_at=row.erased_at,
        note=person.note if person else None,
        parcels=[_parcel_summary(parcel) for parcel in parcels],
        with_post=_with_post(told, parcels, counts=row.post_counts),
        expected=_expected(row, parcels, today),
        timeline=told,
        version=max(e.entry for e in told if e.what in DESK_ACTS),
    )


def _found(session: Session, code: str, scope: Scope) -> Row[Any]:
    wanted = DOSSIER.where(col(Dossier.code) == code, scope.covers(Dossier))
    row: Row[Any] | None = session.connection().execute(wanted).first()
    if row is None:
        raise no_such("dossier")
    return row


def _expected(row: Any, parcels: Sequence[Parcel], today: date) -> Expected | None:
    """Return when the parcel in which the post has it is expected."""
    on_its_way = [p for p in parcels if p.open] if row.holder == Holder.POST else []
    return expected_of(on_its_way[-1], today) if on_its_way else None


def _with_post(
    told: Sequence[TimelineEntry], parcels: Sequence[Parcel], *, counts: bool
) -> PostTime:
    """Return how long the post had it; what was struck out tells nothing."""
    directions = {p.tracking_number: (p.id, Direction(p.direction)) for p in parcels}
    nowhere = (None, None)
    facts = []
    for entry in told:
        if entry.struck_out or entry.what is Act.STRUCK_OUT:
            continue
        parcel, direction = directions.get(entry.parcel or "", nowhere)
        who = (entry.source, entry.place or "", entry.reason)
        facts.append(Fact(str(entry.entry), entry.what, entry.happened_at, *who, parcel, direction))
    gone, since = with_post(facts)
    return PostTime(gone // timedelta(minutes=1), since, counts)


def lodged(row: Row[Any]) -> dict[str, Any]:
    """Return how and by whom a dossier was handed in, and what is counted of it."""
    return {
        "channel": Channel(row.channel),
        "applicant_kind": ApplicantKind(row.applicant_kind),
        "national_procedure_code": national_code_of(row.procedure_code, row.procedure_national),
        "papers_count": row.papers_count,
        "sets_count": row.sets_count,
        "fee_vnd": row.fee_vnd,
        "result_number": row.result_number,
    }


def _read_person(session: Session, dossier_id: int) -> Applicant:
    """Read whose dossier it is: the one place at which a page or program is shown all of it."""
    return session.get_one(Applicant, dossier_id)


def _as_seen(person: Applicant) -> ApplicantView:
    return ApplicantView(
        person.name,
        person.phone,
        person.email,
        person.id_number,
        person.address,
        person.ward,
        person.province,
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
        tracking_number=parcel.tracking_number,
        carrier=parcel.carrier,
        direction=Direction(parcel.direction),
        milestone=Milestone(parcel.milestone),
        open=parcel.open,
    )
