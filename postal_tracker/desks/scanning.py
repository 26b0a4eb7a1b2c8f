"""What a scanner's reading is, and what can be done with it here and now."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlmodel import Session, col, select

from adapters.event import Milestone
from adapters.s10 import is_s10
from postal_tracker import views
from postal_tracker.access import Caller, Role, Scope
from postal_tracker.carriers.inbox import EventBatch
from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.core.journey import Act, Direction, Stage, What
from postal_tracker.core.problems import Conflict, NotFound
from postal_tracker.core.working_days import local_day
from postal_tracker.desks import acts, common, garbled
from postal_tracker.forms import ActForm, EventForm, ScanForm
from postal_tracker.ledger.entries import what_of
from postal_tracker.storage.tables import Dossier, Parcel


@dataclass(frozen=True, slots=True)
class ScanView:
    """What was read, what it is about, and what may be done."""

    kind: Literal["dossier", "parcel", "handover", "unknown"]
    code: str
    """The dossier's, parcel's or list's; empty for what is unknown."""
    acts: list[What]
    """What this caller may do with it now."""
    stage: Stage | Milestone | Literal["open", "signed"] | None = None
    """A dossier's stage, a parcel's milestone, or a list's state."""
    done: What | None = None
    """The act that was done, if one was asked for."""
    repaired: bool = False
    """A keyboard changed the reading: compare the code with the paper, and switch the keyboard."""
    choices: list[str] = field(default_factory=list)
    """Which codes an unknown reading may be, if a keyboard changed it: send the right one."""


COURIER_ACTS = [
    Milestone.ACCEPTED,
    Milestone.IN_TRANSIT,
    Milestone.ARRIVED_AT_DELIVERY_OFFICE,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.DELIVERED,
    Milestone.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION,
    Milestone.RETURNING,
    Milestone.RETURNED,
]


def scan(session: Session, form: ScanForm, *, by: Caller, now: datetime) -> ScanView:
    """Say what was scanned; do the act that a clerk names, at the office named or the clerk's own.

    Raises Conflict (it cannot be done, or a keyboard changed the reading), Invalid (no such
    office), Forbidden (another's office).
    """
    by = _at_office(session, form, by, now)
    seen = read(session, form, by=by)
    if not form.act:
        return seen
    _refuse_impossible(seen, form.act)
    _do(session, seen, form.act, by=by, now=now)
    return look_after(session, form, by=by)


def news_of(session: Session, form: ScanForm, *, by: Caller, now: datetime) -> EventBatch:
    """Return the event that a courier's scan with an act tells: record it, then `look_after`.

    Only reads, so that many couriers' scans are recorded together. Raises as `scan` does.
    """
    seen = read(session, form, by=_at_office(session, form, by, now))
    _refuse_impossible(seen, form.act)
    event = EventForm(
        id=f"scan-{uuid4().hex}",
        tracking_number=seen.code,
        milestone=Milestone(form.act),
        happened_at=now,
    )
    return EventBatch((event,), by, now)


def _at_office(session: Session, form: ScanForm, by: Caller, now: datetime) -> Caller:
    if not form.office:
        return by
    office = common.office_for(session, form.office, by, local_day(now))
    return replace(by, office_id=office.id)


def look_after(session: Session, form: ScanForm, *, by: Caller) -> ScanView:
    """Say how it is once the act is done."""
    after = look_at(session, form.code, by=by)
    return ScanView(after.kind, after.code, after.acts, after.stage, what_of(form.act))


def read(session: Session, form: ScanForm, *, by: Caller) -> ScanView:
    """Say what a scanner typed, though the keyboard may have changed it.

    An answer that is not certain is no answer: it stands among the choices.
    """
    text, seen = form.code, look_at(session, form.code, by=by)
    if form.chosen:
        return seen
    found = _others(session, text, seen, by.scope)
    known = {*found.codes, seen.code} - {""}
    if known == {seen.code} or not known:
        return seen
    if len(known) == 1 and found.whole and garbled.is_sure(text, *found.codes.values()):
        return replace(look_at(session, *known, by=by), repaired=True)
    return ScanView("unknown", "", [], choices=sorted(known)[:_CHOICES])


_CHOICES = 20
"""More than that nobody reads."""


def _others(session: Session, text: str, seen: ScanView, scope: Scope) -> garbled.Existing:
    """Return what else this may be. Only a parcel's number has no form that tells it apart."""
    if codes.is_identity_card(text) or seen.kind in ("dossier", "handover"):
        return garbled.Existing({})
    if seen.kind == "parcel" and (is_s10(seen.code) or not wedge.may_hide(text)):
        return garbled.spelled_otherwise(session, text, scope=scope)
    return garbled.existing(session, text, scope=scope)


def _refuse_impossible(seen: ScanView, act: str) -> None:
    if seen.repaired or seen.choices:
        what = ", ".join(seen.choices or [seen.code])
        raise Conflict(
            "unclear-scan",
            "Bàn phím đã làm biến dạng mã quét. Vui lòng chuyển bàn phím sang tiếng Anh (Mỹ), "
            f"quét lại hoặc gửi đúng mã: {what}.",
            f"The keyboard has changed the scan. Switch it to English (US) and scan again, or send "
            f"the right code: {what}.",
        )
    if act not in seen.acts:
        raise _not_possible(seen)


def look_at(session: Session, text: str, *, by: Caller) -> ScanView:
    """Say what a reading is. A lookup code may be a parcel's number: they can look alike."""
    scanned = codes.read_scan(text)
    if scanned.kind in (codes.ScanKind.LOOKUP, codes.ScanKind.LINK, codes.ScanKind.DOSSIER):
        found = _dossier(session, scanned.code[:13], scanned.code, by.scope)
        if found:
            return _seen_dossier(found, by)
    if scanned.kind is codes.ScanKind.HANDOVER:
        return _seen_list(session, scanned.code, by.scope)
    if scanned.kind in (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP):
        return _seen_parcel(session, scanned.code, by)
    return ScanView("unknown", "", [])


def _dossier(session: Session, lookup_code: str, code: str, scope: Scope) -> Dossier | None:
    named = (col(Dossier.code) == code) | (col(Dossier.lookup_code) == lookup_code)
    return session.exec(select(Dossier).where(named, scope.covers(Dossier))).first()


def _seen_dossier(dossier: Dossier, by: Caller) -> ScanView:
    stage = Stage(dossier.stage)
    possible = acts.possible_acts(stage) if by.role is Role.DESK else ()
    return ScanView("dossier", dossier.code, [*possible], stage)


def _seen_list(session: Session, number: str, scope: Scope) -> ScanView:
    try:
        seen = views.handover(session, number, scope=scope)
    except NotFound:
        return ScanView("unknown", "", [])
    return ScanView("handover", seen.number, [], seen.state)


def _seen_parcel(session: Session, number: str, by: Caller) -> ScanView:
    try:
        parcel = views.find_parcel(session, number, scope=by.scope)
    except NotFound:
        return ScanView("unknown", "", [])
    milestone = Milestone(parcel.milestone)
    return ScanView("parcel", parcel.tracking_number, _parcel_acts(parcel, by), milestone)


def _parcel_acts(parcel: Parcel, by: Caller) -> list[What]:
    if not parcel.open or (by.carrier and by.carrier != parcel.carrier):
        return []
    if by.role is Role.COURIER:
        return [*COURIER_ACTS]
    gone = parcel.milestone != Milestone.ANNOUNCED
    ours = parcel.direction == Direction.TO_CENTRE or gone
    return [Act.RECEIVED_BACK] if by.role is Role.DESK and ours else []


def _not_possible(seen: ScanView) -> Conflict:
    possible = ", ".join(seen.acts) or "—"
    return Conflict(
        "not-at-this-stage",
        f"Không thể làm việc này ở tình trạng hiện tại. Có thể: {possible}.",
        f"That cannot be done as things stand. Possible: {possible}.",
    )


def _do(session: Session, seen: ScanView, act: str, *, by: Caller, now: datetime) -> None:
    if seen.kind == "dossier":
        form: Any = ActForm.model_validate({"act": act})
        acts.act(session, seen.code, form, by=by, now=now)
        return
    parcel = views.find_parcel(session, seen.code, scope=by.scope)
    acts.receive_parcel(session, parcel, by=by, at=now, now=now)


def codes_of(session: Session, readings: Sequence[str], by: Caller) -> list[str]:
    """Return the dossier code of each thing that a scanner read; what is none stays as it is.

    A label's QR is a link, its bars are the code: whichever is scanned, it is the same dossier.
    """
    seen = ((text, read(session, ScanForm(code=text), by=by)) for text in readings)
    return [what.code if what.kind == "dossier" else text for text, what in seen]
