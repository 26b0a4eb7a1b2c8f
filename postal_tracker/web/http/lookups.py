"""A citizen's question, from a page or a program: wrong tries are counted and slowed down."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session

from postal_tracker.access.devices import COOKIE, device_of
from postal_tracker.access.guesses import count_guess
from postal_tracker.access.networks import networks_of
from postal_tracker.core.problems import overloaded
from postal_tracker.forms import TrackForm
from postal_tracker.house import House
from postal_tracker.views import lookup
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.views.lookup import Judged, Question
from postal_tracker.web.http.auth import address_of, cookie_of, house_of
from postal_tracker.web.http.languages import language_of

MOST_WAITING = 8
"""Questions about one code that wait for each other in one process; more hear 503."""


class Gate:
    """Lets questions about one thing pass one by one, so that each is counted before the next."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._here: Counter[str] = Counter()

    @asynccontextmanager
    async def alone(self, code: str) -> AsyncIterator[None]:
        """Wait for one's turn. Raises Busy where too many wait already."""
        if self._here[code] > MOST_WAITING:
            raise overloaded()
        self._here[code] += 1
        try:
            async with self._locks.setdefault(code, asyncio.Lock()):
                yield
        finally:
            self._here[code] -= 1
            if not self._here[code]:
                del self._here[code], self._locks[code]


async def look_up(request: Request, form: TrackForm) -> CitizenDossierView:
    """Return what a citizen may see, and count a wrong try. Raises NotFound, TooMany, Busy."""
    house = house_of(request)
    asked = _question(request, form)
    async with request.app.state.lookups.alone(asked.code):
        judged = await _judged(request, house, asked, house.now())
    if judged.seen is None:
        raise lookup.not_found()
    return judged.seen


async def find_by_token(request: Request, token: str, to: str) -> CitizenDossierView:
    """Return the dossier of an address that is itself a proof. Raises NotFound."""
    house, lang, today = house_of(request), language_of(request), house_of(request).today()
    return await house.database.read(
        lambda s: lookup.find_by_link(
            s,
            token,
            secrets=house.secrets,
            good_for=timedelta(days=house.settings.receipt_link_days),
            now=house.now(),
            today=today,
            lang=lang,
            to=to,
        )
    )


async def _judged(request: Request, house: House, asked: Question, now: datetime) -> Judged:
    """Judge, and count a wrong try before anybody else's at the same is judged.

    On PostgreSQL many processes judge, so it is done in one transaction there. On SQLite we are the
    only one: what is right is read, and waits for no writer.
    """
    database, today, lang = house.database, house.today(), language_of(request)

    def find(session: Session) -> Judged:
        return lookup.find(session, asked, now=now, today=today, lang=lang)

    def find_and_count(session: Session) -> Judged:
        judged = find(session)
        if judged.seen is None:
            count_guess(session, judged.guess, asked.limits, now)
        return judged

    if not database.is_sqlite:
        return await database.write_at_once(find_and_count)
    judged = await database.read(find)
    if judged.seen is None:
        await database.write(lambda s: count_guess(s, judged.guess, asked.limits, now))
    return judged


def _question(request: Request, form: TrackForm) -> Question:
    house = house_of(request)
    settings, code = house.settings, lookup.plain_code(form.code)
    known = cookie_of(request, COOKIE)
    return Question(
        code=code,
        phone_last4=form.phone_last4,
        networks=networks_of(address_of(request)),
        device=device_of(known, (lookup.LOOKUP, code), house.secret, house.today()),
        limits=lookup.lookup_limits(
            settings.lookup_wrong_per_hour,
            settings.lookup_wrong_per_day,
            settings.lookup_wrong_per_day_overall,
        ),
    )
