"""What carriers sent that found no home: why, what to do about it, and reading it once more."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker import views
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import MessageState, ReadAgain
from postal_tracker.web.api.messages import (
    CarrierName,
    MessageId,
    ReadAgainForm,
    WithoutHome,
    read_them_again,
)
from postal_tracker.web.html.rendering import form_of, go, read_as, show
from postal_tracker.web.http.auth import Desk, Door

router = APIRouter(prefix="/desk/messages")

_A_PAGE = 25

_HERE = "/desk/messages"


@router.get("")
async def show_messages(
    request: Request,
    door: Desk,
    state: WithoutHome = "unread",
    carrier: CarrierName = "",
    cursor: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> Response:
    return await _list(request, door, state, carrier, cursor)


async def _list(
    request: Request,
    door: Door,
    state: str,
    carrier: str,
    cursor: int | None = None,
    read: ReadAgain | None = None,
) -> Response:
    database = door.house.database
    page = await database.read(
        lambda s: views.messages(
            s, state, carrier=carrier, cursor=cursor, limit=_A_PAGE, lang=door.lang
        ),
        slow=True,
    )
    counts = await database.read(lambda s: views.message_counts(s, carrier=carrier), slow=True)
    return show(
        request,
        "desk/messages.html",
        door=door,
        here=_HERE if read else "",
        state=state,
        carrier=carrier,
        counts=counts,
        page=page,
        read=read,
        titles=door.house.titles,
    )


@router.post("/read-again")
async def read_all_again(request: Request, door: Desk) -> Response:
    """Read what the list shows, and what is on its other pages; show what became of it."""
    sent = await form_of(request, door.caller)
    form = read_as(ReadAgainForm, sent.given("state", "carrier", "cursor"))
    read = await read_them_again(door, form)
    return await _list(request, door, form.state or "unread", form.carrier, read=read)


@router.get("/{number}")
async def show_one(number: MessageId, request: Request, door: Desk) -> Response:
    house = door.house
    message = await house.database.read(
        lambda s: views.message(s, house.carriers, number, lang=door.lang), slow=True
    )
    return show(request, "desk/message.html", door=door, message=message, titles=house.titles)


_DONE = {
    MessageState.READ: "read",
    MessageState.UNREAD: "unread",
    MessageState.UNCLAIMED: "still_unclaimed",
    MessageState.CONFLICTING: "conflicting",
}


@router.post("/{number}/read-again")
async def read_again(number: MessageId, request: Request, door: Desk) -> Response:
    sent = await form_of(request, door.caller)
    state = await door.house.database.write(
        lambda s: inbox.read_again(s, door.house.carriers, number, now=door.now)
    )
    before = sent.one("state")
    shown = before if before in inbox.WITHOUT_HOME else MessageState.UNREAD.value
    back = f"{_HERE}/{number}" if sent.one("page") == "one" else f"{_HERE}?state={shown}"
    return go(request, back, done=_DONE[state])
