"""The feed of changes, for portals that would rather ask than be called by webhook."""

from typing import Annotated

from fastapi import Query

from postal_tracker.access import refuse_other_carrier
from postal_tracker.views.changes import LONGEST_CURSOR, MOST_ITEMS, ChangeFeed, changes_behind
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ManagerOrProgramContext
from postal_tracker.web.http.errors import documented

router = api_router("changes")


@router.get("/changes", responses=documented(409))
async def list_changes(
    context: ManagerOrProgramContext,
    cursor: Annotated[
        str,
        Query(
            max_length=LONGEST_CURSOR,
            description="The `next_cursor` of the page before; without it, from the oldest kept.",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 100,
) -> ChangeFeed:
    """List the changes of dossiers' stages since a cursor, in the order of commits; of 30 days."""
    scope = context.scope
    refuse_other_carrier(scope, "")
    return await context.house.database.read(
        lambda s: changes_behind(s, cursor, scope=scope, limit=limit)
    )
