"""What becomes of an event that is told, by what is known: the first telling stands."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker.access import EVERYTHING, Scope
from postal_tracker.carriers.inbox.judging import Fate, News, judge, judge_each, judge_refused
from postal_tracker.carriers.inbox.known import Known, KnownEntry
from postal_tracker.carriers.inbox.matching import Parcels
from postal_tracker.carriers.inbox.messages import Message

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Eight in the morning in Vietnam."""
LAST_YEAR = EIGHT - timedelta(days=400)

OURS, GHNS, STRANGE = "EE123456785VN", "GHN7XYZ", "EE000000014VN"
PARCELS = Parcels(
    SimpleNamespace(tracking_number=number, id=id_, carrier=carrier, created_at=EIGHT, office_id=1)
    for number, id_, carrier in ((OURS, 1, "rehearsal"), (GHNS, 2, "ghn"))
)


def news(
    milestone="accepted", *, at=EIGHT, id_="1", number=OURS, reference="", code="", message=7, **by
):
    event = CarrierEvent(number, Milestone(milestone), at, id_, code, reference=reference)
    told = Message(by.pop("carrier", "rehearsal"), by.pop("source", Source.SIGNED), b"", **by)
    return News(event, told, EIGHT, message)


def unproven(*what, **rest):
    return news(*what, source=Source.UNSIGNED, **rest)


def stands(told, *, parcel=1, number=OURS):
    """Return the entry that was made of news."""
    return KnownEntry(
        id=100,
        key=told.key,
        parcel_id=parcel,
        what=told.event.milestone.value,
        happened_at=told.event.happened_at,
        carrier_code=told.event.carrier_code,
        source=told.message.source.value,
        message_id=told.message_id,
        tracking_number=number,
    )


def known(*entries):
    return Known(PARCELS, {entry.key: entry for entry in entries})


# One event

BEFORE = {"message": 3}
"""Told by another message."""

ONE_EVENT = {
    "what nobody told before is to be recorded": (news(), [], Fate.UNRECORDED),
    "a word told again is known": (news(), [stands(news(**BEFORE))], Fate.KNOWN),
    "a word that polling found is known": (
        news(),
        [stands(news(source=Source.POLL, message=None))],
        Fate.KNOWN,
    ),
    "an answer to polling has no message of its own": (
        news(source=Source.POLL, message=None),
        [stands(news(source=Source.POLL, message=None))],
        Fate.KNOWN,
    ),
    "a message read again finds what it told itself": (news(), [stands(news())], Fate.RECORDED),
    "another milestone under the same id contradicts": (
        news("in_transit"),
        [stands(news(**BEFORE))],
        Fate.OTHERWISE,
    ),
    "another time under the same id contradicts": (
        news(at=EIGHT + timedelta(hours=1)),
        [stands(news(**BEFORE))],
        Fate.OTHERWISE,
    ),
    "another parcel under the same id contradicts": (
        news(),
        [stands(news(**BEFORE), parcel=5, number=STRANGE)],
        Fate.OTHERWISE,
    ),
    "the same word of the carrier, read better by now, is known": (
        news("in_transit", code="KIEM_HOA"),
        [stands(news("unrecognised", code="KIEM_HOA", **BEFORE))],
        Fate.KNOWN,
    ),
    "the same id of another carrier is no matter": (
        news(),
        [stands(news(carrier="ghn", **BEFORE), parcel=2, number=GHNS)],
        Fate.UNRECORDED,
    ),
    "a scan of the number's last parcel, told again, is known": (
        news(),
        [stands(news(**BEFORE), parcel=5)],
        Fate.KNOWN,
    ),
    # Claims
    "an unproven delivery is to be recorded as a claim": (
        unproven("delivered"),
        [],
        Fate.UNRECORDED,
    ),
    "a claim told again is known": (
        unproven("delivered"),
        [stands(unproven("delivered", **BEFORE))],
        Fate.KNOWN,
    ),
    "a claim stands beside its confirmation": (
        unproven("delivered"),
        [stands(news("delivered", **BEFORE))],
        Fate.UNRECORDED,
    ),
    "a confirmation stands beside its claim": (
        news("delivered"),
        [stands(unproven("delivered", **BEFORE))],
        Fate.UNRECORDED,
    ),
    "what is proven is not held up by a claim that says otherwise": (
        news("in_transit"),
        [stands(unproven("delivered", **BEFORE))],
        Fate.UNRECORDED,
    ),
    "a claim under the id of another word contradicts": (
        unproven("delivered"),
        [stands(unproven(**BEFORE))],
        Fate.OTHERWISE,
    ),
    "another word under the id of a claim contradicts": (
        unproven(),
        [stands(unproven("delivered", **BEFORE))],
        Fate.OTHERWISE,
    ),
    # Whose parcel
    "a number that nobody has is unclaimed": (news(number=STRANGE), [], Fate.UNCLAIMED),
    "our own number finds the parcel too": (
        news(number="GHTK-1", reference=OURS),
        [],
        Fate.UNRECORDED,
    ),
    "a carrier tells of no other carrier's parcel": (news(number=GHNS), [], Fate.ANOTHERS),
    "nor by our own number": (news(number=STRANGE, reference=GHNS), [], Fate.ANOTHERS),
    "a source tells of anybody's": (
        news(number=GHNS, carrier="17track", of_anybodys=True),
        [],
        Fate.UNRECORDED,
    ),
    "a key bound to a carrier tells of its parcels alone": (
        news(carrier="by_hand", of_anybodys=True, told_within=Scope(carrier="ghn"), by="key:1"),
        [],
        Fate.ANOTHERS,
    ),
    # Numbers come back
    "what came long before the parcel is another's of its number": (
        news(at=LAST_YEAR),
        [],
        Fate.EARLIER,
    ),
    "a parcel may be on its way for weeks before it is known here": (
        news(at=EIGHT - timedelta(days=59)),
        [],
        Fate.UNRECORDED,
    ),
    "what was told in the number's earlier life is no wonder": (
        news(at=LAST_YEAR),
        [stands(news(at=LAST_YEAR, **BEFORE), parcel=5)],
        Fate.KNOWN,
    ),
    "nor is what was claimed then": (
        news("delivered", at=LAST_YEAR),
        [stands(unproven("delivered", at=LAST_YEAR, **BEFORE), parcel=5)],
        Fate.KNOWN,
    ),
}


@pytest.mark.parametrize(("told", "entries", "fate"), ONE_EVENT.values(), ids=ONE_EVENT)
def test_what_becomes_of_an_event(told, entries, fate):
    assert judge(told, known(*entries)).fate is fate


@pytest.mark.parametrize(("told", "entries", "fate"), ONE_EVENT.values(), ids=ONE_EVENT)
def test_only_what_is_of_this_parcel_and_contradicts_nothing_has_an_entry(told, entries, fate):
    verdict = judge(told, known(*entries))
    is_of_the_past = told.event.happened_at == LAST_YEAR

    good = fate in (Fate.UNRECORDED, Fate.KNOWN, Fate.RECORDED) and not is_of_the_past
    assert (verdict.entry is not None) == good
    if verdict.entry:
        assert (verdict.entry.key, verdict.entry.message_id) == (told.key, told.message_id)
        assert verdict.parcel_id == PARCELS.find(EVERYTHING, told.numbers).id


def test_a_claim_repeats_its_confirmation_rather_than_an_earlier_claim():
    confirmed, claimed = stands(news("delivered")), stands(unproven("delivered"))
    told = unproven("delivered", message=9)

    assert judge(told, known(confirmed, claimed)).repeats == confirmed
    assert judge(told, known(claimed)).repeats == claimed
    assert judge(news("delivered"), known(claimed)).repeats is None


# Many at once

TOGETHER = {
    "each is new": ([news(), news("in_transit", id_="2")], [Fate.UNRECORDED] * 2),
    "the same word twice is recorded once": (
        [news(), news(message=8)],
        [Fate.UNRECORDED, Fate.KNOWN],
    ),
    "of two words under one id the first stands": (
        [news(), news("in_transit")],
        [Fate.UNRECORDED, Fate.OTHERWISE],
    ),
    "and any word after them is compared with the first": (
        [news(), news("in_transit"), news("in_transit"), news()],
        [Fate.UNRECORDED, Fate.OTHERWISE, Fate.OTHERWISE, Fate.RECORDED],
    ),
    "a claim after another word contradicts": (
        [unproven(), unproven("delivered")],
        [Fate.UNRECORDED, Fate.OTHERWISE],
    ),
    "another word after a claim contradicts": (
        [unproven("delivered"), unproven()],
        [Fate.UNRECORDED, Fate.OTHERWISE],
    ),
    "a claim and its confirmation are two entries": (
        [unproven("delivered"), news("delivered")],
        [Fate.UNRECORDED, Fate.UNRECORDED],
    ),
    "what is not recorded is no first telling": (
        [news(at=LAST_YEAR), news(number=STRANGE), news(number=GHNS), news()],
        [Fate.EARLIER, Fate.UNCLAIMED, Fate.ANOTHERS, Fate.UNRECORDED],
    ),
}


@pytest.mark.parametrize(("told", "fates"), TOGETHER.values(), ids=TOGETHER)
def test_what_one_tells_is_known_when_the_next_one_is_judged(told, fates):
    before = known()

    assert [verdict.fate for verdict in judge_each(told, before)] == fates
    assert before == known(), "judging changes nothing"


def test_what_contradicts_the_ledger_is_no_first_telling():
    told = [news("in_transit"), news(message=8)]
    verdicts = judge_each(told, known(stands(news(**BEFORE))))

    assert [verdict.fate for verdict in verdicts] == [Fate.OTHERWISE, Fate.KNOWN]


# What the ledger refuses

REFUSED = {
    "what it holds under the same key is known": ([stands(news(**BEFORE))], Fate.KNOWN),
    "what it holds of this very message was recorded": ([stands(news())], Fate.RECORDED),
    "what it holds otherwise contradicts": ([stands(news("in_transit", **BEFORE))], Fate.OTHERWISE),
    "if it holds nothing by that key, another id told of the scan": ([], Fate.KNOWN),
}


@pytest.mark.parametrize(("entries", "fate"), REFUSED.values(), ids=REFUSED)
def test_what_the_ledger_refuses_is_judged_by_what_it_holds(entries, fate):
    first = judge(news(), known())
    again = judge_refused(news(), first, known(*entries))

    assert (first.fate, again.fate) == (Fate.UNRECORDED, fate)
    assert (again.entry == first.entry) == (fate is not Fate.OTHERWISE)


def test_a_contradiction_stays_one_whatever_the_ledger_holds():
    first, second = news(), news("in_transit")
    otherwise = judge_each([first, second], known())[1]

    assert judge_refused(second, otherwise, known(stands(second))) == otherwise
