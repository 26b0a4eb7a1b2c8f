"""Where a dossier stands, worked out from what happened to it, however the news arrives."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.journey import (
    CLOSINGS,
    FINAL_MILESTONES,
    FINAL_STAGES,
    LIMIT_ACTS,
    Act,
    Direction,
    Fact,
    Flag,
    Holder,
    Journey,
    Leg,
    ParcelJourney,
    Stage,
    custody,
    follow,
    follow_parcel,
    national_status,
    replay,
    replay_parcel,
    rides,
)

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Eight in the morning in Vietnam."""

UNTRUSTED = (Source.UNSIGNED, Source.SHARED_TOKEN)
DIRECTIONS = {1: Direction.TO_AUTHORITY, 2: Direction.TO_CENTRE, 3: Direction.TO_CITIZEN}


def at(hours):
    return EIGHT + timedelta(hours=hours)


def a_fact(what, hours=0.0, *, parcel=None, source=Source.STAFF, **rest):
    return Fact(
        key=rest.pop("key", f"{what}:{hours}:{parcel}:{source}"),
        what=what,
        happened_at=at(hours),
        source=source,
        parcel=parcel,
        direction=rest.pop("direction", DIRECTIONS.get(parcel)),
        **rest,
    )


def a_scan(what, hours, parcel=1, *, source=Source.SIGNED, **rest):
    return a_fact(what, hours, parcel=parcel, source=source, **rest)


REGISTERED = a_fact(Act.REGISTERED, place="Quang Trung")
SEALED = a_fact(Act.SEALED, 1, parcel=1)
ACCEPTED = a_scan(Milestone.ACCEPTED, 2, place="Bưu cục Uông Bí")
DELIVERED = a_scan(Milestone.DELIVERED, 9, place="Phòng Cảnh sát giao thông")
THERE = [REGISTERED, SEALED, ACCEPTED, DELIVERED]
READY = a_fact(Act.RESULT_READY, 20)
BACK = [
    READY,
    a_fact(Act.SEALED, 21, parcel=2),
    a_scan(Milestone.IN_TRANSIT, 23, 2),
    a_scan(Milestone.DELIVERED, 30, 2),
    a_fact(Act.RECEIVED_BACK, 31, place="Quang Trung"),
]
HOME = [
    a_fact(Act.SEALED, 32, parcel=3),
    a_scan(Milestone.ACCEPTED, 33, 3),
    a_scan(Milestone.DELIVERY_FAILED, 40, 3, reason=Reason.NOBODY_HOME),
    a_scan(Milestone.OUT_FOR_DELIVERY, 50, 3),
    a_scan(Milestone.DELIVERED, 52, 3),
]
ROUND_TRIP = [*THERE, *BACK, *HOME]


def seen(*facts):
    journey = replay(facts)
    return journey.stage, journey.holder


# The round trip


def test_a_new_dossier_is_with_the_office_that_took_it_in():
    journey = replay([REGISTERED])

    assert (journey.stage, journey.holder) == (Stage.WITH_OFFICE, Holder.OFFICE)
    assert (journey.place, journey.since) == ("Quang Trung", at(0))


def test_a_sealed_dossier_is_still_the_offices_until_the_post_has_it():
    journey = replay([REGISTERED, SEALED])

    assert (journey.stage, journey.holder) == (Stage.SEALED, Holder.OFFICE)
    assert journey.since == at(0)
    assert journey.leg == Leg(1, Direction.TO_AUTHORITY, Holder.OFFICE, at(1))


@pytest.mark.parametrize(
    ("facts", "stage", "holder"),
    [
        (ROUND_TRIP[:3], Stage.TO_AUTHORITY, Holder.POST),
        (ROUND_TRIP[:4], Stage.AT_AUTHORITY, Holder.AUTHORITY),
        (ROUND_TRIP[:6], Stage.SEALED, Holder.AUTHORITY),
        (ROUND_TRIP[:7], Stage.TO_CENTRE, Holder.POST),
        (ROUND_TRIP[:8], Stage.AT_CENTRE, Holder.OFFICE),
        (ROUND_TRIP[:9], Stage.AT_CENTRE, Holder.OFFICE),
        (ROUND_TRIP[:12], Stage.TO_CITIZEN, Holder.POST),
        (ROUND_TRIP, Stage.DELIVERED, Holder.CITIZEN),
    ],
)
def test_the_round_trip_passes_every_stage(facts, stage, holder):
    assert seen(*facts) == (stage, holder)


def test_whoever_holds_it_holds_it_since_it_came_there():
    moved = a_scan(Milestone.IN_TRANSIT, 4, place="Bưu cục Uông Bí")
    elsewhere = a_scan(Milestone.IN_TRANSIT, 5, place="Trung tâm khai thác Hạ Long")

    assert replay([*THERE[:3], moved]).since == at(2)
    assert replay([*THERE[:3], moved, elsewhere]).since == at(5)


def test_an_authority_that_sends_a_dossier_away_has_decided_it():
    journey = replay([*THERE, a_fact(Act.SEALED, 21, parcel=2)])

    assert journey.result_ready_at == at(21)


def test_the_day_of_the_result_is_the_first_one_told():
    again = a_fact(Act.RESULT_READY, 22)

    assert replay([*THERE, READY, again]).result_ready_at == at(20)


# What goes wrong on the way


def test_a_delivery_that_failed_asks_for_a_look_until_the_next_scan():
    failed = [*THERE, *BACK, *HOME[:3]]

    assert replay(failed).flags == {Flag.DELIVERY_FAILED}
    assert replay([*failed, HOME[3]]).flags == set()


def test_a_lost_parcel_is_lost_until_it_is_found():
    lost = a_scan(Milestone.EXCEPTION, 5, reason=Reason.LOST)

    assert seen(*THERE[:3], lost) == (Stage.LOST, Holder.POST)
    assert seen(*THERE[:3], lost, a_scan(Milestone.IN_TRANSIT, 6))[0] is Stage.TO_AUTHORITY
    assert seen(*THERE[:3], lost, a_fact(Act.RECEIVED_BACK, 7)) == (Stage.AT_CENTRE, Holder.OFFICE)


def test_damage_is_never_forgotten():
    hurt = a_scan(Milestone.EXCEPTION, 5, reason=Reason.DAMAGED)

    assert Flag.DAMAGED in replay([*THERE, hurt, *BACK]).flags


def test_what_comes_back_is_with_whoever_sent_it():
    returned = a_scan(Milestone.RETURNED, 9)
    back = a_scan(Milestone.RETURNED, 30, 2)

    assert seen(*THERE[:3], returned) == (Stage.RETURNED, Holder.OFFICE)
    assert seen(*THERE, *BACK[:3], back) == (Stage.RETURNED, Holder.AUTHORITY)


def test_a_dossier_taken_out_is_where_it_was_before():
    journey = replay([REGISTERED, SEALED, a_fact(Act.TAKEN_OUT, 2, parcel=1)])

    assert (journey.stage, journey.holder) == (Stage.WITH_OFFICE, Holder.OFFICE)
    assert (journey.place, journey.since, journey.leg) == ("Quang Trung", at(0), None)


def test_a_parcel_that_travels_on_does_not_take_along_what_was_taken_out():
    out = a_fact(Act.TAKEN_OUT, 1.5, parcel=1)

    assert seen(REGISTERED, SEALED, out, ACCEPTED, DELIVERED)[0] is Stage.WITH_OFFICE


def test_a_dossier_sealed_by_mistake_and_taken_out_is_still_on_its_way():
    """Its delivery was a mistake as well, and was struck out."""
    mistake = [a_fact(Act.SEALED, 10, parcel=2), a_fact(Act.TAKEN_OUT, 11, parcel=2)]
    struck = a_fact(Act.STRUCK_OUT, 12, strikes=DELIVERED.key)

    assert replay([*THERE, *mistake]) == replay(THERE)
    assert replay([*THERE, *mistake, struck]) == replay(THERE[:3])


def test_a_dossier_that_is_taken_out_may_go_in_another_parcel():
    out = a_fact(Act.TAKEN_OUT, 1.5, parcel=1)
    other = [
        a_fact(Act.SEALED, 3, parcel=2, direction=Direction.TO_AUTHORITY),
        a_scan(Milestone.DELIVERED, 9, 2, direction=Direction.TO_AUTHORITY),
    ]

    assert seen(REGISTERED, SEALED, out, *other)[0] is Stage.AT_AUTHORITY


def test_a_dossier_sealed_anew_before_its_carriers_fast_clock_says_delivered_is_not_in_the_post():
    early = a_fact(Act.SEALED, 8.9, parcel=2)  # the carrier's clock is some minutes ahead
    journey = replay([*THERE, early])

    assert (journey.stage, journey.holder) == (Stage.SEALED, Holder.AUTHORITY)
    assert journey.leg.origin is Holder.AUTHORITY
    assert journey.result_ready_at == at(8.9)


def test_what_the_citizen_sent_back_and_the_office_seals_anew_is_the_offices():
    sealed = a_fact(Act.SEALED, 1, parcel=3)
    out = a_scan(Milestone.RETURNING, 5, 3)
    anew = a_fact(Act.SEALED, 6, parcel=4, direction=Direction.TO_CITIZEN)

    assert seen(REGISTERED, sealed, out, anew) == (Stage.SEALED, Holder.OFFICE)


# Clocks


def test_a_scan_by_a_slow_clock_does_not_precede_the_sealing_of_what_it_scans():
    slow = a_scan(Milestone.ACCEPTED, 0.9)

    assert seen(REGISTERED, SEALED, slow) == (Stage.TO_AUTHORITY, Holder.POST)
    assert seen(REGISTERED, SEALED, DELIVERED._replace(happened_at=at(0.5)))[0] is (
        Stage.AT_AUTHORITY
    )


def test_a_list_signed_later_than_the_first_scan_tells_nothing_new():
    signed = a_fact(Milestone.HANDED_OVER, 3, parcel=1, place="Quang Trung")
    journey = replay([REGISTERED, SEALED, ACCEPTED, signed])

    assert (journey.place, journey.since) == ("Bưu cục Uông Bí", at(2))


def test_a_dossier_is_registered_before_all_else_whatever_its_clock_says():
    late = REGISTERED._replace(happened_at=at(100))

    assert seen(late, SEALED, ACCEPTED)[0] is Stage.TO_AUTHORITY


# Whom we believe


@pytest.mark.parametrize("source", UNTRUSTED)
@pytest.mark.parametrize("what", sorted(FINAL_MILESTONES))
def test_an_end_on_an_unproven_word_is_shown_as_claimed(source, what):
    claim = a_scan(what, 9, source=source)
    journey, parcel = replay([*THERE[:3], claim]), replay_parcel([ACCEPTED, claim])

    assert (journey.stage, journey.holder) == (Stage.TO_AUTHORITY, Holder.POST)
    assert journey.leg is not None
    assert not parcel.is_over


def test_a_claim_ends_the_journey_once_somebody_we_trust_confirms_it():
    claim = a_scan(Milestone.DELIVERED, 9, source=Source.UNSIGNED)
    poll = a_scan(Milestone.DELIVERED, 9, source=Source.POLL)

    assert seen(*THERE[:3], claim, poll)[0] is Stage.AT_AUTHORITY
    assert replay_parcel([claim, poll]).is_over
    assert Flag.DELIVERY_CLAIMED not in replay([*THERE[:3], claim, poll]).flags


def test_a_claim_that_the_next_scan_belies_is_forgotten():
    claim = a_scan(Milestone.DELIVERED, 9, source=Source.UNSIGNED)
    moving = a_scan(Milestone.IN_TRANSIT, 10)

    assert replay([*THERE[:3], claim, moving]).flags == set()
    assert replay_parcel([claim, moving]).flags == set()


# Ends


@pytest.mark.parametrize(
    "end",
    [
        [*HOME[:-1], a_fact(Act.COLLECTED, 60)],
        [a_fact(Act.CANCELLED, 60)],
        [a_fact(Act.REFUSED, 60)],
        HOME,
    ],
    ids=lambda facts: facts[-1].what,
)
@pytest.mark.parametrize(
    "later",
    [
        a_scan(Milestone.IN_TRANSIT, 70, 3),
        a_scan(Milestone.RETURNED, 70, 3),
        a_fact(Act.RECEIVED_BACK, 70),
        a_fact(Act.SEALED, 70, parcel=2),
        a_fact(Act.CANCELLED, 70),
        a_scan(Milestone.EXCEPTION, 70, 3, reason=Reason.LOST),
    ],
    ids=lambda f: f.what,
)
def test_news_after_the_end_changes_nothing_but_asks_for_a_look(end, later):
    ended = [*THERE, *BACK, *end]
    before, after = replay(ended), replay([*ended, later])

    assert before.stage in FINAL_STAGES
    assert (after.stage, after.holder, after.since) == (before.stage, before.holder, before.since)
    assert after.flags - before.flags == {Flag.NEWS_AFTER_THE_END}


def test_delivered_told_again_later_is_no_news():
    again = a_scan(Milestone.DELIVERED, 53, 3)

    assert replay([*ROUND_TRIP, again]).flags == replay(ROUND_TRIP).flags
    assert replay_parcel([HOME[-1], again]).flags == set()


def test_a_late_scan_of_an_earlier_parcel_asks_for_a_look_and_moves_nothing():
    late = a_scan(Milestone.IN_TRANSIT, 22, 1)
    before, after = replay([*THERE, *BACK[:3]]), replay([*THERE, *BACK[:3], late])

    assert (after.stage, after.holder, after.place) == (before.stage, before.holder, before.place)
    assert after.flags - before.flags == {Flag.NEWS_OF_EARLIER_PARCEL}


def test_a_strike_out_takes_back_an_end_and_nothing_else():
    wrong = a_fact(Act.COLLECTED, 35, key="wrong")
    struck = a_fact(Act.STRUCK_OUT, 36, strikes="wrong")

    assert replay([*THERE, *BACK, wrong, struck]) == replay([*THERE, *BACK])
    assert replay([*THERE, *BACK, struck]) == replay([*THERE, *BACK])


# A parcel


def test_a_parcel_is_where_its_last_scan_was():
    parcel = replay_parcel([DELIVERED, ACCEPTED])

    assert (parcel.milestone, parcel.place) == (Milestone.DELIVERED, "Phòng Cảnh sát giao thông")
    assert parcel.since == at(9)
    assert parcel.is_over


def test_of_a_parcel_nobody_spoke_of_nothing_is_known():
    assert replay_parcel([]) == ParcelJourney()
    assert replay_parcel([]).milestone is None


@pytest.mark.parametrize("early", [Milestone.ANNOUNCED, Milestone.HANDED_OVER])
def test_paper_work_done_after_the_first_scan_takes_no_parcel_back(early):
    late = a_fact(early, 3, parcel=1)

    assert replay_parcel([ACCEPTED, late]).milestone is Milestone.ACCEPTED
    assert replay_parcel([ACCEPTED, DELIVERED, late._replace(happened_at=at(10))]).flags == set()


def test_an_announcement_that_the_carrier_confirms_late_takes_no_signature_back():
    signed = a_fact(Milestone.HANDED_OVER, 2, parcel=1)
    announced = a_scan(Milestone.ANNOUNCED, 3)

    assert replay_parcel([signed, announced]).milestone is Milestone.HANDED_OVER
    assert replay_parcel([signed, announced]).since == at(2)


def test_news_nobody_recognised_keeps_no_parcel_from_being_announced():
    odd = a_scan(Milestone.UNRECOGNISED, 0.5)
    announced, signed = a_scan(Milestone.ANNOUNCED, 1), a_scan(Milestone.HANDED_OVER, 2)

    assert replay_parcel([odd, announced]).milestone is Milestone.ANNOUNCED
    assert replay_parcel([odd, signed]).milestone is Milestone.HANDED_OVER
    assert Flag.UNRECOGNISED_NEWS in replay_parcel([odd, announced]).flags


# Any history whatever

_hours = st.integers(0, 12)
_places = st.sampled_from(["", "Bưu cục Uông Bí", "Hạ Long"])
_sources = st.sampled_from(list(Source))
_parcels = st.sampled_from(sorted(DIRECTIONS))
_desk_acts = st.sampled_from([Act.RESULT_READY, Act.RECEIVED_BACK, Act.COLLECTED, Act.CANCELLED])

_scans = st.builds(
    a_scan,
    st.sampled_from(list(Milestone)),
    _hours,
    _parcels,
    source=_sources,
    place=_places,
    reason=st.sampled_from([None, *Reason]),
)
_acts = st.builds(a_fact, _desk_acts, _hours, place=_places)
_packing = st.builds(a_fact, st.sampled_from([Act.SEALED, Act.TAKEN_OUT]), _hours, parcel=_parcels)


@st.composite
def histories(draw, *, most=12):
    """Return the facts of one dossier with up to three parcels, some of them struck out."""
    facts = [REGISTERED, SEALED, *draw(st.lists(_scans | _acts | _packing, max_size=most))]
    facts = [fact._replace(key=str(n)) for n, fact in enumerate(facts)]
    struck = draw(st.lists(st.sampled_from(facts[1:]), max_size=3))
    return [
        *facts,
        *(a_fact(Act.STRUCK_OUT, 20 + n, strikes=f.key, key=f"s{n}") for n, f in enumerate(struck)),
    ]


def of_parcel(facts, parcel=1):
    mine = [f for f in facts if f.parcel == parcel and isinstance(f.what, Milestone)]
    keys = {f.key for f in mine}
    return mine + [f for f in facts if f.strikes in keys]


@given(st.data())
def test_any_order_and_any_doubling_of_a_history_tells_the_same_journey(data):
    history = data.draw(histories())
    doubled = data.draw(st.lists(st.sampled_from(history), max_size=5))
    arrived = data.draw(st.permutations([*history, *doubled]))

    assert replay(arrived) == replay(history)
    assert replay_parcel(of_parcel(arrived)) == replay_parcel(of_parcel(history))


@given(st.data())
def test_custody_ends_with_whoever_has_it_and_nobody_follows_upon_himself(data):
    history = data.draw(histories())
    stays = custody(history)
    holders = [stay.holder for stay in stays]

    assert custody(data.draw(st.permutations(history))) == stays
    assert holders[0] is Holder.OFFICE
    assert holders[-1] is replay(history).holder
    assert all(one is not after for one, after in pairwise(holders))


@given(histories())
def test_a_ride_has_a_beginning_and_an_end_and_is_of_one_parcel(history):
    found = rides(history)

    assert all(ride.since <= ride.delivered_at for ride in found)
    assert len({ride.parcel for ride in found}) == len(found)
    assert all(ride.direction is DIRECTIONS[ride.parcel] for ride in found)


def followed(facts, start, step, whole):
    """Return where one stands who follows each fact as it comes and replays only if he must."""
    known, journey = [], start
    for fact in facts:
        known.append(fact)
        after = step(journey, fact)
        journey = whole(known) if after is None else after
    return journey


def strikes_last(facts):
    """Nothing can be struck out before it is there."""
    return sorted(facts, key=lambda fact: fact.what is Act.STRUCK_OUT)


@given(st.data())
def test_following_the_news_one_by_one_leads_where_the_whole_history_does(data):
    history = data.draw(histories())
    arrived = data.draw(st.permutations(history).map(strikes_last))
    later = data.draw(st.lists(_scans, max_size=3))
    arrived += [fact._replace(key=f"later{n}") for n, fact in enumerate(later)]
    history = arrived
    scans = of_parcel(arrived)

    assert followed(arrived, Journey(), follow, replay) == replay(history)
    assert followed(scans, ParcelJourney(), follow_parcel, replay_parcel) == replay_parcel(scans)


@given(st.lists(_scans))
def test_when_a_parcel_was_first_scanned_is_told_by_its_scans_in_any_order(scans):
    parcel = replay_parcel(scans)
    paper = (Milestone.ANNOUNCED, Milestone.HANDED_OVER)
    accepted = [fact.happened_at for fact in scans if fact.what is Milestone.ACCEPTED]

    all_ = [fact.happened_at for fact in scans if fact.what not in paper]
    assert parcel.first_scan_at == min(all_, default=None)
    assert parcel.accepted_at == min(accepted, default=None)


@given(histories())
def test_news_in_the_order_of_events_is_mostly_followed_and_not_replayed(history):
    scans = [a_scan(Milestone.IN_TRANSIT, 13 + n, 1, key=f"x{n}") for n in range(3)]
    journey = replay(history)
    if journey.leg and journey.leg.parcel == 1:
        assert all(follow(journey, scan) is not None for scan in scans)


@given(histories(), st.lists(_scans | _acts, max_size=5))
def test_a_final_stage_stays_final_whatever_comes_later(history, later):
    journey = replay(history)
    news = [
        f._replace(key=f"later{n}", happened_at=f.happened_at + timedelta(days=2))
        for n, f in enumerate(later)
    ]
    after = replay([*history, *news])
    if journey.is_over:
        assert (after.stage, after.holder, after.place, after.since) == (
            journey.stage,
            journey.holder,
            journey.place,
            journey.since,
        )


@given(histories(), _hours, _parcels, _sources)
def test_news_nobody_recognises_never_moves_a_dossier(history, hours, parcel, source):
    odd = a_scan(Milestone.UNRECOGNISED, hours, parcel, source=source, place="?", key="odd")
    before, after = replay(history), replay([*history, odd])

    assert after._replace(flags=before.flags, last=before.last) == before
    passing = after.flags - before.flags
    assert passing <= {
        Flag.UNRECOGNISED_NEWS,
        Flag.NEWS_AFTER_THE_END,
        Flag.NEWS_OF_EARLIER_PARCEL,
    }


@given(histories(), _hours, _parcels, st.sampled_from(sorted(FINAL_MILESTONES)))
def test_an_unproven_end_never_ends_a_journey(history, hours, parcel, what):
    claim = a_scan(what, hours, parcel, source=Source.UNSIGNED, key="claim")
    mine = [*of_parcel(history, parcel), claim]

    assert replay([*history, claim]).is_over == replay(history).is_over
    assert replay_parcel(mine).is_over == replay_parcel(of_parcel(history, parcel)).is_over


@given(histories())
def test_only_the_post_office_the_authority_or_the_office_ever_sealed_anything(history):
    journey = replay(history)

    assert journey.leg is None or journey.leg.origin is not Holder.POST


def test_of_two_scans_by_a_clock_that_is_far_behind_the_later_one_counts():
    sealed = a_fact(Act.SEALED, 10, parcel=1)
    lost = a_scan(Milestone.EXCEPTION, 3, 1, key="a", reason=Reason.LOST)
    found = a_scan(Milestone.EXCEPTION, 4, 1, key="0", reason=Reason.OTHER)

    for told in permutations((REGISTERED, sealed, lost, found)):
        assert replay(told).stage is Stage.TO_AUTHORITY


@given(histories(), st.integers(-100, 0))
def test_a_carriers_clock_that_is_far_behind_changes_as_little_as_a_scan_at_the_sealing(
    history, hours
):
    slow = a_scan(Milestone.ACCEPTED, hours, 1, key="slow")
    leg = replay(history).leg
    if leg and leg.parcel == 1:
        there = slow._replace(happened_at=leg.sealed_at)
        one, other = replay([*history, slow]), replay([*history, there])
        assert one._replace(since=other.since, last=other.last) == other


@given(histories(), _hours)
def test_a_correction_of_data_moves_no_papers(history, hours):
    corrected = a_fact(Act.CORRECTED, hours, key="corrected")

    assert replay([*history, corrected]) == replay(history)
    assert follow(replay(history), corrected) in (None, replay(history))


# What the law ends


@pytest.mark.parametrize(
    ("act", "stage"), [(Act.CANCELLED, Stage.CANCELLED), (Act.REFUSED, Stage.REFUSED)]
)
def test_what_is_refused_or_withdrawn_at_the_desk_is_taken_along(act, stage):
    journey = replay([REGISTERED, a_fact(act, 5)])

    assert (journey.stage, journey.holder, journey.is_over) == (stage, Holder.CITIZEN, True)
    assert (journey.closed_by, journey.settled_at) == (act, a_fact(act, 5).happened_at)
    assert journey.result_ready_at is None


@pytest.mark.parametrize("act", sorted(CLOSINGS))
def test_papers_that_are_elsewhere_are_followed_until_they_are_back(act):
    """Whoever withdraws a dossier at the authority has not got it back with that."""
    closed = [*THERE, a_fact(act, 15)]
    there = replay(closed)
    back = replay([*closed, *BACK[1:]])
    home = replay([*closed, *BACK[1:], a_fact(Act.COLLECTED, 60)])

    assert (there.stage, there.holder, there.is_over) == (
        Stage.AT_AUTHORITY, Holder.AUTHORITY, False
    )  # fmt: skip
    assert (back.stage, back.result_ready_at, back.flags) == (Stage.AT_CENTRE, None, set())
    assert (home.stage, home.holder, home.is_over) == (Stage.COLLECTED, Holder.CITIZEN, True)
    assert {j.settled_at for j in (there, back, home)} == {a_fact(act, 15).happened_at}
    assert {j.closed_by for j in (there, back, home)} == {act}


def test_what_the_authority_stops_while_it_lies_here_waits_for_the_applicant():
    journey = replay([REGISTERED, a_fact(Act.STOPPED, 5)])

    assert (journey.stage, journey.is_over) == (Stage.WITH_OFFICE, False)
    assert replay([REGISTERED, a_fact(Act.STOPPED, 5), a_fact(Act.COLLECTED, 9)]).is_over


@pytest.mark.parametrize("act", sorted(CLOSINGS))
def test_the_first_end_counts_and_the_other_asks_for_a_look(act):
    ready, closed = a_fact(Act.RESULT_READY, 20), a_fact(act, 15)
    late = a_fact(act, 25)

    first = replay([*THERE, closed, ready])
    assert (first.closed_by, first.result_ready_at) == (act, None)
    then = replay([*THERE, ready, late])
    assert (then.closed_by, then.settled_at) == (None, ready.happened_at)
    for journey in (first, then):
        assert journey.flags == {Flag.NEWS_AFTER_THE_END}


@pytest.mark.parametrize("act", sorted(CLOSINGS))
def test_an_end_that_was_told_by_mistake_is_taken_back(act):
    closed = a_fact(act, 5)
    struck = a_fact(Act.STRUCK_OUT, 6, strikes=closed.key)

    assert replay([REGISTERED, closed, struck])._replace(last=()) == replay([REGISTERED])._replace(
        last=()
    )


def test_what_stops_or_extends_a_limit_moves_no_paper():
    asked = [a_fact(act, 12) for act in LIMIT_ACTS]

    assert replay([*THERE, *asked]) == replay(THERE)


@pytest.mark.parametrize("at_desk", [True, False])
@pytest.mark.parametrize(
    ("facts", "waiting", "number"),
    [
        ([], "", None),
        ([], "supplement", 5),
        ([], "payment", 6),
        ([], "payment supplement", 5),
        ([a_fact(Act.REFUSED, 15)], "supplement", 3),
        ([a_fact(Act.CANCELLED, 15)], "", 7),
        ([a_fact(Act.STOPPED, 15)], "", 8),
        ([READY], "", 9),
        ([READY, a_fact(Act.COLLECTED, 40)], "", 10),
    ],
)
def test_every_fate_has_its_number_on_the_national_portal(at_desk, facts, waiting, number):
    journey = replay([*([REGISTERED] if at_desk else THERE), *facts])
    found = national_status(
        journey.stage,
        journey.closed_by,
        has_result=journey.result_ready_at is not None,
        waiting_for=waiting,
    )

    assert found == (number or (2 if at_desk else 4))
