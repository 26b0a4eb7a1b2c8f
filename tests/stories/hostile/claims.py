"""What holds in the end, whatever the world did. Each claim is a function that takes the world."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from adapters.event import Milestone
from postal_tracker.carriers.inbox import MessageFilter, read_again, read_some_again
from postal_tracker.storage.tables import CarrierMessage, Dossier, Parcel
from tests.stories.hostile.town import ASKED, TownParcel
from tests.stories.hostile.truth import Word, stands
from tests.stories.hostile.world import Posting, World


def every_answer_is_the_one_that_was_due(world: World) -> None:
    due = {"refused": (401, 413)}
    wrong = [
        (p.answer, p.carrier, p.fate, p.body[:200])
        for p in world.answered
        if p.answer not in due.get(p.fate, (200,))
    ]
    assert not wrong, "answers that were not due"
    assert all(posting.answer < 500 for posting in world.answered)


def what_was_accepted_is_kept_word_for_word_and_nothing_else_is(world: World) -> None:
    accepted = {p.digest: p.body for p in world.answered if p.answer == 200}
    kept = {(row.carrier, row.digest): bytes(row.body) for row in _messages(world)}
    assert kept == accepted


def all_that_was_accepted_is_applied_unread_unclaimed_or_conflicting(world: World) -> None:
    due = {p.digest: p.fate for p in world.answered if p.answer == 200}
    found = {(row.carrier, row.digest): row.state for row in _messages(world)}
    assert {d: (found.get(d), due[d]) for d in due if found.get(d) != due[d]} == {}
    assert sum(Counter(found.values()).values()) == len(due)


def every_parcel_stands_where_its_carrier_says(world: World) -> None:
    found = {row.tracking_number: (row.milestone, row.open) for row in _rows(world, Parcel)}
    due = {p.number: _standing([*_known(world, p), *_lies(world, p)]) for p in world.parcels}
    assert _differing(found, due) == {}


def of_whom_can_be_asked_every_parcel_stands_where_it_is(world: World) -> None:
    found = {row.tracking_number: (row.milestone, row.open) for row in _rows(world, Parcel)}
    asked = [p for p in world.parcels if _is_asked_about(world, p) and not _lies(world, p)]
    assert _differing(found, {p.number: _standing(p.truth) for p in asked}) == {}


def nothing_is_over_but_what_is(world: World) -> None:
    over = [row.tracking_number for row in _rows(world, Parcel) if not row.open]
    true = {p.number: stands(p.truth) for p in world.parcels}
    assert [n for n in over if not (true[n] and true[n].ends)] == []
    arrived = {row.code for row in _rows(world, Dossier) if row.stage == "at_authority"}
    assert arrived <= {p.dossier for p in world.parcels if _has_arrived(true[p.number])}


def the_copies_say_what_the_ledger_says(world: World) -> None:
    assert world.centre.differences() == []


def reading_all_again_changes_nothing_that_was_right(world: World) -> None:
    before = _the_record(world)
    ids = [row.id for row in _messages(world)]
    ids = ids if world.is_thorough else world.chance.sample(ids, 20)
    world.centre.database.write_now(lambda s: _read_all_again(s, world, ids))
    assert _the_record(world) == before
    assert world.centre.differences() == []


CLAIMS: Iterable[Callable[[World], None]] = (
    every_answer_is_the_one_that_was_due,
    what_was_accepted_is_kept_word_for_word_and_nothing_else_is,
    all_that_was_accepted_is_applied_unread_unclaimed_or_conflicting,
    every_parcel_stands_where_its_carrier_says,
    of_whom_can_be_asked_every_parcel_stands_where_it_is,
    nothing_is_over_but_what_is,
    the_copies_say_what_the_ledger_says,
    reading_all_again_changes_nothing_that_was_right,
)


# What must be known of a parcel


def _known(world: World, parcel: TownParcel) -> list[Word]:
    """Return all its scans if somebody can be asked about it, else those whose messages came."""
    if _is_asked_about(world, parcel):
        return parcel.truth
    return [word for posting in _accepted(world) for p, word in posting.words if p is parcel]


def _is_asked_about(world: World, parcel: TownParcel) -> bool:
    if parcel.carrier == "viettel_post":
        source = world.centre.house.carriers.find("17track")
        return parcel.source == "17track" and source.can_be_asked
    return parcel.carrier in ASKED


def _lies(world: World, parcel: TownParcel) -> list[Word]:
    told = [word for posting in _accepted(world) for p, word in posting.words if p is parcel]
    return [w for w in told if w not in parcel.truth and not _is_claim_of(w, parcel.truth)]


def _is_claim_of(word: Word, truth: list[Word]) -> bool:
    return any((w.at, w.milestone) == (word.at, word.milestone) for w in truth)


def _accepted(world: World) -> list[Posting]:
    return [posting for posting in world.answered if posting.answer == 200]


def _standing(words: Iterable[Word]) -> tuple[str, bool]:
    """Return the milestone, and whether the parcel is still on its way."""
    last = stands(words)
    return (last.milestone.value, not last.ends) if last else ("announced", True)


def _has_arrived(word: Word | None) -> bool:
    return word is not None and word.ends and word.milestone is Milestone.DELIVERED


def _differing(found: dict[str, Any], due: dict[str, Any]) -> dict[str, Any]:
    return {n: {"found": found[n], "due": d} for n, d in due.items() if found[n] != d}


# What is kept


def _rows(world: World, table: Any) -> list[Any]:
    return world.centre.database.read_now(lambda s: list(s.exec(select(table).order_by(table.id))))


def _messages(world: World) -> list[Any]:
    return _rows(world, CarrierMessage)


def _the_record(world: World) -> Any:
    return world.centre.database.read_now(_all_that_counts)


def _all_that_counts(session: Session) -> Any:
    queries = (
        "SELECT id, key, what FROM ledger_entry ORDER BY id",
        "SELECT id, open, milestone, place, milestone_at FROM parcel ORDER BY id",
        "SELECT id, stage, holder, place, since FROM dossier ORDER BY id",
        "SELECT id, state, problem FROM carrier_message ORDER BY id",
        "SELECT message_id, tracking_number FROM message_number ORDER BY 1, 2",
    )
    return [session.connection().execute(text(query)).all() for query in queries]


def _read_all_again(session: Session, world: World, ids: list[int]) -> None:
    carriers, now = world.centre.house.carriers, world.centre.clock()
    read_some_again(session, carriers, MessageFilter(), now=now)
    for id_ in ids:
        read_again(session, carriers, id_, now=now)
