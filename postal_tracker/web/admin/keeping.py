"""Doing what an administrator's form asks for, and writing down with it who did."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from sqlmodel import Session

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import RequestContext

T = TypeVar("T")


async def keep(
    request: Request, context: RequestContext, detail: str, command: Callable[[Session], T]
) -> T:
    """Run a command; what it changed and its entry in the audit log are kept together or not."""
    note = happened(request, Audited.SETTINGS, who=context.caller.label, detail=detail)

    def noted(session: Session) -> T:
        result = command(session)
        audit.record(session, [note])
        return result

    result = await context.house.database.write(noted)
    tell(note)
    return result
