"""What a citizen may see of one dossier.

Stage, holder, post offices and dates; never a name, phone, address or document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, union_all
from sqlmodel import col

from adapters.event import Milestone, Reason
from postal_tracker.core.bilingual_terms import (
    FLAGS,
    HOLDERS,
    Lang,
    Pair,
    pick,
    say_what,
)
from postal_tracker.core.citizen_action import has_to_act, what_to_do
from postal_tracker.core.citizen_law import told_by_law
from postal_tracker.core.citizen_sentences import ARRIVED, told
from postal_tracker.core.feedback import DISPUTED
from postal_tracker.core.journey import Act, Direction, Flag, Holder, Stage
from postal_tracker.core.working_days import local_day
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Enclosure, LedgerEntry, Parcel
from postal_tracker.views.expected import Expected, expected_of
from postal_tracker.views.standing import Clock, in_law, is_overdue


@dataclass(frozen=True, slots=True)
class CitizenLocationView:
    """Who holds the dossier, where, since when, as a citizen is told it."""

    holder: Holder
    holder_text: str
    """The holder in words."""
    place: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CitizenTimelineView:
    """One thing that happened, as a citizen is told it."""

    happened_at: datetime
    text: str
    """What happened, in words."""
    place: str | None


@dataclass(frozen=True, slots=True)
class CitizenDossierView:
    """What a citizen may see of a dossier: no name, phone, address or document."""

    code: str
    procedure_name: str
    authority_name: str
    """Who decides."""
    action_needed: bool
    """Whether anything happens only if the citizen does something now."""
    action_text: str
    """The same as a sentence, which comes first."""
    stage: Stage
    stage_text: str
    """Where it stands as a sentence for the citizen, and if a delivery failed, why."""
    next_text: str
    """What comes next or is to be done; empty once it is over."""
    location: CitizenLocationView
    first_due_on: date
    """What the receipt promised."""
    due_on: date
    overdue: bool
    extended: bool
    """Whether a later day was promised, with an apology."""
    clock: Clock
    waiting_for: list[str]
    """What the citizen was asked for: `supplement`, `payment`, the last one last."""
    closed_by: Act | None
    """What ended it before there was a result: it was withdrawn, refused or stopped."""
    office_name: str
    office_address: str
    office_hours: str
    office_phone: str
    """Where to ask, and when; empty where the office has not said."""
    as_of: datetime
    """When this was so."""
    timeline: list[CitizenTimelineView]
    expected: Expected | None = None
    """When it arrives where it is on its way to; null where past parcels do not tell."""


_ENTRY: Any = select(
    col(LedgerEntry.id).label("id"),  # parcel has one, too
    col(LedgerEntry.what),
    col(LedgerEntry.happened_at),
    col(LedgerEntry.place),
    col(LedgerEntry.claimed),
    col(LedgerEntry.reason),
    col(LedgerEntry.strikes_id),
    col(Parcel.direction),
    *(col(Parcel.open), col(Parcel.promised_from), col(Parcel.promised_to)),
    col(Parcel.promise_told),
).outerjoin(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id))

_OF_DOSSIER = col(LedgerEntry.dossier_id) == bindparam("b_id")

_OF_ITS_PARCELS = and_(
    col(LedgerEntry.dossier_id).is_(None),
    col(LedgerEntry.parcel_id).in_(
        select(col(Enclosure.parcel_id)).where(col(Enclosure.dossier_id) == bindparam("b_id"))
    ),
)

# Two questions, an index for each: asked as one with OR, PostgreSQL would read the whole ledger.
_TIMELINE = Prepared(
    union_all(_ENTRY.where(_OF_DOSSIER), _ENTRY.where(_OF_ITS_PARCELS))
    .order_by("happened_at", "id")
    .limit(500)
)


_AT_THE_DOOR = {
    Milestone.OUT_FOR_DELIVERY,
    Milestone.DELIVERY_FAILED,
    Milestone.DELIVERED,
}
"""Scanned where somebody lives: their place may be a street."""

_HOLDERS = {**HOLDERS, Holder.CITIZEN: ("Ông/Bà", "You")}
"""Who asks is the citizen."""

_SCANS = frozenset(Milestone) - {Milestone.UNRECOGNISED, Milestone.ANNOUNCED}

_NOT_FOR_CITIZENS = {
    Milestone.UNRECOGNISED,
    Milestone.ANNOUNCED,
    Act.POSSIBLE_DOUBLE,
    Act.STRUCK_OUT,
    Act.TAKEN_OUT,
    Act.NOTED,
}


def timeline_of(dossier_id: int) -> tuple[Prepared, Mapping[str, Any]]:
    """Return the question for what happened to a dossier."""
    return _TIMELINE, {"b_id": dossier_id}


def as_citizen_sees(
    row: Any, entries: Sequence[Any], now: datetime, today: date, lang: Lang
) -> CitizenDossierView:
    """Return what a citizen may see of a dossier, by its row and the entries of `timeline_of`."""
    own = {row.name_vi: pick((row.name_vi, row.name_en), lang)}
    timeline, stage = _timeline(entries, own, lang), Stage(row.stage)
    law = in_law(row)
    now_and_next, acts = _said(row, law, *_last_scan(entries), _last_way(entries))
    return CitizenDossierView(
        code=row.code,
        procedure_name=pick((row.procedure_vi, row.procedure_en), lang),
        authority_name=pick((row.authority_vi, row.authority_en), lang),
        action_needed=acts,
        action_text=pick(what_to_do(acts, stage), lang),
        stage=stage,
        stage_text=pick(now_and_next[0], lang),
        next_text=pick(now_and_next[1], lang),
        location=_location(row, timeline, own, lang),
        first_due_on=local_day(row.first_due_at),
        due_on=row.due_on,
        overdue=is_overdue(row, today),
        extended=_is_extended(entries),
        clock=law["clock"],
        waiting_for=law["waiting_for"],
        closed_by=law["closed_by"],
        office_name=pick((row.name_vi, row.name_en), lang),
        office_address=row.office_address,
        office_hours=pick((row.hours_vi, row.hours_en), lang),
        office_phone=row.office_phone,
        as_of=now,
        timeline=timeline,
        expected=_expected(Holder(row.holder), entries, today),
    )


def _location(
    row: Any, timeline: Sequence[CitizenTimelineView], own: Mapping[str, str], lang: Lang
) -> CitizenLocationView:
    """Return who holds it; a place that the timeline keeps to itself is not told here either."""
    holder, place = Holder(row.holder), own.get(row.place, row.place)
    told = place if place in {seen.place for seen in timeline} else ""
    return CitizenLocationView(holder, pick(_HOLDERS[holder], lang), told, row.since)


def _last_way(entries: Sequence[Any]) -> Direction | None:
    return next((Direction(e.direction) for e in reversed(entries) if e.direction), None)


def stands(row: Any, lang: Lang) -> str:
    """Return where a dossier stands, in one sentence, without what its parcel's last scan adds."""
    return pick(_said(row, in_law(row), None, None)[0][0], lang)


def _said(
    row: Any,
    law: Any,
    last: Milestone | None,
    reason: Reason | None,
    to: Direction | None = None,
) -> tuple[tuple[Pair, Pair], bool]:
    """Return what stands and what follows, and whether the citizen has to do something."""
    stage, flags, by_post = Stage(row.stage), [Flag(flag) for flag in row.flags], row.return_by_post
    closed_by, waiting_for = law["closed_by"], law["waiting_for"]
    said = DISPUTED if Flag.DELIVERY_DISPUTED in flags else None
    said = said or told_by_law(stage, closed_by, waiting_for)
    said = said or told(stage, flags, reason, last=last, by_post=by_post, to=to)
    return said, has_to_act(stage, flags, closed_by, waiting_for, by_post=by_post)


def _expected(holder: Holder, entries: Any, today: date) -> Expected | None:
    """Return when the parcel in which the post has it is expected: the last one that is open."""
    if holder is not Holder.POST:
        return None
    return next((expected_of(e, today) for e in reversed(entries) if e.open), None)


def _is_extended(entries: Any) -> bool:
    struck = {e.strikes_id for e in entries if e.strikes_id}
    return any(e.what == Act.EXTENDED and e.id not in struck for e in entries)


def _last_scan(entries: Any) -> tuple[Milestone | None, Reason | None]:
    """Return the last scan, and the reason that it gave, if it gave one."""
    struck = {e.strikes_id for e in entries if e.strikes_id}
    scans = [e for e in entries if e.id not in struck and e.what in _SCANS]
    if not scans:
        return None, None
    last = scans[-1]
    return Milestone(last.what), Reason(last.reason) if last.reason else None


def _timeline(entries: Any, own: Mapping[str, str], lang: Lang) -> list[CitizenTimelineView]:
    struck = {e.strikes_id for e in entries if e.strikes_id}
    shown = [e for e in entries if e.id not in struck and e.what not in _NOT_FOR_CITIZENS]
    seen: list[CitizenTimelineView] = []
    for entry in shown:
        text = _text(entry, lang)
        place = None if entry.what in _AT_THE_DOOR else own.get(entry.place, entry.place) or None
        if not seen or (seen[-1].text, seen[-1].place) != (text, place):  # the same told twice
            seen.append(CitizenTimelineView(entry.happened_at, text, place))
    return seen


def _text(entry: Any, lang: Lang) -> str:
    if entry.claimed:
        return pick(FLAGS[Flag.DELIVERY_CLAIMED], lang)
    elsewhere = entry.direction and ARRIVED.get(Direction(entry.direction))
    if entry.what == Milestone.DELIVERED and elsewhere:
        return pick(elsewhere, lang)
    return say_what(entry.what, lang)
