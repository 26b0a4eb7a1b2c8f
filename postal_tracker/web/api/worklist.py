"""The worklist: what needs somebody today, and what somebody does about it."""

from typing import Annotated

from fastapi import Path, Query
from sqlmodel import Session

from postal_tracker.core.worklist import WorkKind
from postal_tracker.desks import worklist
from postal_tracker.forms import WorkForm
from postal_tracker.reports.in_words import WORK_IN_WORDS
from postal_tracker.reports.worklist import Asked, WorkPage, WorkState, state_of
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrManagerContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import Code
from postal_tracker.web.http.reading import read_worklist

router = api_router("worklist")

_KINDS = "One kind; without it, all: " + "; ".join(
    f"`{kind.value}` ({WORK_IN_WORDS[kind.value][1].lower()})" for kind in WorkKind
)


@router.get("/worklist")
async def show_worklist(
    context: ClerkOrManagerContext,
    kind: Annotated[WorkKind | None, Query(description=_KINDS)] = None,
    assignee: Annotated[
        Code, Query(description="Only what it has taken, or what came to it.")
    ] = "",
    snoozed: Annotated[bool, Query(description="Also what was put off.")] = False,
    escalated: Annotated[bool, Query(description="Only what has waited too long.")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> WorkPage:
    """List what needs somebody, kind by kind, of each the longest waiting first.

    A page may hold fewer items than `limit`, or none, and have a `next_cursor` all the same.
    """
    asked = Asked(
        [kind] if kind else list(WorkKind),
        assignee=assignee,
        snoozed=snoozed,
        escalated=escalated,
    )
    return await read_worklist(context, asked, limit=limit, cursor=cursor)


@router.post("/worklist/{item}", responses=documented(404, 409))
async def work_on(
    item: Annotated[str, Path(max_length=120, description="Its `id` on the list.")],
    form: WorkForm,
    context: ClerkOrManagerContext,
) -> WorkState:
    """Take an item, give it to somebody, put it off, note what was said, ask its carrier now."""

    def command(session: Session) -> WorkState:
        key = worklist.work_on(session, item, form, by=context.caller, now=context.now)
        return state_of(session, key)

    return await context.house.database.write(command)
