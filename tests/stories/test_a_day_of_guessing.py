"""A day on which strangers guess at citizens' codes from many networks, and citizens come in."""

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from postal_tracker.access.guesses import count_guess
from postal_tracker.access.networks import networks_of
from postal_tracker.core.problems import TooMany
from postal_tracker.storage.tables import Dossier
from postal_tracker.views import lookup
from tests.centre import Centre

LIMITS = lookup.lookup_limits(per_pair=5, per_day=20, overall=10_000)
PROOFS = 10_000


@dataclass(frozen=True)
class Day:
    """How much is guessed, at how many codes, from how many networks, while owners ask."""

    guesses: int
    codes: int
    networks: int
    owners: int

    @property
    def most_judged(self) -> int:
        """As docs/decisions/0022-limits-hit-the-guesser.md has it."""
        return min(self.codes * LIMITS.per_day, (LIMITS.overall or 0) + self.networks)


def judged(session, code, digits, network, now):
    """Judge as a door does, without its way there; None if nobody looked at the proof."""
    question = lookup.Question(code, digits, networks_of(network), "", LIMITS)
    try:
        found = lookup.find(session, question, now=now, today=now.date(), lang="vi")
    except TooMany:
        return None
    if found.seen is None:
        count_guess(session, found.guess, LIMITS, now)
    return found.seen is not None


def a_days_questions(day: Day, chance: random.Random):
    """Give (is an owner's, code's place, digits, network), shuffled."""
    guesses = [
        (False, chance.randrange(day.codes), f"{chance.randrange(PROOFS):04}", f"net {n}")
        for n in (chance.randrange(day.networks) for _ in range(day.guesses))
    ]
    owners = [(True, chance.randrange(day.codes), "5678", f"home {n}") for n in range(day.owners)]
    chance.shuffle(mixed := guesses + owners)
    return mixed


def test_an_hour_of_guessing_gains_what_the_decision_says_and_every_owner_gets_in(sqlite_url):
    guess_all_day(sqlite_url, Day(guesses=400, codes=20, networks=10, owners=5))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_day_of_guessing_gains_what_the_decision_says_and_every_owner_gets_in(sqlite_url, share):
    guesses = share.of(200_000, 40)
    networks = max(50, guesses // 400)
    guess_all_day(sqlite_url, Day(guesses, codes=guesses // 200, networks=networks, owners=100))


def guess_all_day(url, day):
    with Centre(url) as centre:
        for _ in range(day.codes):
            centre.a_dossier()
        codes = centre.database.read_now(lambda s: s.exec(select(Dossier.code)).all())
        questions, now = a_days_questions(day, random.Random(20261123)), centre.clock()
        pause = timedelta(hours=23) / len(questions)
        answers: dict[bool, list[bool | None]] = {True: [], False: []}
        with centre.database.transaction() as session:  # of a day each would take long
            for n, (is_owner, place, digits, network) in enumerate(questions):
                answer = judged(session, codes[place], digits, network, now + n * pause)
                answers[is_owner].append(answer)

    looked_at = [answer for answer in answers[False] if answer is not None]
    assert day.codes * LIMITS.per_day / 3 < len(looked_at) <= day.most_judged
    assert sum(looked_at) <= 2 + 3 * len(looked_at) / PROOFS
    assert answers[True] == [True] * day.owners
