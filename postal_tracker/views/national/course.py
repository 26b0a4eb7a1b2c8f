"""How a dossier stood after each of its entries, in the order in which the log took them. Pure."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from postal_tracker.core.journey import (
    LIMIT_ACTS,
    Act,
    Fact,
    Journey,
    follow,
    national_status,
    replay,
    steps_of,
)
from postal_tracker.core.working_days import Calendar
from postal_tracker.ledger import term_of
from postal_tracker.ledger.log.feed import Told

_MOVES_CLOCK = LIMIT_ACTS | {Act.STRUCK_OUT}


class Course:
    """A dossier's number on the portal and its date, worked out entry by entry.

    What comes after all before it is followed; only what does not is replayed, as by the ledger.
    """

    def __init__(self, row: Any, history: Iterable[Told], calendar: Calendar) -> None:
        in_log = [(told.number, told.fact) for told in history if told.number is not None]
        self._ahead = deque(sorted(in_log, key=lambda pair: pair[0]))
        self._term, self._calendar = term_of(row), calendar
        self._facts: list[Fact] = []
        self._journey: Journey | None = None
        self._waiting, self._due_at = "", row.first_due_at

    def after(self, number: int) -> tuple[int, datetime]:
        """Return the number on the portal and the date, once the log had so much.

        Numbers are asked for in their order.
        """
        new: list[Fact] = []
        while self._ahead and self._ahead[0][0] <= number:
            new.append(self._ahead.popleft()[1])
        journey = self._take(new)
        status = national_status(
            journey.stage,
            journey.closed_by,
            has_result=journey.result_ready_at is not None,
            waiting_for="" if journey.settled_at else self._waiting,
        )
        return status, self._due_at

    def _take(self, new: list[Fact]) -> Journey:
        self._facts += new
        journey = self._journey
        for fact in new:
            journey = follow(journey, fact) if journey else None
        self._journey = journey = journey or replay(self._facts)
        by_desk = not _MOVES_CLOCK.isdisjoint(fact.what for fact in new)
        if by_desk or not self._term.post_counts:
            steps = list(steps_of(self._facts, self._term, self._calendar))
            self._waiting = steps[-1].waiting_for if steps else ""
            self._due_at = steps[-1].due_at if steps else self._term.first_due_at
        return journey
