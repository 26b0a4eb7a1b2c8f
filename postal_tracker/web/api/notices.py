"""What citizens were told of a dossier: listed, and sent again because somebody asked."""

from typing import Annotated

from fastapi import Path, Query

from postal_tracker.outgoing.notices import setup_of
from postal_tracker.outgoing.notices.choosing import NoticeChoiceForm, choose, chosen
from postal_tracker.outgoing.notices.shown import (
    NoticesView,
    NoticeView,
    notices_of,
    send_again,
)
from postal_tracker.views.keyset import LARGEST
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkContext, StaffContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import CodeInPath

router = api_router("dossiers")

NoticeId = Annotated[int, Path(ge=1, le=LARGEST, description="The notice's number.")]


@router.get("/dossiers/{code}/notices", responses=documented(404))
async def list_notices(
    code: CodeInPath,
    context: StaffContext,
    cursor: Annotated[str, Query(max_length=16, description="The `next_cursor` before.")] = "",
) -> NoticesView:
    """List what the citizen was told of a dossier and what became of it, the newest first."""
    plain, scope = code.upper()[:60], context.scope
    return await context.house.database.read(
        lambda s: notices_of(s, plain, scope=scope, cursor=cursor)
    )


@router.get("/dossiers/{code}/notice-choice", responses=documented(404))
async def show_notice_choice(code: CodeInPath, context: StaffContext) -> NoticeChoiceForm:
    """Show how the citizen wants to be told, as far as they said."""
    plain, scope = code.upper()[:60], context.scope
    return await context.house.database.read(lambda s: chosen(s, plain, scope=scope))


@router.put("/dossiers/{code}/notice-choice", responses=documented(404))
async def choose_notices(
    code: CodeInPath, form: NoticeChoiceForm, context: ClerkContext
) -> NoticeChoiceForm:
    """Take down how the citizen wants to be told: by which channels, in which order, or not."""
    plain, by, now = code.upper()[:60], context.caller, context.now
    await context.house.database.write(lambda s: choose(s, plain, form, by=by, now=now))
    return form


@router.post(
    "/dossiers/{code}/notices/{notice_id}/send-again",
    status_code=202,
    responses=documented(404, 409),
)
async def send_notice_again(
    code: CodeInPath, notice_id: NoticeId, context: ClerkContext
) -> NoticeView:
    """Send a notice once more, by the first channel that the citizen chose; not in quiet hours."""
    plain, by, now = code.upper()[:60], context.caller, context.now
    setup = setup_of(context.house)
    return await context.house.database.write(
        lambda s: send_again(s, plain, notice_id, by=by, setup=setup, now=now)
    )
