"""What a scanner's reading is, and what can be done with it here and now."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import uuid4

from sqlmodel import Session

from adapters.event import Milestone
from adapters.s10 import is_s10
from postal_tracker import views
from postal_tracker.access import Caller, Role
from postal_tracker.carriers.inbox import EventBatch, EventResult, EventStatus, record_batches
from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.core.journey import FINAL_MILESTONES, Act, Direction, Stage, What
from postal_tracker.core.problems import Conflict, Problem
from postal_tracker.core.working_days import local_day
from postal_tracker.desks import acts, common, garbled
from postal_tracker.desks.named import LOOKUP_CODE, Bearers, Named, bearers
from postal_tracker.forms import ActForm, EventForm, ScanForm
from postal_tracker.ledger.entries import what_of


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
    refuse_impossible(seen, form.act)
    _do(session, seen, form.act, by=by, now=now)
    return replace(look_at(session, form.code, by=by), done=what_of(form.act))


@dataclass(frozen=True, slots=True)
class CourierScan:
    """A courier's scan with an act."""

    form: ScanForm
    by: Caller
    at: datetime


def scan_round(session: Session, scans: Sequence[CourierScan]) -> list[ScanView | Problem | None]:
    """Record what couriers' scans tell: a round's come all at once, and are recorded together.

    Returns of each how it is then, or why it cannot be done; None if codes that begin alike must
    be read before that is known, for which others should not wait: `read` it, then send what it is
    as `chosen`.
    """
    known = bearers(session.connection(), {c for one in scans for c in _codes_of(one.form)})
    news = [_news_of(session, known, one) for one in scans]
    batches = [one for one in news if isinstance(one, EventBatch)]
    told = iter(record_batches(session, batches) if batches else ())
    after = bearers(session.connection(), {b.events[0].tracking_number for b in batches})
    return [
        _done(after, scan, one, next(told)[0]) if isinstance(one, EventBatch) else one
        for scan, one in zip(scans, news, strict=True)
    ]


def _news_of(session: Session, known: Bearers, scan: CourierScan) -> EventBatch | Problem | None:
    try:
        by = _at_office(session, scan.form, scan.by, scan.at)
        seen = _quickly(known, scan.form, by)
        if seen is None:
            return None
        refuse_impossible(seen, scan.form.act)
    except Problem as problem:
        return problem
    event = EventForm(
        id=f"scan-{uuid4().hex}",
        tracking_number=seen.code,
        milestone=Milestone(scan.form.act),
        happened_at=scan.at,
    )
    return EventBatch((event,), by, scan.at)


def _done(
    after: Bearers, scan: CourierScan, batch: EventBatch, told: EventResult
) -> ScanView | Problem:
    if told.status is EventStatus.REFUSED and told.problem:
        return Conflict("refused", told.problem.vi, told.problem.en)
    seen = _look(after, batch.events[0].tracking_number, scan.by)
    return replace(seen, done=what_of(scan.form.act))


def _at_office(session: Session, form: ScanForm, by: Caller, now: datetime) -> Caller:
    if not form.office:
        return by
    office = common.office_for(session, form.office, by, local_day(now))
    return replace(by, office_id=office.id)


def read(session: Session, form: ScanForm, *, by: Caller) -> ScanView:
    """Say what a scanner typed, though the keyboard may have changed it.

    An answer that is not certain is no answer: it stands among the choices.
    """
    known = bearers(session.connection(), _codes_of(form))
    seen = _quickly(known, form, by)
    if seen:
        return seen
    found = garbled.existing(session, form.code, scope=by.scope)
    seen = _look(known, form.code, by)
    return _certain(form.code, seen, found, partial(look_at, session, by=by))


def _codes_of(form: ScanForm) -> Set[str]:
    """Return the codes that a reading may name as it stands, or if another layout was meant."""
    is_told_by_spelling = not form.chosen and _is_told_by_spelling(form.code)
    return _plain(form.code) | (garbled.spellings(form.code) if is_told_by_spelling else set())


def _plain(text: str) -> Set[str]:
    code = codes.read_scan(text).code
    return {code, code[:LOOKUP_CODE]} - {""}


def _is_told_by_spelling(text: str) -> bool:
    """Whether what looks like a parcel's number is one, or what another layout made of one."""
    scanned = codes.read_scan(text)
    may_be = scanned.kind in (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP)
    return may_be and (is_s10(scanned.code) or not wedge.may_hide(text))


def _quickly(known: Bearers, form: ScanForm, by: Caller) -> ScanView | None:
    """Say what it is; None if codes that begin alike are to be read for it.

    Only a parcel's number has no form that tells it apart.
    """
    text, seen = form.code, _look(known, form.code, by)
    if form.chosen or codes.is_identity_card(text) or seen.kind in ("dossier", "handover"):
        return seen
    if seen.kind != "parcel" or not _is_told_by_spelling(text):
        return None
    others = known.within(by.scope, garbled.spellings(text))
    found = garbled.Existing({row.code: row.printed for row in others})
    return _certain(text, seen, found, partial(_look, known, by=by))


def _certain(
    text: str, seen: ScanView, found: garbled.Existing, look: Callable[[str], ScanView]
) -> ScanView:
    known = {*found.codes, seen.code} - {""}
    if known == {seen.code} or not known:
        return seen
    if len(known) == 1 and found.whole and garbled.is_sure(text, *found.codes.values()):
        return replace(look(*known), repaired=True)
    return ScanView("unknown", "", [], choices=sorted(known)[:_CHOICES])


_CHOICES = 20
"""More than that nobody reads."""


def refuse_impossible(seen: ScanView, act: str) -> None:
    """Refuse an act on what is not certain, or not as things stand. Raises Conflict."""
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
    return _look(bearers(session.connection(), _plain(text)), text, by)


def _look(known: Bearers, text: str, by: Caller) -> ScanView:
    scanned = codes.read_scan(text)
    kind, code, found = scanned.kind, scanned.code, None
    if kind in (codes.ScanKind.LOOKUP, codes.ScanKind.LINK, codes.ScanKind.DOSSIER):
        found = known.dossier(by.scope, code)
    if kind is codes.ScanKind.HANDOVER:
        found = known.handover(by.scope, code)
    if not found and kind in (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP):
        found = known.parcel(by.scope, code)
    return _seen(found, by) if found else ScanView("unknown", "", [])


def _seen(found: Named, by: Caller) -> ScanView:
    if found.kind is codes.ScanKind.DOSSIER:
        stage = Stage(found.state)
        possible = acts.possible_acts(stage) if by.role is Role.DESK else ()
        return ScanView("dossier", found.code, [*possible], stage)
    if found.kind is codes.ScanKind.PARCEL:
        return ScanView("parcel", found.code, _parcel_acts(found, by), Milestone(found.state))
    return ScanView("handover", found.code, [], "signed" if found.state == "signed" else "open")


def _parcel_acts(parcel: Named, by: Caller) -> list[What]:
    if not parcel.open or (by.carrier and by.carrier != parcel.carrier):
        return []
    if by.role is Role.COURIER and parcel.direction == Direction.TO_OFFICE:
        return [act for act in COURIER_ACTS if act not in FINAL_MILESTONES]  # its desk signs
    if by.role is Role.COURIER:
        return [*COURIER_ACTS]
    gone = parcel.state != Milestone.ANNOUNCED
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
        acts.move(session, seen.code, form, by=by, now=now)
        return
    parcel = views.find_parcel(session, seen.code, scope=by.scope)
    acts.receive_parcel(session, parcel, by=by, at=now, now=now)


def codes_of(session: Session, readings: Sequence[str], by: Caller) -> list[str]:
    """Return the dossier code of each thing that a scanner read; what is none stays as it is.

    A label's QR is a link, its bars are the code: whichever is scanned, it is the same dossier.
    """
    seen = ((text, read(session, ScanForm(code=text), by=by)) for text in readings)
    return [what.code if what.kind == "dossier" else text for text, what in seen]
