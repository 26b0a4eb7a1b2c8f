"""The tamper-evident log for everybody: how it stands and proofs of it; its text for admins.

The same addresses without `/api/v1` serve those who know logs of this kind (C2SP).
"""

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker.access import refuse_part
from postal_tracker.ledger.log import exporting, proofs
from postal_tracker.ledger.log.leaves import KindName
from postal_tracker.ledger.log.proofs import ConsistencyView, InclusionView
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import AdminContext, house_of
from postal_tracker.web.http.errors import documented

router = api_router("log", below="/log")

MOST_LISTED = 500

MOST_LEAVES = 2**53

Number = Annotated[int, Query(ge=0, le=MOST_LEAVES, description="A leaf's number, from 0.")]
From = Annotated[
    int, Query(alias="from", ge=0, le=MOST_LEAVES, description="The size or number to begin with.")
]
To = Annotated[
    int, Query(alias="to", ge=0, le=MOST_LEAVES, description="The size or number to end before.")
]

_NOTE = {
    200: {
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "postal-tracker/5b0e8c1d9f2a4e77\n41\n"
                "3vVdPzpS4hB3TqWqzUeEUhf7XkfXrBv6kPCc2oYkqQk=\n\n— postal-tracker/… …\n",
            }
        }
    },
    **documented(404, 503),
}


@dataclass(frozen=True, slots=True)
class LogEntryView:
    """One leaf of the log."""

    seq: int
    """Its number in the log, from 0."""
    kind: KindName
    """What it stands for: an entry of the ledger, a carrier's message, a signed list, a copy."""
    id: int
    """The number of the row that it stands for."""
    hash: str
    """SHA-256 over a zero byte and its text, in hexadecimal."""
    content: str | None
    """Its text, as the record gives it now; null where the row has gone."""


@dataclass(frozen=True, slots=True)
class LogEntriesView:
    """Leaves in their order."""

    items: list[LogEntryView]
    next_cursor: int | None
    """The `from` of the next page; null on the last."""


@router.get("/checkpoint", response_class=Response, responses=_NOTE)
async def show_checkpoint(request: Request) -> Response:
    """Show the newest checkpoint: the log's name, size and root, signed (C2SP tlog-checkpoint)."""
    return _text(await house_of(request).database.read(proofs.checkpoint))


@router.get("/key", response_class=Response, responses=_NOTE)
async def show_log_key(request: Request) -> Response:
    """Show the key by which checkpoints are verified (C2SP: name, its identity, the key)."""
    return _text(await house_of(request).database.read(proofs.verifier_key) + "\n")


@router.get("/proof/inclusion", responses=documented(404))
async def prove_inclusion(request: Request, entry: Number) -> InclusionView:
    """Prove that a leaf is in the log, by its number."""
    read = house_of(request).database.read
    return await read(lambda s: proofs.inclusion(s, entry), slow=True)


@router.get("/proof/consistency", responses=documented(404))
async def prove_consistency(request: Request, from_size: From, to_size: To) -> ConsistencyView:
    """Prove that the log has only grown between two sizes."""
    read = house_of(request).database.read
    return await read(lambda s: proofs.consistency(s, from_size, to_size), slow=True)


@router.get("/entries")
async def list_log_entries(context: AdminContext, from_size: From, to_size: To) -> LogEntriesView:
    """List the leaves from a number up to, but without, another; at most 500 at once."""
    refuse_part(context.scope)
    end = min(to_size, from_size + MOST_LISTED)
    lines = await context.house.database.read(
        lambda s: exporting.entries(s.connection(), from_size, end), slow=True
    )
    items = [LogEntryView(**json.loads(line)) for line in lines]
    is_more = len(items) == MOST_LISTED and end < to_size
    return LogEntriesView(items, end if is_more else None)


def _text(note: str) -> Response:
    return Response(note, media_type="text/plain; charset=utf-8")


public = APIRouter(prefix="/log", include_in_schema=False)
"""The same for strangers' tools."""
for path, show in (
    ("/checkpoint", show_checkpoint),
    ("/key", show_log_key),
    ("/proof/inclusion", prove_inclusion),
    ("/proof/consistency", prove_consistency),
    ("/entries", list_log_entries),
):
    public.add_api_route(path, show)
