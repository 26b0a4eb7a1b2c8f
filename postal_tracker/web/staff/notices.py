"""What the citizen is told, from the dossier's page: sent again, and by what from now on."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from postal_tracker.core.notices import ToldBy
from postal_tracker.outgoing.notices import setup_of
from postal_tracker.outgoing.notices.choosing import NoticeChoiceForm, choose
from postal_tracker.outgoing.notices.shown import send_again
from postal_tracker.views.keyset import LARGEST
from postal_tracker.web.html.forms import form_of, plain_code
from postal_tracker.web.html.rendering import go
from postal_tracker.web.http.auth import ClerkContext

router = APIRouter(prefix="/desk/dossiers/{code}")

NoticeId = Annotated[int, Path(ge=1, le=LARGEST)]

_FIRST = {channel.value: channel for channel in ToldBy}


@router.post("/notices/{notice_id}/send-again")
async def again(
    code: str, notice_id: NoticeId, request: Request, context: ClerkContext
) -> Response:
    await form_of(request, context.caller)
    plain, by, now = plain_code(code), context.caller, context.now
    setup = setup_of(context.house)
    await context.house.database.write(
        lambda s: send_again(s, plain, notice_id, by=by, setup=setup, now=now)
    )
    return go(request, f"/desk/dossiers/{plain}", done="notice_queued")


@router.post("/notice-choice")
async def take_choice(code: str, request: Request, context: ClerkContext) -> Response:
    """Take down by what the citizen wants to be told first; the others come after it."""
    sent = await form_of(request, context.caller)
    plain, by, now = plain_code(code), context.caller, context.now
    first = _FIRST.get(sent.one("first"))
    order = [first, *(one for one in ToldBy if one is not first)] if first else []
    form = NoticeChoiceForm(
        wanted=sent.one("first") != "none",
        channels=order,
        lang="en" if sent.one("lang") == "en" else "vi",
    )
    await context.house.database.write(lambda s: choose(s, plain, form, by=by, now=now))
    return go(request, f"/desk/dossiers/{plain}", done="notice_choice")
