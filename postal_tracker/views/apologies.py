"""Form 04 before anybody asks: why a dossier will be late by the record, and when it comes instead.

Proposed, for an officer to judge and sign. In Vietnamese, as the form is.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from adapters.event import Milestone
from postal_tracker.core import dates
from postal_tracker.core.journey import Direction, Holder, Stage
from postal_tracker.core.working_days import (
    MOST_WORKING_DAYS,
    YEARS,
    Calendar,
    local_day,
)
from postal_tracker.views.dossier import DossierView, ParcelSummary
from postal_tracker.views.expected import Expected

WITHOUT_RANGE = 5
"""Working days after the promised day, where no parcel's range tells when the paper comes."""

_LAST = date(YEARS[-1] - 2, 12, 31)
"""Behind it somebody has typed a wrong year; the calendar ends soon after."""


class Apology(NamedTuple):
    """What form 04 would say."""

    reason: str
    """Who has held it, and since when; nothing of the person."""
    due_at: datetime
    """When the office closes on a working day after the one that was promised."""
    expected: Expected | None
    """From when the new day is counted: the days in which its parcel comes; none: no range."""
    days: int
    """How many working days are added."""


def apology(
    dossier: DossierView, calendar: Calendar, *, silent_after: timedelta, now: datetime
) -> Apology:
    """Propose an apology, for a dossier of the names that the form has."""
    reason, expected = _reason(dossier, silent_after, now), dossier.expected
    left = 0 if _has_been_there(dossier) else _limit(dossier, calendar)
    if expected and (on := calendar.add(expected.last, left)) > dossier.due_on:
        return Apology(reason, calendar.closes_on(on), expected, left)
    days = WITHOUT_RANGE + left
    begins = min(max(dossier.due_on, local_day(now)), _LAST)
    on = calendar.add(begins, days)
    return Apology(reason, calendar.closes_on(on), None, days)


_BEFORE_THE_AUTHORITY = (
    Stage.WITH_OFFICE,
    Stage.SEALED,
    Stage.TO_OFFICE,
    Stage.TO_AUTHORITY,
    Stage.RETURNED,
)


def _has_been_there(dossier: DossierView) -> bool:
    return dossier.stage not in _BEFORE_THE_AUTHORITY


def _limit(dossier: DossierView, calendar: Calendar) -> int:
    """Return how many working days the receipt gave: the authority needs them from its arrival."""
    promised = local_day(dossier.received_at), local_day(dossier.first_due_at)
    days = calendar.working_days_between(*promised)
    return min(max(1, days), MOST_WORKING_DAYS - WITHOUT_RANGE)


def _reason(dossier: DossierView, silent_after: timedelta, now: datetime) -> str:
    holder, since = dossier.location.holder, dates.day(dossier.location.since)
    authority = dossier.authority.name
    if holder is Holder.POST and (open_ := [p for p in dossier.parcels if p.open]):
        return _by_post(dossier, open_[-1], silent_after, now)
    if holder is Holder.AUTHORITY:
        return f"{authority} đã nhận hồ sơ từ ngày {since} và chưa có kết quả giải quyết."
    if not _has_been_there(dossier):
        return f"Hồ sơ ở điểm tiếp nhận từ ngày {since}, chưa chuyển được tới {authority}."
    return f"{authority} chưa có kết quả giải quyết hồ sơ."


def _by_post(
    dossier: DossierView, parcel: ParcelSummary, silent_after: timedelta, now: datetime
) -> str:
    """Say where the parcel goes; that nothing was heard of it, or when it is expected."""
    goes_to = {
        Direction.TO_AUTHORITY: f"chuyển hồ sơ tới {dossier.authority.name}",
        Direction.TO_CENTRE: "chuyển kết quả về điểm tiếp nhận",
        Direction.TO_OFFICE: "chuyển hồ sơ giữa các điểm tiếp nhận",
    }.get(parcel.direction, "chuyển hồ sơ")
    told = f"Bưu gửi {parcel.tracking_number} {goes_to}"
    heard_at = _last_news(dossier, parcel) or dossier.location.since
    if now - heard_at >= silent_after or not dossier.expected:
        return f"{told} chưa tới nơi; tin gần nhất của bưu chính là ngày {dates.day(heard_at)}."
    first, last = dates.day(dossier.expected.first), dates.day(dossier.expected.last)
    return f"{told} chưa tới nơi, dự kiến tới từ ngày {first} đến ngày {last}."


def _last_news(dossier: DossierView, parcel: ParcelSummary) -> datetime | None:
    """Return when the post's last scan of it happened."""
    return max(
        (
            entry.happened_at
            for entry in dossier.timeline
            if entry.parcel == parcel.tracking_number
            and isinstance(entry.what, Milestone)
            and not entry.struck_out
        ),
        default=None,
    )
