"""When a dossier is due: the fold of what stops its clock and of what promises another date."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from postal_tracker.core.journey.facts import Fact, order_of, standing
from postal_tracker.core.journey.stages import LIMIT_ACTS, Act
from postal_tracker.core.time_limits import Change, Extension, Limit, Stop, due_at
from postal_tracker.core.working_days import Calendar

_ASKED_BY = {
    Act.SUPPLEMENT_RECEIVED: Act.SUPPLEMENT_REQUESTED,
    Act.PAYMENT_RECEIVED: Act.PAYMENT_REQUESTED,
}

ASKED_FOR = {Act.SUPPLEMENT_REQUESTED: "supplement", Act.PAYMENT_REQUESTED: "payment"}


class Term(NamedTuple):
    """What a dossier was given when it was received."""

    limit: Limit
    received_at: datetime
    first_due_at: datetime


class Step(NamedTuple):
    """How the clock stands from a moment on."""

    at: datetime
    what: Act
    """What moved it: one of LIMIT_ACTS."""
    due_at: datetime
    """While the clock stands: as it was when it was stopped."""
    stopped: bool
    waiting_for: str = ""
    """What the citizen has been asked for: `supplement`, `payment`, or both, the last one last."""


def steps_of(facts: Iterable[Fact], term: Term, calendar: Calendar) -> Iterator[Step]:
    """Yield each step in turn; facts come in any order, each once or more, struck out ones not."""
    asked: dict[Act, datetime] = {}
    changes: list[Change] = []
    due = term.first_due_at
    for fact in in_turn(facts):
        if change := _change(fact, asked):
            changes.append(change)
            due = due_at(term.limit, term.received_at, calendar, changes)
        stopped = any(since <= due for since in asked.values())
        waiting = " ".join(ASKED_FOR[act] for act in asked)
        yield Step(fact.happened_at, Act(fact.what), due, stopped, waiting)


def in_turn(facts: Iterable[Fact]) -> list[Fact]:
    """Return what moved the clock, in its order: a fact for each of the steps."""
    return sorted((f for f in standing(facts) if f.what in LIMIT_ACTS), key=order_of)


def _change(fact: Fact, asked: dict[Act, datetime]) -> Change | None:
    """Return how a fact moves the date, and remember in `asked` what is still waited for."""
    if fact.what is Act.EXTENDED:
        return Extension(fact.happened_at, fact.due_at) if fact.due_at else None
    if fact.what in ASKED_FOR:
        asked.setdefault(Act(fact.what), fact.happened_at)
        return None
    since = asked.pop(_ASKED_BY[Act(fact.what)], None)
    return Stop(since, fact.happened_at) if since else None
