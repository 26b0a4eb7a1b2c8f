"""Satisfaction on paper, as SIPAS measures it: five factors, five points, an index for each.

The method is that of Decision 1001/QĐ-BNV (11 December 2023). Its official wording was not read:
the questions in `survey_questions.csv` are ours, and a centre puts its province's in their place by
a file of the same columns. A round keeps the edition with which it began.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.problems import Conflict

POINTS: Sequence[Pair] = (
    ("Rất không hài lòng", "Very dissatisfied"),
    ("Không hài lòng", "Dissatisfied"),
    ("Bình thường", "Neutral"),
    ("Hài lòng", "Satisfied"),
    ("Rất hài lòng", "Very satisfied"),
)
"""What 1 to 5 stand for."""

CONTENT = 4
"""From so many points on somebody counts as content; in a rating, too."""

NO_ANSWER = "0"

MOST_QUESTIONS = 100

_TABLE = Path(__file__).with_name("survey_questions.csv")
_COLUMNS = ("since", "factor", "factor_en", "question", "question_en")


class BadQuestions(ValueError):
    """A file of questions that cannot be read."""


class Factor(NamedTuple):
    """Questions about one thing."""

    words: Pair
    questions: Sequence[Pair]


class Edition(NamedTuple):
    """The questions in force from a day on."""

    since: date
    factors: Sequence[Factor]

    @property
    def asked(self) -> int:
        """How many questions there are."""
        return sum(len(one.questions) for one in self.factors)


@cache
def editions(own_file: Path | None = None) -> Sequence[Edition]:
    """Return the editions, the earliest first. Raises BadQuestions."""
    path = own_file or _TABLE
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [tuple(row[name].strip() for name in _COLUMNS) for row in csv.DictReader(file)]
        found = [
            Edition(date.fromisoformat(since), _factors([row[1:] for row in of_it]))
            for since, of_it in groupby(sorted(rows, key=itemgetter(0)), itemgetter(0))
        ]
    except (OSError, KeyError, AttributeError, ValueError, csv.Error) as fault:
        raise BadQuestions(f"{path}: columns {','.join(_COLUMNS)} are wanted") from fault
    if not found or any(one.asked > MOST_QUESTIONS for one in found):
        raise BadQuestions(f"{path}: 1 to {MOST_QUESTIONS} questions of each day are wanted")
    return found


def _factors(rows: Iterable[Sequence[str]]) -> list[Factor]:
    return [
        Factor((vi, en), [(row[2], row[3]) for row in of_it])
        for (vi, en), of_it in groupby(rows, lambda row: (row[0], row[1]))
    ]


def edition_on(known: Sequence[Edition], on: date) -> Edition:
    """Return what is asked on a day; before the first edition, what that one asks."""
    return ([one for one in known if one.since <= on] or [known[0]])[-1]


def edition_of(known: Sequence[Edition], since: date) -> Edition:
    """Return what a round asks. Raises Conflict: the centre's file no longer has it."""
    found = [one for one in known if one.since == since]
    if not found:
        raise Conflict(
            "survey-questions-gone",
            "Tệp câu hỏi không còn bộ câu hỏi của đợt này. Vui lòng bổ sung lại vào tệp.",
            "The file of questions no longer has those of this round. Put them back into it.",
        )
    return found[0]


def sample_of(population: int) -> int:
    """Return of how many people to ask: n = N / (1 + N·e²), e = 0.05, rounded up."""
    return -(-400 * population // (400 + population))
