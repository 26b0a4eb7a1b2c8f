"""Making something once for each `Idempotency-Key` (the IETF's draft of that header)."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session

from postal_tracker.forms import field_invalid
from postal_tracker.ledger import idempotency
from postal_tracker.web.http.auth import RequestContext


async def create(
    context: RequestContext,
    request: Request,
    response: Response,
    command: Callable[[Session], dict[str, Any]],
) -> dict[str, Any]:
    """Run a command that makes something, once for each Idempotency-Key."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return await context.house.database.write(command)
    if len(key) > idempotency.LONGEST_KEY:
        raise field_invalid("Idempotency-Key", "Dài quá 255 ký tự.", "Longer than 255 characters.")
    sent = b"\0".join([request.method.encode(), request.url.path.encode(), await request.body()])
    answer = await context.house.database.write(
        lambda session: idempotency.once(
            session, command, caller=context.caller.label, key=key, request=sent, now=context.now
        )
    )
    if answer.pop("replayed", False):
        response.headers["Idempotent-Replayed"] = "true"
    return answer
