"""When a dossier is due after papers or money were asked for, and after apologies."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import Milestone, Source
from postal_tracker.core.journey import Act, Direction, Fact, Handing, Term, steps_of
from postal_tracker.core.time_limits import Limit, due_at
from postal_tracker.core.working_days import VIETNAM, centre_calendar

CALENDAR = centre_calendar()


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=VIETNAM).astimezone(UTC)


RECEIVED = at("11-23 08:00")  # a Monday; Tuesday is a day off
TERM = Term(Limit(5), RECEIVED, due_at(Limit(5), RECEIVED, CALENDAR))

WITHOUT_POST = TERM._replace(post_counts=False)

ACTS = {
    "asks": Act.SUPPLEMENT_REQUESTED,
    "gets": Act.SUPPLEMENT_RECEIVED,
    "bills": Act.PAYMENT_REQUESTED,
    "paid": Act.PAYMENT_RECEIVED,
    "extends": Act.EXTENDED,
    "seals": Act.SEALED,
    "accepted": Milestone.ACCEPTED,
    "failed": Milestone.DELIVERY_FAILED,
    "delivered": Milestone.DELIVERED,
    "returned": Milestone.RETURNED,
    "decides": Act.RESULT_READY,
    "withdraws": Act.CANCELLED,
}
OF_DESKS = ("asks", "bills", "extends", "gets", "paid")
OF_PARCELS = ("seals", "accepted", "failed", "delivered", "returned")


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
        if word in OF_PARCELS:
            facts[-1] = facts[-1]._replace(parcel=1, direction=Direction.TO_AUTHORITY)
    return facts


def steps(facts, term=TERM):
    return list(steps_of(facts, term, CALENDAR))


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


SEALED = "seals 11-24 16:00"


@pytest.mark.parametrize(
    ("story", "due", "stopped", "waiting"),
    [
        (SEALED, "12-01 17:00", False, ""),
        ("accepted 11-25 10:00", "12-01 17:00", True, ""),
        ("accepted 11-25 10:00, delivered 11-25 16:00", "12-01 17:00", False, ""),
        (
            "accepted 11-25 10:00, failed 11-26 09:00, delivered 11-27 08:00",
            "12-03 17:00", False, "",
        ),
        ("accepted 11-27 10:00, delivered 11-30 08:00", "12-02 17:00", False, ""),  # a weekend
        ("accepted 11-25 10:00, returned 11-30 08:00", "12-04 17:00", False, ""),
        # By the carrier's clock before the sealing: as of that.
        ("accepted 11-23 10:00, delivered 11-26 08:00", "12-03 17:00", False, ""),
        # Until nobody owes a result any more.
        ("accepted 11-25 10:00, withdraws 11-26 09:00", "12-02 17:00", False, ""),
        (
            "accepted 11-25 10:00, decides 11-26 09:00, delivered 11-30 09:00",
            "12-02 17:00", False, "",
        ),
        (
            "decides 11-25 09:00, accepted 11-25 10:00, delivered 11-30 09:00",
            "12-01 17:00", False, "",
        ),
        # Beside a citizen who is asked: what both take is counted once.
        ("accepted 11-25 10:00, asks 11-26 09:00", "12-01 17:00", True, "supplement"),
        (
            "accepted 11-25 10:00, asks 11-26 09:00, delivered 11-27 09:00, gets 11-30 09:00",
            "12-04 17:00", False, "",
        ),
        ("asks 11-25 10:00, accepted 11-26 10:00, gets 11-27 09:00", "12-03 17:00", True, ""),
        # What was late when the post took it stays late, and does not stand.
        ("accepted 12-02 10:00", "12-01 17:00", False, ""),
        ("accepted 12-02 10:00, delivered 12-04 10:00", "12-01 17:00", False, ""),
        (
            "extends 11-25 09:00 to 12-08 17:00, accepted 12-02 10:00, delivered 12-04 10:00",
            "12-10 17:00", False, "",
        ),
        # Told by mistake.
        (
            "accepted 11-25 10:00, delivered 11-27 08:00, strikes 3, strikes 2",
            "12-01 17:00", False, "",
        ),
    ],
)  # fmt: skip
def test_where_the_posts_time_does_not_count_the_clock_stands_for_it(story, due, stopped, waiting):
    facts = facts_of(f"{SEALED}, {story}")
    now = (TERM.first_due_at, False, "")
    stood = [now, *((s.due_at, s.stopped, s.waiting_for) for s in steps(facts, WITHOUT_POST))]

    assert stood[-1] == (at(due), stopped, waiting)
    assert {step.what for step in steps(facts)} <= {f.what for f in facts}


def test_what_the_post_takes_and_gives_is_a_step_only_if_it_moves_the_clock():
    story = "accepted 11-25 10:00, asks 11-26 09:00, delivered 11-27 09:00, gets 11-30 09:00"

    assert [s.what for s in steps(facts_of(f"{SEALED}, {story}"), WITHOUT_POST)] == [
        Handing.POST_TOOK,
        Act.SUPPLEMENT_REQUESTED,
        Handing.POST_GAVE,
        Act.SUPPLEMENT_RECEIVED,
    ]


def _lines_of(words):
    return st.builds(
        lambda word, day, hour: (
            f"{word} 12-{day:02} {hour:02}:00"
            + (f" to 12-{day + 9:02} 17:00" if word == "extends" else "")
        ),
        st.sampled_from(sorted(words)),
        st.integers(1, 20),
        st.integers(0, 23),
    )


@given(
    st.lists(_lines_of(ACTS), min_size=1, max_size=8, unique=True),
    st.randoms(),
    st.sampled_from([TERM, WITHOUT_POST]),
)
def test_the_order_of_telling_and_what_is_told_twice_make_no_difference(lines, chance, term):
    facts = facts_of(", ".join(lines))
    shuffled = [*facts, *chance.choices(facts, k=3)]
    chance.shuffle(shuffled)

    assert steps(shuffled, term) == steps(facts, term)


@given(st.lists(_lines_of(OF_DESKS), min_size=1, max_size=8, unique=True))
def test_the_clock_stands_only_while_somebody_is_asked(lines):
    for step in steps(facts_of(", ".join(lines))):
        assert step.waiting_for or not step.stopped
        assert step.due_at >= TERM.first_due_at or step.what is Act.EXTENDED
