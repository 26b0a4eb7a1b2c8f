"""What is scanned together: what lies on a shelf, what one courier takes, what a parcel holds.

Shelf and handover are compared with the record; nothing is changed by that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from adapters.carrier import Carrier
from adapters.event import Milestone
from postal_tracker.access import Caller
from postal_tracker.carriers.configured import Carriers
from postal_tracker.core import codes
from postal_tracker.core.bilingual_terms import STAGES, Pair
from postal_tracker.core.journey import Direction, Holder, Stage
from postal_tracker.core.problems import Conflict
from postal_tracker.desks import handover, scanning, sealing
from postal_tracker.desks.station.told import Told, Tone, read_one, standing_of, told_of
from postal_tracker.forms import ParcelForm, ScanForm, read_as
from postal_tracker.storage.tables import Dossier

MOST_CHECKED = 2_000
"""So many dossiers of a shelf are compared at a time."""


@dataclass(frozen=True, slots=True)
class Held:
    """A dossier that should lie on the shelf."""

    code: str
    stage: str


def held_here(session: Session, *, by: Caller) -> tuple[list[Held], bool]:
    """Return what the record says lies here, oldest first, and whether there is more.

    What is sealed lies in a parcel, where its label is not seen.
    """
    query = select(Dossier.code, Dossier.stage).where(by.scope.covers(Dossier), *_lies_here(by))
    rows = session.exec(query.order_by(col(Dossier.id)).limit(MOST_CHECKED + 1)).all()
    return [Held(*row) for row in rows[:MOST_CHECKED]], len(rows) > MOST_CHECKED


def told_of_held(session: Session, *, by: Caller) -> dict[str, Told]:
    """Return what is told of each that should lie here, by its code: a shelf is long."""
    held, _ = held_here(session, by=by)
    return {
        one.code: Told(Tone.RIGHT, *STAGES[Stage(one.stage)], "dossier", one.code) for one in held
    }


def _lies_here(by: Caller) -> list[Any]:
    own = [col(Dossier.office_id) == by.office_id] if by.office_id else []
    held = (col(Dossier.open), col(Dossier.holder) == Holder.OFFICE.value)
    return [*held, *own, col(Dossier.stage) != Stage.SEALED.value]


def on_shelf(session: Session, text: str, *, by: Caller) -> Told:
    """Say whether the record expects here what was scanned. Raises Invalid, Conflict."""
    seen = read_one(session, text, by)
    if seen.kind != "dossier":
        return told_of(Tone.WRONG, seen, _NO_DOSSIER)
    query = select(Dossier.id).where(
        Dossier.code == seen.code, by.scope.covers(Dossier), *_lies_here(by)
    )
    vi, en = standing_of(seen)
    if session.exec(query).first() is None:
        sentence = f"Sổ không ghi hồ sơ này ở đây: {vi}.", f"The record has it elsewhere: {en}."
        return told_of(Tone.WRONG, seen, sentence)
    return told_of(Tone.RIGHT, seen, (vi, en))


_NO_DOSSIER: Pair = (
    "Đây không phải hồ sơ. Vui lòng quét nhãn hồ sơ.",
    "This is no dossier. Scan a dossier's label.",
)
_NO_PARCEL: Pair = (
    "Đây không phải bưu gửi. Vui lòng quét nhãn bưu gửi.",
    "This is no parcel. Scan a parcel's label.",
)


def to_list(session: Session, text: str, carrier: str, *, by: Caller) -> Told:
    """Say whether a parcel can go on this carrier's list. Raises Invalid, Conflict, NotFound."""
    seen = read_one(session, text, by)
    if seen.kind != "parcel":
        return told_of(Tone.WRONG, seen, _NO_PARCEL)
    handover.refuse_unlistable(session, seen.code, carrier, by=by)
    return told_of(Tone.RIGHT, seen, standing_of(seen))


def to_seal(
    session: Session, text: str, before: Sequence[str], direction: str, *, by: Caller
) -> Told:
    """Say whether a dossier can go into a parcel with those before it.

    Raises Invalid, Conflict (it is in another parcel, out of hand, another authority's).
    """
    seen = read_one(session, text, by)
    if seen.kind != "dossier":
        return told_of(Tone.WRONG, seen, _NO_DOSSIER)
    if seen.code in before:
        return told_of(Tone.DOUBLE, seen, _IN_THIS_PARCEL)
    sealing.refuse_unsealable(session, [*before, seen.code], Direction(direction), by=by)
    return told_of(Tone.RIGHT, seen, standing_of(seen))


_IN_THIS_PARCEL: Pair = ("Đã quét cho bưu gửi này.", "Scanned for this parcel already.")


def label_of(session: Session, text: str, carrier: Carrier, *, by: Caller) -> str:
    """Return the parcel's number that a reading is; empty if it is none of this carrier's."""
    seen = scanning.read(session, read_as(ScanForm, {"code": text}), by=by)
    if seen.kind == "parcel":
        return seen.code
    scanned = codes.read_scan(text)
    is_number = scanned.kind in (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP)
    is_new = seen.kind == "unknown" and not seen.choices and is_number
    return scanned.code if is_new and carrier.is_number(scanned.code) else ""


def close_parcel(
    session: Session,
    values: dict[str, Any],
    carriers: Carriers,
    *,
    by: Caller,
    reuse_after: timedelta,
    now: datetime,
) -> Told:
    """Seal what was scanned into the parcel whose label came last.

    `values` are those of a ParcelForm. Raises as `sealing.put_into_parcel`, and Conflict if no
    dossier came before the label.
    """
    number, inside = str(values["tracking_number"]), values["dossiers"]
    if not inside:
        return _closed_before(session, number, by)
    form = read_as(ParcelForm, values)
    made = sealing.put_into_parcel(
        session, form, carriers, by=by, reuse_after=reuse_after, now=now
    ).tracking_number
    count = len(inside)
    told = f"Đã đóng {count} hồ sơ vào bưu gửi này.", f"Sealed into this parcel: {count}."
    return Told(Tone.RIGHT, *told, "parcel", made)


def _closed_before(session: Session, number: str, by: Caller) -> Told:
    seen = scanning.look_at(session, number, by=by)
    if seen.kind == "parcel" and seen.stage == Milestone.ANNOUNCED:
        return told_of(Tone.DOUBLE, seen, _CLOSED)
    raise Conflict("not-at-this-stage", *_NOTHING_INSIDE)


_CLOSED: Pair = ("Bưu gửi này đã đóng.", "This parcel is closed already.")
_NOTHING_INSIDE: Pair = (
    "Chưa quét hồ sơ nào cho bưu gửi này. Vui lòng quét hồ sơ trước, nhãn bưu gửi sau.",
    "No dossier was scanned for this parcel. Scan the dossiers first, then its label.",
)
