"""How long the post office and the authority have, in Vietnamese working days."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_tracker.core.time_limits import Limit, due_at
from postal_tracker.core.working_days import (
    OFFICE_HOURS,
    VIETNAM,
    BadOverrides,
    Calendar,
    Override,
    centre_calendar,
    local_day,
    read_hours,
    read_overrides,
)

CALENDAR = centre_calendar()
HEADER = "date,working,reason,source\n"

days = st.dates(date(2000, 1, 1), date(2097, 12, 31))
counts = st.integers(0, 400)


def a_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "lich.csv"
    path.write_bytes(text.encode(encoding))
    return path


# Which days count


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-04"),  # New Year, Friday moved to the 10th
        ("2026-02-14", "2026-02-22"),  # Tết Bính Ngọ
        ("2026-04-25", "2026-04-27"),  # Hùng Kings on a Sunday, Monday instead
        ("2026-04-30", "2026-05-03"),
        ("2026-08-29", "2026-09-02"),  # National Day, Monday moved to the 22nd of August
        ("2026-11-24", "2026-11-24"),  # Culture Day
        ("2027-01-01", "2027-01-03"),
        ("2027-02-04", "2027-02-10"),  # Tết Đinh Mùi
        ("2027-04-16", "2027-04-18"),
        ("2027-04-30", "2027-05-03"),
        ("2027-09-02", "2027-09-05"),
        ("2027-11-24", "2027-11-24"),
    ],
)
def test_nobody_works_on_public_holidays_and_the_days_around_them_count(first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    off = [first + timedelta(days=i) for i in range((last - first).days + 1)]

    assert not any(map(CALENDAR.is_working_day, off))
    assert CALENDAR.is_working_day(first - timedelta(days=1))
    assert CALENDAR.is_working_day(last + timedelta(days=1))


@pytest.mark.parametrize(
    "saturday", ["2014-12-27", "2019-01-05", "2024-05-04", "2025-04-26", "2026-08-22", "2026-01-10"]
)
def test_a_saturday_worked_in_exchange_counts(saturday):
    saturday = date.fromisoformat(saturday)

    assert saturday.weekday() == 5
    assert CALENDAR.is_working_day(saturday)


def test_the_new_year_of_2026_was_longer_for_the_public_sector():
    new_years_eve = date(2025, 12, 31)

    assert CALENDAR.add(new_years_eve, 1) == date(2026, 1, 5)
    assert CALENDAR.add(new_years_eve, 6) == date(2026, 1, 10)
    assert CALENDAR.add(new_years_eve, 7) == date(2026, 1, 12)


# Time limits


@pytest.mark.parametrize(
    ("received_on", "working_days", "due_on"),
    [
        ("2026-11-23", 1, "2026-11-25"),  # Monday; Tuesday is Culture Day
        ("2026-11-20", 1, "2026-11-23"),  # Friday to Monday
        ("2026-11-21", 1, "2026-11-23"),  # sent online on a Saturday
        ("2026-11-16", 5, "2026-11-23"),  # a driving licence
        ("2026-11-23", 30, "2027-01-06"),
        ("2026-02-13", 1, "2026-02-23"),  # the last day before Tết
        ("2026-02-12", 5, "2026-02-26"),
        ("2027-02-03", 1, "2027-02-11"),
        ("2026-08-21", 1, "2026-08-22"),  # Saturday is worked
        ("2026-08-28", 1, "2026-09-03"),
        ("2026-11-23", 0, "2026-11-23"),  # at once
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-24", 0, "2026-11-25"),
    ],
)
def test_the_day_of_receipt_is_not_counted_and_the_last_day_is_a_working_day(
    received_on, working_days, due_on
):
    due = CALENDAR.add(date.fromisoformat(received_on), working_days)

    assert due == date.fromisoformat(due_on)


@given(days, counts)
def test_a_time_limit_always_ends_on_a_working_day(day, n):
    assert CALENDAR.is_working_day(CALENDAR.add(day, n))


@given(days, counts, counts)
def test_a_longer_time_limit_never_ends_earlier(day, n, m):
    shorter, longer = sorted((n, m))

    assert CALENDAR.add(day, shorter) <= CALENDAR.add(day, longer)


@given(days, st.integers(0, 60), counts)
def test_a_dossier_received_later_is_never_due_earlier(day, later, n):
    assert CALENDAR.add(day, n) <= CALENDAR.add(day + timedelta(days=later), n)


@given(days, st.integers(1, 200), st.integers(1, 200))
def test_two_time_limits_one_after_the_other_are_one_long_one(day, n, m):
    assert CALENDAR.add(CALENDAR.add(day, n), m) == CALENDAR.add(day, n + m)


@given(days, st.integers(1, 400))
def test_counting_the_days_of_a_time_limit_gives_the_time_limit(day, n):
    due = CALENDAR.add(day, n)

    assert CALENDAR.working_days_between(day, due) == n
    assert CALENDAR.working_days_between(due, day) == -n


@given(days, st.integers(0, 500), st.integers(0, 500))
def test_working_days_add_up_over_any_day_between(a, i, j):
    b = a + timedelta(days=i)
    c = b + timedelta(days=j)
    between = CALENDAR.working_days_between

    assert between(a, b) + between(b, c) == between(a, c)


def test_no_working_day_lies_between_a_day_and_itself():
    assert CALENDAR.working_days_between(date(2026, 11, 23), date(2026, 11, 23)) == 0


# Forwarding


@pytest.mark.parametrize(
    ("received_at", "forward_by"),
    [
        ("2026-11-23T08:00", "2026-11-23"),
        ("2026-11-23T15:00", "2026-11-23"),
        ("2026-11-23T15:01", "2026-11-25"),  # over Culture Day
        ("2026-11-20T16:30", "2026-11-23"),  # Friday afternoon
        ("2026-11-21T09:00", "2026-11-23"),  # Saturday, early or late
        ("2026-11-21T17:00", "2026-11-23"),
        ("2026-01-10T14:00", "2026-01-10"),  # a Saturday worked in exchange
        ("2026-02-13T15:30", "2026-02-23"),  # the last afternoon before Tết
    ],
)
def test_what_comes_after_three_goes_to_the_authority_the_next_working_day(received_at, forward_by):
    received_at = datetime.fromisoformat(received_at).replace(tzinfo=VIETNAM)

    assert CALENDAR.forward_by(received_at) == date.fromisoformat(forward_by)
    assert CALENDAR.forward_by(received_at.astimezone(UTC)) == date.fromisoformat(forward_by)


def test_three_in_the_afternoon_does_not_move_the_time_limit():
    morning = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
    evening = datetime(2026, 11, 23, 16, tzinfo=VIETNAM)

    assert CALENDAR.forward_by(morning) < CALENDAR.forward_by(evening)
    assert due_at(Limit(5), morning, CALENDAR) == due_at(Limit(5), evening, CALENDAR)


def test_a_centre_may_close_its_post_earlier():
    calendar = Calendar({}, forward_until=datetime(2026, 1, 1, 11, 30, tzinfo=UTC).time())

    assert calendar.forward_by(datetime(2026, 11, 19, 12, tzinfo=VIETNAM)) == date(2026, 11, 20)


def test_the_day_begins_at_midnight_in_vietnam():
    assert local_day(datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert local_day(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert local_day(datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=7)))).day == 24


def test_a_moment_of_no_zone_is_refused():
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - of no zone

    with pytest.raises(ValueError, match="zone"):
        local_day(naive)
    with pytest.raises(ValueError, match="zone"):
        CALENDAR.forward_by(naive)


# Bounds


@pytest.mark.parametrize("n", [-1, 401, 10**9])
def test_time_limits_have_a_bound(n):
    with pytest.raises(ValueError, match="0 to 400"):
        CALENDAR.add(date(2026, 11, 23), n)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_no_calendar_reaches_beyond_the_century(day):
    some_day = date(2026, 11, 23)

    for count in (
        lambda: CALENDAR.is_working_day(day),
        lambda: CALENDAR.add(day, 0),
        lambda: CALENDAR.add(day, 1),
        lambda: CALENDAR.working_days_between(day, some_day),
        lambda: CALENDAR.working_days_between(some_day, day),
    ):
        with pytest.raises(ValueError, match="2000 to 2100"):
            count()


def test_a_time_limit_cannot_run_out_of_the_century():
    with pytest.raises(ValueError, match="2000 to 2100"):
        CALENDAR.add(date(2100, 12, 30), 5)


def test_a_moment_is_not_taken_for_a_day():
    new_year = datetime(2026, 1, 1, tzinfo=VIETNAM)

    for count in (CALENDAR.is_working_day, lambda day: CALENDAR.add(day, 3)):
        with pytest.raises(ValueError, match="date"):
            count(new_year)


# The centre's own days


def test_the_centres_own_file_has_the_last_word(tmp_path):
    path = a_file(
        tmp_path,
        HEADER
        + "2026-01-02,1,Trung tâm trực,QĐ 12\n"  # against the country's correction
        + "2026-11-25,0,Bão số 15,Công điện 3\n"
        + "2026-11-28,1,Làm bù,\n",
    )
    calendar = centre_calendar(path)

    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 1, 10))  # not in the file: the country's word holds
    assert calendar.add(date(2026, 11, 23), 1) == date(2026, 11, 26)
    assert calendar.add(date(2026, 11, 27), 1) == date(2026, 11, 28)


def test_a_spreadsheets_byte_order_mark_line_ends_and_empty_rows_do_no_harm(tmp_path):
    text = (
        "\ufeff" + HEADER + '2026-11-25, 0 ,"Bão, lụt",\r\n,,,\r\n\r\n2026-11-28,1,Làm bù,QĐ 1\r\n'
    )

    assert read_overrides(a_file(tmp_path, text)) == {
        date(2026, 11, 25): Override(working=False, reason="Bão, lụt"),
        date(2026, 11, 28): Override(working=True, reason="Làm bù", source="QĐ 1"),
    }


def test_a_file_of_a_heading_alone_changes_nothing(tmp_path):
    assert read_overrides(a_file(tmp_path, HEADER)) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: the first line must be date,working,reason,source"),
        ("ngày,làm,lý do,nguồn\n", "line 1: the first line"),
        (HEADER + "02/01/2026,0,Nghỉ,\n", "line 2: a date must be written like 2026-01-31"),
        (HEADER + "2026-02-30,0,Nghỉ,\n", "line 2: a date must be"),
        (HEADER + "1999-12-31,0,Nghỉ,\n", "line 2: a date of 2000 to 2100"),
        (HEADER + "2026-11-25,0,Bão,\n2026-11-26,có,Bão,\n", "line 3: working must be 1"),
        (HEADER + "2026-11-25,,Bão,\n", "line 2: working must be 1"),
        (HEADER + "2026-11-25,0, ,\n", "line 2: a reason is needed"),
        (HEADER + "2026-11-25,0,Bão, lụt,CĐ 3\n", "line 2: 4 columns are needed, here are 5"),
        (HEADER + "2026-11-25;0;Bão;\n", "line 2: 4 columns are needed, here are 1"),
        (HEADER + "2026-11-25,0,Bão,\n\n2026-11-25,1,Làm,\n", "line 4: 2026-11-25 stands here"),
        (HEADER + '2026-11-25,0,"Bão,\n', "line 2: "),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path, text, problem):
    with pytest.raises(BadOverrides) as caught:
        read_overrides(a_file(tmp_path, text))

    assert str(caught.value).startswith(f"lich.csv, {problem}")


def test_a_file_in_an_old_encoding_is_refused_with_advice(tmp_path):
    with pytest.raises(BadOverrides, match="UTF-8"):
        read_overrides(a_file(tmp_path, HEADER + "2026-11-25,0,B\xe3o,\n", "latin-1"))


def test_a_missing_file_is_not_taken_for_an_empty_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        centre_calendar(tmp_path / "khong-co.csv")


def test_every_shipped_correction_tells_its_reason_and_source():
    shipped = centre_calendar().overrides

    assert {date(2026, 1, 2), date(2026, 1, 10)} <= shipped.keys()
    assert all(day.reason and day.source for day in shipped.values())


# When the office is open


def test_hours_are_read_as_a_centre_writes_them():
    assert read_hours("07:30-11:30,13:30-17:00") == OFFICE_HOURS
    assert read_hours(" 08:00 - 16:30") == ((time(8), time(16, 30)),)


@pytest.mark.parametrize(
    "text",
    ["", "8", "08:00", "08:00-", "17:00-08:00", "08:00-12:00,11:00-17:00", "08:00-25:00", "a-b"],
)
def test_hours_that_cannot_be_are_refused(text):
    with pytest.raises(ValueError, match="hours look like"):
        read_hours(text)


def test_results_are_due_when_this_office_closes():
    calendar = centre_calendar(hours=read_hours("08:00-12:00,13:00-16:30"))
    due = due_at(Limit(5), datetime(2026, 3, 2, 8, tzinfo=VIETNAM), calendar)

    assert due.astimezone(VIETNAM) == datetime(2026, 3, 9, 16, 30, tzinfo=VIETNAM)


# Days that nobody has announced


def test_days_off_are_an_estimate_once_the_announced_ones_end():
    assert not CALENDAR.is_estimate(date(2026, 12, 31))
    assert CALENDAR.is_estimate(date(2027, 1, 4))
    assert not Calendar({}).is_estimate(date(2090, 1, 2))


def test_the_centre_says_until_when_days_are_announced_but_never_less(tmp_path):
    for until, is_estimate in (("2027-12-31", False), ("2025-12-31", True)):
        text = f"{HEADER}{until},announced,Lịch nghỉ đã công bố,TB 1\n2027-02-11,0,Nghỉ Tết,TB 1\n"
        calendar = centre_calendar(a_file(tmp_path, text))

        assert calendar.is_estimate(date(2027, 1, 4)) == is_estimate
        assert not calendar.is_working_day(date(2027, 2, 11))
        assert until not in {str(day) for day in calendar.overrides}
