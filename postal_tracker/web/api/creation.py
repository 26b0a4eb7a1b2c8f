"""Making something once for each `Idempotency-Key` (the IETF's draft of that header)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from sqlmodel import Session

from postal_tracker.house import House
from postal_tracker.ledger import idempotency
from postal_tracker.web.http.auth import RequestContext


@dataclass(frozen=True, slots=True)
class Creation:
    """A request that makes something."""

    request: Request
    response: Response
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            max_length=idempotency.LONGEST_KEY,
            description="A key of your own for this request. Sent again with it, the same request "
            "makes nothing new and is answered as the first time.",
        ),
    ] = ""

    @property
    def is_replayed(self) -> bool:
        """Whether nothing was made this time, for it had been before."""
        return "Idempotent-Replayed" in self.response.headers

    async def once(
        self, context: RequestContext, command: Callable[[Session], dict[str, Any]]
    ) -> dict[str, Any]:
        """Run a command that makes something, once for each Idempotency-Key."""
        return await self.once_by(context.house, context.caller.label, context.now, command)

    async def once_by(
        self, house: House, by: str, now: datetime, command: Callable[[Session], dict[str, Any]]
    ) -> dict[str, Any]:
        """The same for whoever is no caller we know, such as a citizen."""
        if not self.key:
            return await house.database.write(command)
        method, path = self.request.method.encode(), self.request.url.path.encode()
        sent = b"\0".join([method, path, await self.request.body()])
        answer = await house.database.write(
            lambda s: idempotency.once(s, command, caller=by, key=self.key, request=sent, now=now)
        )
        if answer.pop("replayed", False):
            self.response.headers["Idempotent-Replayed"] = "true"
        return answer


Creating = Annotated[Creation, Depends()]

CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Idempotent-Replayed": {
                "description": "Whether this was answered before, under the same key.",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
    }
}
"""What OpenAPI says of the answer, beside its body."""
