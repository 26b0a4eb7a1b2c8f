"""Which days and hours count in Vietnam: working days, holidays, office hours.

Pure, but for reading files of overrides. Holidays come from the `holidays` package; what it has
wrong is set right by `working_days_vn.csv`, and the centre's own file, of the same columns, has
the last word. Days that the State has yet to announce are the package's estimate: when they are
announced, they go into the centre's file, with a row that says until when (`announced`).

BadOverrides
  a file of days off and make-up days cannot be read; names the line
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from holidays import country_holidays

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(2000, 2101)
MOST_WORKING_DAYS = 400
COLUMNS = ["date", "working", "reason", "source"]

Hours = Sequence[tuple[time, time]]
OFFICE_HOURS: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))

_SHIPPED = Path(__file__).with_name("working_days_vn.csv")
_ONE_DAY = timedelta(days=1)
_WORKING = {"0": False, "1": True}
_ANNOUNCED = "announced"
"""In place of 0 or 1: the State has announced all days off up to this day."""


class BadOverrides(ValueError):
    """A file of days off and make-up days that cannot be read."""


@dataclass(frozen=True, slots=True)
class Override:
    """One day on which the common calendar is wrong, or does not hold for this centre."""

    working: bool
    reason: str
    source: str = ""
    """Where it is written: the number of the announcement, as a rule."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count: Monday to Friday but for public holidays, unless an override says more.

    Days are local ones; `local_day` tells the day of a moment. Years 2000 to 2100 and 0 to 400
    working days can be counted; all else, and a datetime where a date belongs, is a ValueError.
    """

    overrides: Mapping[date, Override]
    forward_until: time = time(15)
    """A dossier received later may go to the authority the next working day (Decree 61/2018)."""
    hours: Hours = OFFICE_HOURS
    """When the office is open on a working day."""

    announced_until: date | None = None
    """Days after it are an estimate; None: none is."""
    earlier: Sequence[tuple[datetime, "Calendar"]] = ()
    """The calendars before this one, the oldest first: until when each was what was known."""

    def known_at(self, moment: datetime) -> "Calendar":
        """Return the calendar as it was known at a moment: what was promised then goes by it."""
        return next((then for until, then in self.earlier if moment < until), self)

    def is_estimate(self, day: date) -> bool:
        """Tell whether the State may still announce other days off on the way to this one."""
        return self.announced_until is not None and day > self.announced_until

    def is_working_day(self, day: date) -> bool:
        _refuse_beyond(day)
        if day in self.overrides:
            return self.overrides[day].working
        return _exceptions(day.year).get(day, day.weekday() < 5)

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`, which is not counted (Civil Code art. 147).

        For n = 0 the day itself, or else the first working day after it (art. 148).
        """
        if not 0 <= n <= MOST_WORKING_DAYS:
            raise ValueError(f"0 to {MOST_WORKING_DAYS} working days can be counted, not {n}")
        if n == 0 and not self.is_working_day(day):
            n = 1
        _refuse_beyond(day)
        while n:
            day += _ONE_DAY
            n -= self.is_working_day(day)
        return day

    def forward_by(self, received_at: datetime) -> date:
        """Return the day on which a dossier must go to the authority; `received_at` is aware.

        The working day of receipt if it came by 15:00 local time, else the next working day.
        """
        received_on = local_day(received_at)
        is_late = received_at.astimezone(VIETNAM).time() > self.forward_until
        return self.add(received_on, int(is_late))

    def forwarded_until(self, now: datetime) -> datetime:
        """Return up to which moment what came must go today, or should have gone before, in UTC.

        That is 15:00 of today, or of the last working day before: the inverse of `forward_by`.
        """
        day = local_day(now)
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return datetime.combine(day, self.forward_until, VIETNAM).astimezone(UTC)

    def closes_on(self, day: date) -> datetime:
        """Return when the office closes on a working day, in UTC."""
        return datetime.combine(day, self.hours[-1][1], VIETNAM).astimezone(UTC)

    def after_open(self, begins_at: datetime, gone: timedelta) -> datetime:
        """Return the moment at which the office has been open for so long, in UTC."""
        for opens, closes in self._openings(begins_at):
            if gone <= closes - opens:
                return opens + gone
            gone -= closes - opens
        raise ValueError("the calendar ends")

    def open_between(self, begins_at: datetime, ends_at: datetime) -> timedelta:
        """Return how long the office is open between two moments."""
        total = timedelta(0)
        for opens, closes in self._openings(begins_at):
            if opens >= ends_at:
                break
            total += min(closes, ends_at) - opens
        return total

    def _openings(self, begins_at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield from when to when the office is open from a moment on, in UTC."""
        day = local_day(begins_at)
        while day.year in YEARS:
            for opens, closes in self.hours if self.is_working_day(day) else ():
                begins = max(datetime.combine(day, opens, VIETNAM), begins_at)
                ends = datetime.combine(day, closes, VIETNAM)
                if begins < ends:
                    yield begins.astimezone(UTC), ends.astimezone(UTC)
            day += _ONE_DAY

    def working_days_between(self, a: date, b: date) -> int:
        """Count the working days after `a` up to and including `b`; negative if `b` is earlier.

        The inverse of `add`: `working_days_between(day, add(day, n)) == n` from n = 1 on.
        """
        if b < a:
            return -self.working_days_between(b, a)
        _refuse_beyond(a)
        _refuse_beyond(b)
        days = (a + timedelta(days=i) for i in range(1, (b - a).days + 1))
        return sum(map(self.is_working_day, days))


def centre_calendar(own_file: Path | None = None, hours: Hours = OFFICE_HOURS) -> Calendar:
    """Return the country's calendar, corrected by the centre's own file. Raises BadOverrides."""
    shipped, until = _read(_SHIPPED)
    own, own_until = _read(own_file) if own_file else ({}, None)
    announced = max((day for day in (until, own_until) if day), default=None)
    return Calendar(shipped | own, hours=hours, announced_until=announced)


def read_hours(text: str) -> Hours:
    """Read "07:30-11:30,13:30-17:00". Raises ValueError: unclear, empty or backwards."""
    try:
        edges = [
            time.fromisoformat(edge.strip()) for part in text.split(",") for edge in part.split("-")
        ]
    except ValueError:
        edges = []
    pairs = tuple(zip(edges[::2], edges[1::2], strict=False))
    if not pairs or len(edges) % 2 or edges != sorted(set(edges)) or edges[0].tzinfo:
        raise ValueError(f"hours look like 07:30-11:30,13:30-17:00, not {text!r}")
    return pairs


def local_day(moment: datetime) -> date:
    """Return which day it is in Vietnam at an aware moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone belongs to no day")
    return moment.astimezone(VIETNAM).date()


def read_overrides(path: Path) -> dict[date, Override]:
    """Read `date,working,reason,source`: ISO dates, 1 for a working day and 0 for a day off.

    UTF-8, with or without the mark that spreadsheets put in front. Raises BadOverrides.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[dict[date, Override], date | None]:
    """Return what a file overrides, and until when it says that days off are announced."""
    try:
        rows = csv.reader(StringIO(path.read_text("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError:
        raise BadOverrides(f"{path.name}: not UTF-8; save it as 'CSV UTF-8'") from None
    overrides: dict[date, Override] = {}
    announced: date | None = None
    try:
        _expect(next(rows, None) == COLUMNS, f"the first line must be {','.join(COLUMNS)}")
        for row in filter(any, rows):
            day, override = _read_row(row)
            if override is None:
                announced = max(day, announced or day)
                continue
            _expect(day not in overrides, f"{day} stands here twice")
            overrides[day] = override
    except (ValueError, csv.Error) as problem:
        raise BadOverrides(f"{path.name}, line {max(rows.line_num, 1)}: {problem}") from None
    return overrides, announced


def _read_row(row: list[str]) -> tuple[date, Override | None]:
    _expect(len(row) == len(COLUMNS), f"{len(COLUMNS)} columns are needed, here are {len(row)}")
    day, working, reason, source = (cell.strip() for cell in row)
    is_word = working == _ANNOUNCED
    _expect(is_word or working in _WORKING, "working must be 1 (working day) or 0 (day off)")
    _expect(reason != "", "a reason is needed")
    on = _read_day(day)
    _refuse_beyond(on)
    return on, None if is_word else Override(_WORKING[working], reason, source)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # No other order is taken: 02/01 is January to some spreadsheets and February to others.
        raise ValueError("a date must be written like 2026-01-31") from None


def _expect(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


def _refuse_beyond(day: date) -> None:
    # A datetime passes for a date, yet equals none: every holiday would be overlooked.
    if isinstance(day, datetime) or day.year not in YEARS:
        raise ValueError(f"a date of {YEARS[0]} to {YEARS[-1]} is needed, not {day}")


@cache
def _exceptions(year: int) -> Mapping[date, bool]:
    """Return the days of a year on which the week is no guide: holidays, and make-up days."""
    public = country_holidays("VN", years=year, expand=False)
    return dict.fromkeys(public, False) | dict.fromkeys(public.weekend_workdays, True)
