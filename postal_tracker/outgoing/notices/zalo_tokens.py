"""Zalo's tokens: a refresh token gives one access token and the next refresh token, once.

So one process at a time asks, and the new pair is kept in the transaction that follows the answer.
If the service ends between the two, the pair is lost: the channel says so, and an administrator
sets a new one.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import httpx
from sqlmodel import Session

from postal_tracker.access import sealed
from postal_tracker.core.notices import ToldBy
from postal_tracker.house import House
from postal_tracker.outgoing.notices import gateway
from postal_tracker.outgoing.notices.outcomes import Outcome
from postal_tracker.outgoing.notices.standing import locked
from postal_tracker.settings.parts import ZaloSettings

PURPOSE = "zalo"

_SPARE = timedelta(minutes=2)
"""A token that ends so soon is not used any more."""
_TURN = timedelta(seconds=40)
"""How long one process may take to ask; longer than the call's time limit."""
_WAITS_SECONDS = 0.5
_WAITS = 60

Kept = Mapping[str, Any]


class _Asked(NamedTuple):
    """What is to be done for a token: use this one, ask with this refresh token, or wait."""

    access: str = ""
    refresh: str = ""
    waits: bool = False


class Tokens:
    """The tokens of the Zalo account, whichever process uses them."""

    def __init__(self, house: House, settings: ZaloSettings, http: httpx.AsyncClient) -> None:
        self._house, self._settings, self._http = house, settings, http

    async def __call__(self, is_refused: bool) -> str:
        """Return the access token; `is_refused`: the one that was kept is good no more."""
        for _ in range(_WAITS):
            asked = await self._house.database.write(partial(self._look, anew=is_refused))
            if not asked.waits:
                return asked.access or await self._refreshed(asked.refresh)
            is_refused = False  # another process gets a new one just now
            await asyncio.sleep(_WAITS_SECONDS)
        return ""

    def _look(self, session: Session, *, anew: bool) -> _Asked:
        now = self._house.now()
        row = locked(session, ToldBy.ZALO, now=now)
        kept = self._opened(row.sealed_tokens)
        if _moment(kept, "asking_until") > now:
            return _Asked(waits=True)
        if not anew and _moment(kept, "ends_at") - _SPARE > now:
            return _Asked(access=str(kept["access"]))
        if kept.get("refresh"):
            row.sealed_tokens = self._sealed({**kept, "asking_until": (now + _TURN).isoformat()})
            session.add(row)
        return _Asked(refresh=str(kept.get("refresh", "")))

    async def _refreshed(self, refresh: str) -> str:
        if not refresh:
            return ""
        form = {
            "app_id": self._settings.app_id,
            "grant_type": "refresh_token",
            "refresh_token": refresh,
        }
        headers = {"secret_key": self._settings.app_secret.get_secret_value()}
        url = self._settings.token_url
        answer = await gateway.called(self._http, "POST", url, data=form, headers=headers)
        told = {} if isinstance(answer, Outcome) else gateway.content(answer)
        await self._house.database.write(partial(self._keep, told=told))
        return str(told.get("access_token", ""))

    def _keep(self, session: Session, *, told: Kept) -> None:
        now = self._house.now()
        row = locked(session, ToldBy.ZALO, now=now)
        kept = {k: v for k, v in self._opened(row.sealed_tokens).items() if k != "asking_until"}
        if told.get("access_token") and told.get("refresh_token"):
            lasts = timedelta(seconds=int(told.get("expires_in", 3600)))
            kept |= {
                "access": told["access_token"],
                "refresh": told["refresh_token"],
                "ends_at": (now + lasts).isoformat(),
            }
        row.sealed_tokens = self._sealed(kept)
        session.add(row)

    def _opened(self, text: str) -> Kept:
        """Return what is kept; the setting's token, if an administrator has set another since."""
        given = self._settings.refresh_token.get_secret_value()
        mark = sha256(given.encode()).hexdigest()[:16]
        try:
            kept = json.loads(sealed.opened(text, self._house.secrets, PURPOSE)) if text else {}
        except sealed.NotOurs:
            kept = {}
        return kept if kept.get("given") == mark else {"given": mark, "refresh": given}

    def _sealed(self, kept: Kept) -> str:
        return sealed.seal(json.dumps(kept), self._house.secrets, PURPOSE)


_LONG_AGO = "2000-01-01T00:00:00+00:00"


def _moment(kept: Kept, name: str) -> datetime:
    return datetime.fromisoformat(str(kept.get(name, _LONG_AGO)))
