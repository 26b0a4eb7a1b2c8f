"""When a dossier is due: the fold of what stops its clock and of what promises another date."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from postal_tracker.core.journey.dossiers import handings
from postal_tracker.core.journey.facts import Fact, Order, order_of, standing
from postal_tracker.core.journey.stages import LIMIT_ACTS, Act, Handing
from postal_tracker.core.time_limits import Change, Extension, Limit, Stop, due_at
from postal_tracker.core.working_days import Calendar

LimitMove = Act | Handing

_ENDS: dict[LimitMove, LimitMove] = {
    Act.SUPPLEMENT_RECEIVED: Act.SUPPLEMENT_REQUESTED,
    Act.PAYMENT_RECEIVED: Act.PAYMENT_REQUESTED,
    Handing.POST_GAVE: Handing.POST_TOOK,
}
"""What lets the clock go on, and what had stopped it."""

ASKED_FOR = {Act.SUPPLEMENT_REQUESTED: "supplement", Act.PAYMENT_REQUESTED: "payment"}


class Term(NamedTuple):
    """What a dossier was given when it was received."""

    limit: Limit
    received_at: datetime
    first_due_at: datetime
    post_counts: bool = True
    """Whether the time in which the post has it is the authority's."""


class Step(NamedTuple):
    """How the clock stands from a moment on."""

    at: datetime
    what: LimitMove
    """What moved it: one of LIMIT_ACTS, or the post that took or gave it."""
    due_at: datetime
    """While the clock stands: as it was when it was stopped."""
    stopped: bool
    waiting_for: str = ""
    """What the citizen has been asked for: `supplement`, `payment`, or both, the last one last.

    Empty while the clock stands: it stands for the post alone.
    """


class _Move(NamedTuple):
    order: Order
    at: datetime
    what: LimitMove
    due_at: datetime | None = None


def steps_of(facts: Iterable[Fact], term: Term, calendar: Calendar) -> Iterator[Step]:
    """Yield each step in turn; facts come in any order, each once or more, struck out ones not.

    Where the post's time does not count, what its parcels met belongs to a dossier's facts; what
    the post takes or gives is a step only if the clock stands otherwise after it.
    """
    asked: dict[LimitMove, datetime] = {}
    changes: list[Change] = []
    stands = (term.first_due_at, False, "")
    for move in _moves(list(facts), term):
        due = stands[0]
        if change := _change(move, asked):
            changes.append(change)
            known = calendar.known_at(move.at)
            due = due_at(term.limit, term.received_at, known, changes)
        stopped = any(since <= due for since in asked.values())
        waiting = " ".join(ASKED_FOR[act] for act in asked if isinstance(act, Act))
        stood, stands = stands, (due, stopped, waiting)
        if isinstance(move.what, Act) or stands != stood:
            yield Step(move.at, move.what, *stands)


def in_turn(facts: Iterable[Fact]) -> list[Fact]:
    """Return what of LIMIT_ACTS moved the clock, in its order: a fact for each of their steps."""
    return sorted((f for f in standing(facts) if f.what in LIMIT_ACTS), key=order_of)


def _moves(facts: Sequence[Fact], term: Term) -> list[_Move]:
    moves = [
        _Move(order_of(fact), fact.happened_at, Act(fact.what), fact.due_at)
        for fact in in_turn(facts)
    ]
    if not term.post_counts:
        moves += [_Move((at, -1, ""), at, what) for at, what in handings(facts)]
    return sorted(moves, key=itemgetter(0))


def _change(move: _Move, asked: dict[LimitMove, datetime]) -> Change | None:
    """Return how a move changes the date, and remember in `asked` for what the clock stands."""
    if move.what is Act.EXTENDED:
        return Extension(move.at, move.due_at) if move.due_at else None
    if move.what not in _ENDS:
        asked.setdefault(move.what, move.at)
        return None
    since = asked.pop(_ENDS[move.what], None)
    return Stop(since, move.at) if since else None
