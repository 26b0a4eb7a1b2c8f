"""What moves a dossier's due date: the fold of its facts into changes of its time limit."""

from collections.abc import Iterable, Iterator

from postal_tracker.core.journey.facts import Fact, standing
from postal_tracker.core.journey.stages import Act
from postal_tracker.core.time_limits import Extension


def changes_of(facts: Iterable[Fact]) -> Iterator[Extension]:
    """Yield what the facts say of the limit, in any order; each once, struck out ones not."""
    for fact in standing(facts):
        if fact.what is Act.EXTENDED and fact.due_at:
            yield Extension(fact.happened_at, fact.due_at)
