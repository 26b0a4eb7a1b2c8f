"""SMS by a gateway over HTTP, in the shape that most have: post a message, ask what became of it.

`POST url/messages {"id","to","from","text"}` takes it, once for each id; `GET url/messages/ID`
answers `{"status": "queued" | "sent" | "delivered" | "failed"}`, or 404 if it was never taken. An
operator whose gateway speaks otherwise puts a few lines between them.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from postal_tracker.outgoing.notices import gateway
from postal_tracker.outgoing.notices.message import Message
from postal_tracker.outgoing.notices.outcomes import NOT_DELIVERED, NOT_TAKEN, Fate, Outcome, Report
from postal_tracker.settings.parts import SmsSettings

_STATUSES = {
    "queued": Outcome(Fate.TAKEN),
    "sent": Outcome(Fate.TAKEN),
    "delivered": Outcome(Fate.DELIVERED),
    "failed": Outcome(Fate.REFUSED, NOT_DELIVERED),
}

_NEVER_SEEN = 404


class Sms:
    """The gateway that an operator has named."""

    can_be_asked = True

    def __init__(self, settings: SmsSettings, http: httpx.AsyncClient) -> None:
        self._settings, self._http = settings, http
        self.rate_per_second = settings.rate_per_second

    async def send(self, message: Message) -> Outcome:
        body = {
            "id": message.reference,
            "to": message.to,
            "from": self._settings.sender,
            "text": message.words.sms,
        }
        url = f"{self._url}/messages"
        answer = await gateway.called(self._http, "POST", url, json=body, headers=self._headers)
        return answer if isinstance(answer, Outcome) else gateway.meaning(answer)

    async def ask(self, reference: str) -> Outcome:
        url = f"{self._url}/messages/{reference}"
        answer = await gateway.called(self._http, "GET", url, headers=self._headers)
        if isinstance(answer, Outcome):
            return Outcome(Fate.UNKNOWN, answer.fault)
        if answer.status_code == _NEVER_SEEN:
            return Outcome(Fate.BUSY, NOT_TAKEN)
        if not answer.is_success:
            return Outcome(Fate.UNKNOWN, gateway.meaning(answer).fault)
        return _STATUSES.get(str(gateway.content(answer).get("status")), Outcome(Fate.UNKNOWN))

    @property
    def _url(self) -> str:
        return str(self._settings.url).rstrip("/")

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._settings.token.get_secret_value()}"}


def read_report(told: Mapping[str, Any]) -> Report | None:
    """Return what `{"id", "status"}` reports; None: nothing that is proof of anything."""
    is_delivered = {"delivered": True, "failed": False}.get(str(told.get("status")))
    return None if is_delivered is None else Report(str(told.get("id")), is_delivered)
