"""Numbers that are given out once: S10 numbers from the centre's allotted ranges, day serials."""

from datetime import date

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from postal_tracker.core import codes
from postal_tracker.core.problems import Conflict
from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.tables import DaySerial, NumberRange, Parcel, table_of

RANGE_LOW = 10
"""Warn when this many percent of the allotted numbers are left."""


def next_serial(session: Session, series: str, on: date) -> int:
    """Count a series up by one; several processes may do so at once."""
    return next_serials(session, series, on, 1)


def next_serials(session: Session, series: str, on: date, count: int) -> int:
    """Count a series up and return where it stands then; nobody else draws until the commit."""
    row = {"series": series, "day": on, "last": 0}
    session.connection().execute(
        insert_unless_known(session.connection(), table_of(DaySerial)),
        [row],
    )
    counted = session.connection().execute(
        update(DaySerial)
        .where(col(DaySerial.series) == series, col(DaySerial.day) == on)
        .values(last=col(DaySerial.last) + count)
        .returning(col(DaySerial.last))
    )
    return int(counted.scalar_one())


def last_serial(session: Session, series: str, on: date) -> int:
    """Return where a series stands; others may draw at any moment."""
    there = session.get(DaySerial, (series, on))
    return there.last if there else 0


def give_back(session: Session, series: str, on: date, count: int) -> None:
    """Count a series down by the last that were drawn in this transaction and are not used."""
    session.connection().execute(
        update(DaySerial)
        .where(col(DaySerial.series) == series, col(DaySerial.day) == on)
        .values(last=col(DaySerial.last) - count)
    )


def next_number(session: Session, carrier: str) -> tuple[str, int | None]:
    """Take the next S10 of the centre's allotted ranges; tell how many are left once few are.

    Raises Conflict when none is left.
    """
    ranges = session.exec(
        select(NumberRange)
        .where(
            NumberRange.carrier == carrier,
            col(NumberRange.next_serial) <= col(NumberRange.last_serial),
        )
        .order_by(col(NumberRange.id))
        .with_for_update(key_share=True)
    ).all()
    for allotted in ranges:
        while allotted.next_serial <= allotted.last_serial:
            number = codes.make_s10(allotted.indicator, allotted.next_serial, allotted.country)
            allotted.next_serial += 1
            session.add(allotted)
            if session.exec(select(Parcel.id).where(Parcel.tracking_number == number)).first():
                continue  # somebody typed this one by hand before
            session.flush()
            return number, running_out(session).get(carrier)
    if session.exec(select(NumberRange.id).where(NumberRange.carrier == carrier)).first() is None:
        raise Conflict(
            "no-number-range",
            "Chưa nhập dải số hiệu nào của đơn vị bưu chính này. Vui lòng nhập số hiệu trên nhãn, "
            "hoặc báo người quản trị nhập dải số được cấp.",
            "No range of numbers was entered for this carrier. Type the number of the label, or "
            "have the administrator enter the range that the post allotted.",
        )
    raise Conflict(
        "numbers-exhausted",
        "Đã dùng hết dải số hiệu được cấp. "
        "Vui lòng xin bưu điện cấp dải mới hoặc nhập số hiệu trên nhãn.",
        "The allotted numbers are used up. "
        "Ask the post for a new range or type the number of its label.",
    )


def running_out(session: Session) -> dict[str, int]:
    """Return how many allotted numbers are left, of each carrier with a tenth or less of them."""
    left = func.sum(NumberRange.last_serial - NumberRange.next_serial + 1)
    total = func.sum(NumberRange.last_serial - NumberRange.first_serial + 1)
    each = select(NumberRange.carrier, left).group_by(NumberRange.carrier)
    few = session.exec(each.having(left * 100 <= total * RANGE_LOW))
    return {carrier: int(n) for carrier, n in few}
