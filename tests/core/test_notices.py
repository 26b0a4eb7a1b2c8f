"""What citizens are told: in which words, at which hours, and only what is still so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_tracker.core.journey import Act, Flag, Stage
from postal_tracker.core.notices import (
    LONGEST_SMS,
    BadQuietHours,
    Event,
    Standing,
    is_still_so,
    occasion_of,
    read_quiet,
    when_to_tell,
    written,
)
from postal_tracker.core.working_days import VIETNAM, centre_calendar

LONGEST_CODE = "H49.12." + "9" * 53
LINK = "https://hoso.quangninh.gov.vn/t/" + "A" * 35
CALENDAR = centre_calendar()
NIGHT = read_quiet("21:00-07:00")


def words(event, lang="vi", code="H49.12-261123-0001"):
    procedure = ("Đổi giấy phép lái xe", "Renewal of a driving licence")
    due_on = date(2026, 12, 3)
    return written(event, lang, code=code, procedure=procedure, due_on=due_on, link=LINK)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_event_has_words_and_its_sms_fits_even_the_longest_code(event, lang):
    for code in ("H49.12-261123-0001", LONGEST_CODE):
        said = words(event, lang, code)

        assert code in said.subject
        assert said.letter.count(LINK) == 2
        assert said.sms.isascii()
        assert code in said.sms
        assert len(said.sms) <= LONGEST_SMS
        assert "{" not in said.subject + said.letter + said.status + said.sms


def test_a_letter_says_it_in_the_persons_language_first():
    vietnamese, english = words(Event.LATE), words(Event.LATE, "en")

    assert "xin lỗi Ông/Bà" in vietnamese.status
    assert "03/12/2026" in vietnamese.sms
    assert english.letter.startswith("Your dossier will not be settled")
    assert "3 Dec 2026" in english.letter


def standing(stage, *flags, **rest):
    as_usual = {
        "waiting_for": [],
        "closed_by": None,
        "has_result": False,
        "is_extended": False,
        "return_by_post": True,
    }
    return Standing(stage=stage, flags=flags, **{**as_usual, **rest})


@pytest.mark.parametrize(
    ("event", "now", "is_so"),
    [
        (Event.RECEIVED, standing(Stage.SEALED), True),
        (Event.RECEIVED, standing(Stage.WITH_OFFICE, closed_by=Act.CANCELLED), False),
        (Event.HANDED_OVER, standing(Stage.WITH_OFFICE), False),
        (Event.HANDED_OVER, standing(Stage.AT_AUTHORITY), True),
        (Event.SUPPLEMENT_ASKED, standing(Stage.AT_AUTHORITY, waiting_for=["supplement"]), True),
        (Event.SUPPLEMENT_ASKED, standing(Stage.AT_AUTHORITY), False),
        (Event.LATE, standing(Stage.AT_AUTHORITY, is_extended=True), True),
        (Event.LATE, standing(Stage.AT_AUTHORITY, is_extended=True, has_result=True), False),
        (Event.RESULT_READY, standing(Stage.TO_CENTRE, has_result=True), True),
        (Event.RESULT_READY, standing(Stage.TO_CENTRE), False),
        (Event.DELIVERY_FAILED, standing(Stage.TO_CITIZEN, Flag.DELIVERY_FAILED), True),
        (Event.DELIVERY_FAILED, standing(Stage.DELIVERED), False),
        (Event.OUT_FOR_DELIVERY, standing(Stage.TO_CITIZEN), True),
        (Event.OUT_FOR_DELIVERY, standing(Stage.TO_CITIZEN, Flag.DELIVERY_FAILED), False),
        (Event.AT_POST_OFFICE, standing(Stage.TO_CITIZEN, Flag.AWAITING_COLLECTION), True),
        (Event.AT_OFFICE, standing(Stage.AT_CENTRE), False),
        (Event.AT_OFFICE, standing(Stage.AT_CENTRE, return_by_post=False), True),
        (Event.DELIVERED, standing(Stage.DELIVERED), True),
        (Event.DELIVERED, standing(Stage.TO_CITIZEN, Flag.DELIVERY_CLAIMED), False),
    ],
)
def test_what_is_no_longer_so_is_not_told(event, now, is_so):
    assert is_still_so(event, now) is is_so


def test_a_try_to_deliver_is_told_once_a_day_and_each_request_by_itself():
    day = date(2026, 11, 23)

    assert occasion_of(Event.DELIVERY_FAILED, 1, day) == occasion_of(Event.DELIVERY_FAILED, 2, day)
    assert occasion_of(Event.LATE, 1, day) != occasion_of(Event.LATE, 2, day)
    assert occasion_of(Event.DELIVERED, 1, day) == occasion_of(Event.DELIVERED, 2, day)


def local(day, clock):
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("event", "now", "then"),
    [
        (Event.DELIVERED, local(23, "20:59"), local(23, "20:59")),
        (Event.DELIVERED, local(23, "21:00"), local(24, "07:00")),
        (Event.DELIVERED, local(24, "06:59"), local(24, "07:00")),
        (Event.DELIVERED, local(28, "09:00"), local(28, "09:00")),
        (Event.AT_OFFICE, local(28, "09:00"), local(30, "07:30")),
        (Event.LATE, local(27, "22:00"), local(30, "07:30")),
    ],
)
def test_nobody_is_disturbed_at_night_nor_asked_to_call_a_closed_office(event, now, then):
    assert when_to_tell(event, now, NIGHT, CALENDAR) == then


@given(
    event=st.sampled_from(Event),
    days=st.floats(0, 730),
    quiet=st.sampled_from(["21:00-07:00", "12:00-13:00", "00:00-23:00", "08:00-08:00"]),
)
def test_it_is_never_quiet_when_something_is_told(event, days, quiet):
    hours, at = read_quiet(quiet), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
    then = when_to_tell(event, at, hours, CALENDAR)

    assert then >= at
    assert not hours.holds(then)
    assert then - at < timedelta(days=16)


@pytest.mark.parametrize("text", ["", "21-7", "25:00-07:00", "21:00", "21:00-07:00,12:00-13:00"])
def test_quiet_hours_are_two_times_of_day(text):
    with pytest.raises(BadQuietHours):
        read_quiet(text)
