"""Limits that hit the guesser, not the citizen: what a guess is counted in, and who must wait.

A device that proved itself before (a device cookie, as OWASP calls it) is counted by itself: nobody
else's guesses stop it. Everybody else is a stranger, who is counted

- with what he guesses at, from his network: after a few, waits that grow;
- with his network, whatever he guesses at: after many, waits of seconds, so that nobody behind the
  one address of a carrier's network is shut out for long;
- with what he guesses at, from all the world, and with everything: so much a day. Half of the first
  and what goes beyond the second is kept for networks from which nobody guessed wrong that day.

How many guesses a day that leaves, and why: docs/decisions/0022-limits-hit-the-guesser.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from postal_tracker.access.throttle import (
    Counter,
    asking_for_tries,
    count_all_wrong,
    forget_wrong,
    key_of,
    take_back,
    told_tries,
)
from postal_tracker.storage.prepared import Prepared

NOTHING = "?"
"""The subject of what leads nowhere, such as a mistyped code: it uses up nobody's guesses."""

DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NETWORK_WAITS = timedelta(minutes=1)
_WIDER = 4
"""How many times as much a /48 may guess as one /64 in it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many wrong guesses cost nothing, and what further ones cost."""

    per_pair: int
    """At one thing, from one network or one known device."""
    pair_window: timedelta
    first_wait: timedelta
    longest_wait: timedelta
    per_network: int
    network_window: timedelta
    per_day: int
    """At one thing, by strangers of all the world."""
    overall: int | None
    """At anything, by strangers of all the world in a day; None: no such bound."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Who tries what. `device` is empty for a stranger."""

    what: str
    subject: str
    networks: tuple[str, str]
    device: str = ""

    def lock(self) -> int:
        """Return the number of the lock behind which guesses at this are judged one by one."""
        digest = sha256(f"{self.what}\0{self.subject}".encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


def judge_alone(session: Session, guess: Guess) -> None:
    """Let no other transaction judge a guess at the same until this one ends.

    On SQLite nothing is to be done: it has one writer, in one process.
    """
    if session.connection().dialect.name != "sqlite":
        session.connection().execute(select(func.pg_advisory_xact_lock(guess.lock())))


def wait_of(session: Session, guess: Guess, limits: Limits, now: datetime) -> int:
    """Return the seconds until this may be tried; 0: now."""
    patience = Patience(guess, limits, now)
    prepared, values = patience.question
    return patience.wait(prepared.all(session.connection(), values))


class Patience:
    """How long one must wait who guesses: a question of the database, and what its answer says."""

    def __init__(self, guess: Guess, limits: Limits, now: datetime) -> None:
        self._guess, self._limits, self._now = guess, limits, now
        self._counters = [*_counters(guess, limits, is_fresh=True)]  # as nearly everybody is
        self._keys = [counter.key for counter in self._counters]

    @property
    def question(self) -> tuple[Prepared, Mapping[str, Any]]:
        return asking_for_tries(self._keys, self._now)

    def wait(self, answer: Iterable[Any]) -> int:
        """Return the seconds until this may be tried; 0: now."""
        tries, counters = told_tries(answer, self._keys, self._now), self._counters
        fresh = tries.get(_fresh_key(self._guess))
        if fresh is None or fresh.count:
            counters = [*_counters(self._guess, self._limits, is_fresh=False)]
        return max(c.wait(tries[c.key], self._now) for c in counters)


def count_guess(session: Session, guess: Guess, limits: Limits, now: datetime) -> None:
    """Count a wrong guess, in all that it is counted in."""
    windows = {c.key: c.window for c in _counters(guess, limits, is_fresh=False)}
    count_all_wrong(session, windows, now=now)


def take_turn(session: Session, guess: Guess, limits: Limits, now: datetime) -> int:
    """Count a guess before it is judged; return the seconds to wait if it must not be.

    For what is judged outside of a transaction. A right one is forgiven afterwards.
    """
    judge_alone(session, guess)
    wait = wait_of(session, guess, limits, now)
    if not wait:
        count_guess(session, guess, limits, now)
    return wait


def forgive(session: Session, guess: Guess, limits: Limits) -> None:
    """Uncount a guess that was right after all; who made it begins again at 0."""
    own, *others = (c.key for c in _counters(guess, limits, is_fresh=False))
    forget_wrong(session, [own])
    take_back(session, others)


def forgive_strangers(session: Session, what: str, subject: str) -> None:
    """Let strangers guess at something anew: whoever has the right proof was given a new one."""
    forget_wrong(session, [_subject_key(what, subject)])


def give_back(session: Session, guess: Guess, limits: Limits) -> None:
    """Uncount a guess that was not judged."""
    take_back(session, [c.key for c in _counters(guess, limits, is_fresh=False)])


def _counters(guess: Guess, limits: Limits, *, is_fresh: bool) -> Iterator[Counter]:
    """Give the counters of a guess, its very own one first."""
    own = guess.device or guess.networks[0]
    kind = "device" if guess.device else "pair"
    yield Counter(
        key_of(f"{guess.what}:{kind}", guess.subject, own),
        limits.pair_window,
        limits.per_pair,
        limits.first_wait,
        limits.longest_wait,
    )
    if not guess.device:
        yield from _of_networks(guess, limits)
        if guess.subject != NOTHING:
            yield from _of_all_the_world(guess, limits, is_fresh=is_fresh)


def _of_networks(guess: Guess, limits: Limits) -> Iterator[Counter]:
    for times, network in zip((1, _WIDER), dict.fromkeys(guess.networks), strict=False):
        key = key_of(f"{guess.what}:network", network)
        window, free = limits.network_window, limits.per_network * times
        yield Counter(key, window, free, _SECOND, _NETWORK_WAITS)


def _of_all_the_world(guess: Guess, limits: Limits, *, is_fresh: bool) -> Iterator[Counter]:
    never = 2**62
    yield Counter(_fresh_key(guess), DAY, never, DAY, DAY)
    most = limits.per_day if is_fresh else max(1, limits.per_day // 2)
    yield Counter(_subject_key(guess.what, guess.subject), DAY, most, DAY, DAY)
    if limits.overall is not None:
        free = never if is_fresh else limits.overall
        yield Counter(key_of(f"{guess.what}:overall"), DAY, free, DAY, DAY)


def _subject_key(what: str, subject: str) -> str:
    return key_of(f"{what}:subject", subject)


def _fresh_key(guess: Guess) -> str:
    """Return the key of whether anybody guessed wrong today from the whole of a network."""
    return key_of(f"{guess.what}:fresh", guess.networks[1])
