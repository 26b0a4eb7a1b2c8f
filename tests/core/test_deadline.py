"""When a dossier is due after papers or money were asked for, and after apologies."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import Source
from postal_tracker.core.journey import Act, Fact, Term, steps_of
from postal_tracker.core.time_limits import Limit, due_at
from postal_tracker.core.working_days import VIETNAM, centre_calendar

CALENDAR = centre_calendar()


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=VIETNAM).astimezone(UTC)


RECEIVED = at("11-23 08:00")  # a Monday; Tuesday is a day off
TERM = Term(Limit(5), RECEIVED, due_at(Limit(5), RECEIVED, CALENDAR))

ACTS = {
    "asks": Act.SUPPLEMENT_REQUESTED,
    "gets": Act.SUPPLEMENT_RECEIVED,
    "bills": Act.PAYMENT_REQUESTED,
    "paid": Act.PAYMENT_RECEIVED,
    "extends": Act.EXTENDED,
}


def facts_of(story):
    """Read "asks 11-25 10:00, extends 11-26 09:00 to 12-08 17:00, strikes 1"."""
    facts = []
    for n, line in enumerate(story.split(", "), 1):
        word, _, rest = line.partition(" ")
        if word == "strikes":
            facts.append(Fact(f"f{n}", Act.STRUCK_OUT, RECEIVED, Source.STAFF, strikes=f"f{rest}"))
            continue
        when, _, until = rest.partition(" to ")
        due = at(until) if until else None
        facts.append(Fact(f"f{n}", ACTS[word], at(when), Source.STAFF, due_at=due))
    return facts


def steps(facts):
    return list(steps_of(facts, TERM, CALENDAR))


@pytest.mark.parametrize(
    ("story", "due", "stopped", "waiting"),
    [
        ("asks 11-25 10:00", "12-01 17:00", True, "supplement"),
        ("asks 11-25 10:00, gets 11-25 16:00", "12-01 17:00", False, ""),
        ("asks 11-25 10:00, gets 11-27 08:00", "12-03 17:00", False, ""),
        ("asks 11-27 16:00, gets 11-30 08:00", "12-02 17:00", False, ""),  # over a weekend
        ("asks 11-25 10:00, asks 11-26 10:00, gets 11-27 08:00", "12-03 17:00", False, ""),
        ("asks 11-25 10:00, bills 11-26 10:00", "12-01 17:00", True, "supplement payment"),
        (
            "asks 11-25 10:00, bills 11-26 10:00, gets 11-27 08:00",
            "12-03 17:00", True, "payment",
        ),
        (
            "asks 11-25 10:00, bills 11-26 10:00, gets 11-27 08:00, paid 11-30 08:00",
            "12-04 17:00", False, "",
        ),
        ("bills 11-25 10:00, paid 11-26 10:00", "12-02 17:00", False, ""),
        ("extends 11-30 09:00 to 12-08 11:30", "12-08 11:30", False, ""),
        (
            "extends 11-30 09:00 to 12-08 11:30, extends 12-07 09:00 to 12-15 17:00",
            "12-15 17:00", False, "",
        ),
        (
            "extends 11-30 09:00 to 12-08 17:00, asks 12-02 08:00, gets 12-04 08:00",
            "12-10 17:00", False, "",
        ),
        (
            "asks 11-25 10:00, extends 11-26 09:00 to 12-08 17:00, gets 11-27 08:00",
            "12-08 17:00", False, "",
        ),
        # What was late when it was asked stays late, and does not stand.
        ("asks 12-02 08:00", "12-01 17:00", False, "supplement"),
        ("asks 12-02 08:00, gets 12-04 08:00", "12-01 17:00", False, ""),
        # Told by mistake.
        ("asks 11-25 10:00, strikes 1", "12-01 17:00", False, ""),
        ("asks 11-25 10:00, gets 11-27 08:00, strikes 2", "12-01 17:00", True, "supplement"),
        ("extends 11-30 09:00 to 12-08 17:00, strikes 1", "12-01 17:00", False, ""),
        # An answer to nothing moves nothing.
        ("gets 11-27 08:00", "12-01 17:00", False, ""),
    ],
)  # fmt: skip
def test_every_story_ends_at_its_date(story, due, stopped, waiting):
    found = steps(facts_of(story))
    nothing = [(TERM.first_due_at, False, "")]
    stood = nothing + [(step.due_at, step.stopped, step.waiting_for) for step in found]

    assert stood[-1] == (at(due), stopped, waiting)


def test_each_step_says_how_the_clock_stood_from_then_on():
    story = "asks 11-25 10:00, gets 11-27 08:00, extends 11-30 09:00 to 12-08 17:00"

    assert [(s.what, s.stopped, s.due_at) for s in steps(facts_of(story))] == [
        (Act.SUPPLEMENT_REQUESTED, True, at("12-01 17:00")),
        (Act.SUPPLEMENT_RECEIVED, False, at("12-03 17:00")),
        (Act.EXTENDED, False, at("12-08 17:00")),
    ]


_lines = st.builds(
    lambda word, day, hour: (
        f"{word} 12-{day:02} {hour:02}:00"
        + (f" to 12-{day + 9:02} 17:00" if word == "extends" else "")
    ),
    st.sampled_from(sorted(ACTS)),
    st.integers(1, 20),
    st.integers(0, 23),
)


@given(st.lists(_lines, min_size=1, max_size=8, unique=True), st.randoms())
def test_the_order_of_telling_and_what_is_told_twice_make_no_difference(lines, chance):
    facts = facts_of(", ".join(lines))
    shuffled = [*facts, *chance.choices(facts, k=3)]
    chance.shuffle(shuffled)

    assert steps(shuffled) == steps(facts)


@given(st.lists(_lines, min_size=1, max_size=8, unique=True))
def test_the_clock_stands_only_while_somebody_is_asked(lines):
    for step in steps(facts_of(", ".join(lines))):
        assert step.waiting_for or not step.stopped
        assert step.due_at >= TERM.first_due_at or step.what is Act.EXTENDED
