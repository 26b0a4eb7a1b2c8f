"""Carriers' messages without a home, for programs: listed, looked at, read once more."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from postal_tracker import views
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import MessageState, ReadAgain, Wanted
from postal_tracker.forms import Form
from postal_tracker.web.api.dossiers import Cursor, Limit
from postal_tracker.web.http.auth import Desk, Door
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.json_bodies import StrictRoute

router = APIRouter(
    prefix="/api/v1",
    route_class=StrictRoute,
    responses=documented(400, 401, 403, 405, 413, 422, 500, 503),
)

MOST_AT_ONCE = 500
"""Messages that one request reads again."""

WithoutHome = Literal["unread", "unclaimed", "conflicting"]
CarrierName = Annotated[str, Query(max_length=30)]
MessageId = Annotated[int, Path(ge=1, le=2**53)]


class ReadAgainForm(Form):
    """Which messages to read again; all that have no home, if nothing is said."""

    state: WithoutHome | None = None
    carrier: Annotated[str, Field(max_length=30)] = ""
    cursor: Annotated[int, Field(ge=0, le=2**53)] = 0
    """Only those behind this one: the last answer's `next_cursor`."""


@router.get("/messages")
async def list_messages(
    door: Desk,
    state: WithoutHome = "unread",
    carrier: CarrierName = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> views.MessagePage:
    """List what carriers sent that found no home, newest first."""
    return await door.house.database.read(
        lambda s: views.messages(
            s, state, carrier=carrier, cursor=cursor, limit=limit, lang=door.lang
        ),
        slow=True,
    )


# Of a number only, or it would take a GET of the door that reads many again.
@router.get("/messages/{id:int}", responses=documented(404))
async def show_message(id: MessageId, door: Desk) -> views.MessageDetailView:
    """Show one message as a whole, with what is understood of it. It may hold personal data."""
    house = door.house
    return await house.database.read(
        lambda s: views.message(s, house.carriers, id, lang=door.lang), slow=True
    )


@router.post("/messages/read-again")
async def read_messages_again(form: ReadAgainForm, door: Desk) -> ReadAgain:
    """Read the oldest 500 of these messages once more; say what became of them, and what is left.

    As long as `next_cursor` comes, send the same again with it as `cursor`.
    """
    return await read_them_again(door, form)


async def read_them_again(door: Door, form: ReadAgainForm) -> ReadAgain:
    """Read messages again, a few at a time, so that others can write between."""
    house = door.house
    wanted = Wanted(MessageState(form.state) if form.state else None, form.carrier)
    done, after = ReadAgain(), form.cursor
    for _ in range(MOST_AT_ONCE // inbox.MOST_READ_AGAIN):
        some = partial(
            inbox.read_some_again,
            carriers=house.carriers,
            wanted=wanted,
            after=after,
            now=door.now,
        )
        done += await house.database.write(some)
        if done.next_cursor is None:
            break
        after = done.next_cursor
    return done


@router.post("/messages/{id}/read-again", responses=documented(404, 409))
async def read_message_again(id: MessageId, door: Desk) -> dict[str, str]:
    """Read a kept message once more, after a fix or once its parcel is known."""
    state = await door.house.database.write(
        lambda s: inbox.read_again(s, door.house.carriers, id, now=door.now)
    )
    return {"state": state.value}
