"""What carriers sent that found no home, and reading it once more."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from postal_tracker import carrier_news, views
from postal_tracker.carrier_news import MessageState
from postal_tracker.web.gate import Desk
from postal_tracker.web.pages import form_of, go, show

router = APIRouter(prefix="/desk/messages")

_A_PAGE = 25


@router.get("")
async def show_messages(
    request: Request,
    door: Desk,
    state: Literal["unread", "unclaimed"] = "unread",
    cursor: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> Response:
    page = await door.house.database.read(
        lambda s: views.messages(s, state, cursor=cursor, limit=_A_PAGE), slow=True
    )
    return show(
        request,
        "desk/messages.html",
        door=door,
        state=state,
        page=page,
        titles=door.house.titles,
    )


_DONE = {
    MessageState.READ: "read",
    MessageState.UNREAD: "unread",
    MessageState.UNCLAIMED: "still_unclaimed",
}


@router.post("/{number}/read-again")
async def read_again(
    number: Annotated[int, Path(ge=1, le=2**53)], request: Request, door: Desk
) -> Response:
    sent = await form_of(request, door.caller)
    state = await door.house.database.write(
        lambda s: carrier_news.read_again(s, door.house.carriers, number, now=door.now)
    )
    shown = "unclaimed" if sent.one("state") == "unclaimed" else "unread"
    return go(request, f"/desk/messages?state={shown}", done=_DONE[state])
