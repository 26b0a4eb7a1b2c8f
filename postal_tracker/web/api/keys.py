"""Keys of programs and couriers' devices: an administrator makes, lists and revokes them."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query, Response
from sqlmodel import Session

from postal_tracker.access import audit, refuse_part
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import tell
from postal_tracker.desks import keys
from postal_tracker.desks.keys import KeyForm, MadeKeyView, ProgramKeysView
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import done, note_of
from postal_tracker.web.http.auth import AdminContext
from postal_tracker.web.http.errors import documented

router = api_router("keys")


@router.get("/keys")
async def list_keys(
    context: AdminContext, cursor: Annotated[str, Query(max_length=16)] = ""
) -> ProgramKeysView:
    """List the keys, the newest first, with when each was used last; never the keys themselves."""
    refuse_part(context.scope)
    return await context.house.database.read(
        lambda s: keys.listed(s, after=cursor, now=context.now)
    )


@router.post("/keys", status_code=201, responses={**CREATED, **documented(404)})
async def make_key(form: KeyForm, context: AdminContext, creating: Creating) -> MadeKeyView:
    """Make a key. It is shown in this answer alone: the same request sent again has no `key`."""
    refuse_part(context.scope)
    made: list[tuple[MadeKeyView, Note]] = []

    def command(session: Session) -> dict[str, Any]:
        new = keys.make(session, form, context.house.carriers, now=context.now)
        made[:] = [(new, note_of(context, Audited.KEY_MADE, keys.told(new)))]
        audit.record(session, [made[0][1]])
        return {"id": new.id}  # is kept, to be answered again; the key itself never is

    answer = await creating.once(context, command)
    for new, note in made:
        tell(note)
        return new
    known = await context.house.database.read(lambda s: keys.one(s, answer["id"], now=context.now))
    return MadeKeyView(**asdict(known))


@router.delete("/keys/{key_id}", status_code=204, responses=documented(404))
async def revoke_key(
    key_id: Annotated[str, Path(max_length=16, description="The key's id.")], context: AdminContext
) -> Response:
    """End a key; another process of the service may honour it for ten seconds more."""
    refuse_part(context.scope)

    def command(session: Session) -> tuple[None, str]:
        return None, keys.revoke(session, key_id, now=context.now)

    await done(context, Audited.KEY_REVOKED, command)
    context.house.known_keys.forget_all()
    return Response(status_code=204)
