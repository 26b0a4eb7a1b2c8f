"""The tracking numbers (S10) that a post allotted to the centre, entered once for all.

Raises Invalid, Conflict (a range overlaps another of the same letters).
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from postal_tracker.carriers.configured import Carriers
from postal_tracker.core import codes
from postal_tracker.core.problems import Conflict
from postal_tracker.forms import NumberRangeForm, field_invalid
from postal_tracker.storage.tables import NumberRange

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class NumberRangeView:
    """A range of tracking numbers."""

    id: int
    """The range's id here."""
    carrier: str
    indicator: str
    country: str
    first_serial: int
    last_serial: int
    left: int
    """How many numbers are left."""
    next_number: str | None
    """The number that the next parcel gets; empty once all are used."""


@dataclass(frozen=True, slots=True)
class NumberRangesView:
    """Ranges, the newest last."""

    items: list[NumberRangeView]
    next_cursor: int | None = None
    """The `cursor` of the next ones; empty if these are the last."""


def add(session: Session, form: NumberRangeForm, carriers: Carriers) -> NumberRangeView:
    """Enter a range that no other of the same letters overlaps."""
    carriers.chosen(form.carrier)
    if form.last_serial < form.first_serial:
        raise field_invalid(
            "last_serial",
            "Số cuối phải lớn hơn hoặc bằng số đầu.",
            "The last serial must not come before the first.",
        )
    try:
        codes.make_s10(form.indicator, form.first_serial, form.country)
    except codes.BadCode as bad:
        raise field_invalid("indicator", bad.vi, bad.en) from None
    _refuse_overlap(session, form)
    allotted = NumberRange(**form.model_dump(), next_serial=form.first_serial)
    session.add(allotted)
    session.flush()
    return _view(allotted)


def _refuse_overlap(session: Session, form: NumberRangeForm) -> None:
    overlapping = select(NumberRange).where(
        NumberRange.indicator == form.indicator,
        NumberRange.country == form.country,
        col(NumberRange.first_serial) <= form.last_serial,
        col(NumberRange.last_serial) >= form.first_serial,
    )
    if other := session.exec(overlapping.limit(1)).first():
        span = f"{other.indicator} {other.first_serial:08d} - {other.last_serial:08d}"
        raise Conflict(
            "numbers-overlap",
            f"Dải này trùng với dải đã nhập: {span}. Vui lòng kiểm tra lại giấy cấp số.",
            f"This range overlaps one that was entered: {span}. Check what the post allotted.",
        )


def listed(session: Session, *, after: int = 0) -> NumberRangesView:
    """Return the ranges behind one, oldest first."""
    query = select(NumberRange).where(col(NumberRange.id) > after).order_by(col(NumberRange.id))
    rows = session.exec(query.limit(MOST_LISTED + 1)).all()
    shown = rows[:MOST_LISTED]
    more = len(rows) > MOST_LISTED
    return NumberRangesView([_view(row) for row in shown], shown[-1].id if more else None)


def _view(allotted: NumberRange) -> NumberRangeView:
    left = allotted.last_serial - allotted.next_serial + 1
    following = (allotted.indicator, allotted.next_serial, allotted.country)
    return NumberRangeView(
        id=allotted.id,
        carrier=allotted.carrier,
        indicator=allotted.indicator,
        country=allotted.country,
        first_serial=allotted.first_serial,
        last_serial=allotted.last_serial,
        left=left,
        next_number=codes.make_s10(*following) if left else None,
    )
