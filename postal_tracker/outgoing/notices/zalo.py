"""Zalo template messages (ZNS): approved texts to a telephone number that has Zalo.

What became of one is reported to us or not told at all; it cannot be asked about.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from postal_tracker.outgoing.notices import gateway
from postal_tracker.outgoing.notices.message import Message
from postal_tracker.outgoing.notices.outcomes import (
    BROKEN_OFF,
    NO_TEMPLATE,
    NOT_LET_IN,
    NOT_TAKEN,
    WRONG_ADDRESS,
    Fate,
    Outcome,
    Report,
)
from postal_tracker.settings.parts import ZaloSettings

Token = Callable[[bool], Awaitable[str]]
"""Gives the access token, a new one if that is asked for; empty if there is none."""

_TOKEN_IS_OLD = -124
_UNKNOWN = -100
_SET_UP_WRONG = frozenset({-101, -102, -103, -104, -105, -106, -115})
"""The app, its account, or its quota: nobody is reached until somebody has seen to it."""
_NOT_THIS_PERSON = frozenset({-108, -110, -114, -118, -119})
_NOT_THIS_TEXT = frozenset({-109, -111, -112, -117})


class Zalo:
    """The official account that an operator has named."""

    can_be_asked = False

    def __init__(self, settings: ZaloSettings, http: httpx.AsyncClient, token: Token) -> None:
        self._settings, self._http, self._token = settings, http, token
        self.rate_per_second = settings.rate_per_second

    async def send(self, message: Message) -> Outcome:
        template = self._settings.templates.get(message.event)
        if not template:
            return Outcome(Fate.REFUSED, NO_TEMPLATE)
        body = {
            "phone": message.to.removeprefix("+"),
            "template_id": template,
            "template_data": {
                "code": message.code,
                "status": message.words.status,
                "link": message.link,
            },
            "tracking_id": message.reference,
        }
        error, outcome = await self._posted(body, await self._token(False))
        if error == _TOKEN_IS_OLD:  # refused for certain, so it may be sent once more
            _, outcome = await self._posted(body, await self._token(True))
        return outcome

    async def _posted(self, body: dict[str, Any], token: str) -> tuple[int, Outcome]:
        """Return the error that was told, 0 for none, and what it means."""
        if not token:
            return 0, Outcome(Fate.BUSY, NOT_LET_IN)
        url = f"{self._settings.url.rstrip('/')}/message/template"
        headers = {"access_token": token}
        answer = await gateway.called(self._http, "POST", url, json=body, headers=headers)
        if isinstance(answer, Outcome):
            return 0, answer
        error = gateway.content(answer).get("error")
        if not answer.is_success or not isinstance(error, int):
            told = gateway.meaning(answer)
            return 0, told if told.fate is not Fate.TAKEN else Outcome(Fate.UNKNOWN, BROKEN_OFF)
        return error, _meaning(error)

    async def ask(self, reference: str) -> Outcome:  # noqa: ARG002 - nobody can be asked
        return Outcome(Fate.UNKNOWN)


def _meaning(error: int) -> Outcome:
    if error == 0:
        return Outcome(Fate.TAKEN)
    if error == _UNKNOWN:
        return Outcome(Fate.UNKNOWN, BROKEN_OFF)
    if error == _TOKEN_IS_OLD or error in _SET_UP_WRONG:
        return Outcome(Fate.BUSY, NOT_LET_IN)
    if error in _NOT_THIS_PERSON:
        return Outcome(Fate.REFUSED, WRONG_ADDRESS)
    return Outcome(Fate.REFUSED, NO_TEMPLATE if error in _NOT_THIS_TEXT else NOT_TAKEN)


def read_report(told: Mapping[str, Any]) -> Report | None:
    """Return what an event reports: that somebody received a message; None: something else."""
    message = told.get("message")
    if told.get("event_name") != "user_received_message" or not isinstance(message, dict):
        return None
    return Report(str(message.get("tracking_id")), is_delivered=True)
