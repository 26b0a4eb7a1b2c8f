"""What a citizen reads: every stage with every last scan in every direction, in both languages."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.citizen_action import has_to_act, what_to_do
from postal_tracker.core.citizen_sentences import ARRIVED, STANDING, told
from postal_tracker.core.journey import (
    FINAL_STAGES,
    Act,
    Direction,
    Fact,
    Flag,
    Holder,
    Stage,
    replay,
)
from postal_tracker.core.journey.stages import PASSING

NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SAYS_WHY = (Milestone.DELIVERY_FAILED, Milestone.RETURNING, Milestone.EXCEPTION)
POST_OFFICE = "Bưu cục Uông Bí"


def a_fact(what, hours, **rest):
    source = rest.pop("source", Source.SIGNED)
    return Fact(f"{what}{hours}", what, NINE + timedelta(hours=hours), source, **rest)


def journey(direction, milestone, reason, source):
    sealed = [
        a_fact(Act.REGISTERED, 0, place="Quang Trung"),
        a_fact(Act.SEALED, 1, parcel=1, direction=direction),
        a_fact(Milestone.ACCEPTED, 2, parcel=1, direction=direction, place=POST_OFFICE),
    ]
    last = a_fact(
        milestone,
        3,
        parcel=1,
        direction=direction,
        reason=reason,
        source=source,
        place=POST_OFFICE,
    )
    return replay([*sealed, last])


REASONS = dict.fromkeys(SAYS_WHY, (None, *Reason))
EVERY = [
    (direction, milestone, reason, source)
    for direction, milestone, source in product(
        Direction, Milestone, (Source.SIGNED, Source.UNSIGNED)
    )
    for reason in REASONS.get(milestone, (None,))
]


def test_every_stage_is_told_in_both_languages():
    assert set(STANDING) == set(Stage)
    for now, following in STANDING.values():
        assert now[0] != now[1]
        assert all(now)
        assert bool(following[0]) is bool(following[1])


@pytest.mark.parametrize(("direction", "milestone", "reason", "source"), EVERY)
def test_what_is_said_is_what_happened(direction, milestone, reason, source):
    found = journey(direction, milestone, reason, source)
    (vi, en), (following, _) = told(found.stage, found.flags, reason, last=milestone)

    assert vi.endswith(".")
    assert en.endswith(".")
    assert "bạn" not in vi + following
    moving = "đang chuyển" in vi and "chuyển hoàn" not in vi
    stands_still = {
        Milestone.DELIVERY_FAILED,
        Milestone.AWAITING_COLLECTION,
        Milestone.RETURNING,
        Milestone.DELIVERED,
        Milestone.RETURNED,
    }
    assert not (moving and milestone in stands_still), vi
    if milestone is Milestone.DELIVERED and source is Source.UNSIGNED:
        assert "đang chờ xác nhận" in vi
    if milestone in SAYS_WHY and reason is Reason.WRONG_ADDRESS:
        assert "địa chỉ chưa đúng" in vi
    if milestone is Milestone.DELIVERY_FAILED and reason is Reason.REFUSED:
        assert "phát lại" not in following, "it was refused"
    at_the_door = milestone is Milestone.OUT_FOR_DELIVERY and direction is Direction.TO_CITIZEN
    assert ("đang đi phát" in vi) is at_the_door
    if direction is not Direction.TO_CITIZEN:
        assert "cách nhận" not in following, "there is no result to receive yet"
        if milestone is Milestone.DELIVERED and source is Source.UNSIGNED:
            assert "xác minh" not in following, "nothing is wrong"
    if found.stage not in (Stage.DELIVERED, Stage.CANCELLED):
        assert following, "what comes next"


@pytest.mark.parametrize(("direction", "milestone", "reason", "source"), EVERY)
def test_a_place_follows_its_holder(direction, milestone, reason, source):
    found = journey(direction, milestone, reason, source)

    assert found.place == (POST_OFFICE if found.holder is Holder.POST else ""), found


def test_what_the_applicant_took_back_is_with_nobody_else():
    sealed = journey(Direction.TO_AUTHORITY, Milestone.RETURNED, None, Source.SIGNED)
    assert (sealed.stage, sealed.holder, sealed.place) == (Stage.RETURNED, Holder.OFFICE, "")

    taken = replay([a_fact(Act.REGISTERED, 0, place="Quang Trung"), a_fact(Act.CANCELLED, 4)])
    assert (taken.stage, taken.holder, taken.place) == (Stage.CANCELLED, Holder.CITIZEN, "")


@pytest.mark.parametrize("flag", Flag)
def test_of_a_dossier_that_is_nowhere_on_its_way_no_flag_is_told(flag):
    travelling = {Stage.TO_OFFICE, Stage.TO_AUTHORITY, Stage.TO_CENTRE, Stage.TO_CITIZEN}
    for stage in set(Stage) - travelling:
        assert told(stage, [flag], Reason.NOBODY_HOME) == STANDING[stage]


def test_of_a_damaged_parcel_at_the_door_both_are_told():
    (vi, en), following = told(
        Stage.TO_CITIZEN, [Flag.DAMAGED], None, last=Milestone.OUT_FOR_DELIVERY
    )

    assert vi == "Bưu tá đang đi phát kết quả cho Ông/Bà. Bưu gửi bị hư hỏng."
    assert en == "The courier has your result and is delivering it. The parcel is damaged."
    assert following == STANDING[Stage.TO_CITIZEN].next


@pytest.mark.parametrize("direction", [Direction.TO_AUTHORITY, Direction.TO_CENTRE])
def test_what_comes_to_somebody_else_is_not_delivered_to_the_citizen(direction):
    vi, en = ARRIVED[direction]

    assert vi.startswith("Đã giao đến ")
    assert en.startswith("Delivered to the ")


@pytest.mark.parametrize("flag", sorted(PASSING))
def test_of_a_parcel_in_two_troubles_both_are_told(flag):
    alone = told(Stage.TO_CITIZEN, [flag])[0]
    both = told(Stage.TO_CITIZEN, [Flag.DAMAGED, flag])[0]

    assert both == (f"{alone[0]} Bưu gửi bị hư hỏng.", f"{alone[1]} The parcel is damaged.")


@pytest.mark.parametrize(("direction", "milestone", "reason", "source"), EVERY)
def test_first_it_is_said_whether_there_is_anything_to_do(direction, milestone, reason, source):
    found = journey(direction, milestone, reason, source)
    acts = has_to_act(found.stage, found.flags, None, [], by_post=True)
    _, (following, _) = told(found.stage, found.flags, reason, last=milestone, by_post=True)

    waits = milestone in (Milestone.AWAITING_COLLECTION, Milestone.DELIVERY_FAILED)
    assert acts is (waits and direction is Direction.TO_CITIZEN)
    assert bool(following) or not acts, "what it is"


def test_a_result_is_fetched_unless_it_is_brought():
    for by_post in (True, False):
        acts = has_to_act(Stage.AT_CENTRE, [], None, [], by_post=by_post)
        (vi, _), _ = told(Stage.AT_CENTRE, [], by_post=by_post)
        assert (acts, "tới nhận" in vi) == (not by_post, not by_post)


def test_a_result_on_its_way_back_is_not_told_as_the_dossier_going_out():
    for to in (Direction.TO_CENTRE, Direction.TO_CITIZEN):
        for stage in (Stage.SEALED, Stage.LOST):
            (vi, en), _ = told(stage, [], to=to)
            assert ("Kết quả" in vi or "kết quả" in vi, "result" in en) == (True, True)
    _, (following, _) = told(Stage.TO_CENTRE, [], by_post=True, to=Direction.TO_CENTRE)

    assert "qua bưu chính" in following
    assert "tới nhận" not in following


@pytest.mark.parametrize("stage", Stage)
def test_who_was_asked_for_something_has_something_to_do_until_it_is_over(stage):
    over = stage in FINAL_STAGES
    acts = has_to_act(stage, [], None, ["supplement"], by_post=False)

    assert acts is not over
    assert what_to_do(acts, stage)[0].startswith("Ông/Bà không" if over else "Ông/Bà có")
