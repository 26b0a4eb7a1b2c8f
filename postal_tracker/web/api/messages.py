"""Carriers' messages without a home, for programs: listed, looked at, read once more."""

from dataclasses import dataclass

from postal_tracker import views
from postal_tracker.access import refuse_part
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import MessageState, ReadAgain
from postal_tracker.forms import ReadAgainForm, WithoutHome
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import saw_messages
from postal_tracker.web.http.auth import ClerkContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import CarrierName, Cursor, Limit, MessageId

router = api_router("messages")


@router.get("/messages")
async def list_messages(
    context: ClerkContext,
    state: WithoutHome = "unread",
    carrier: CarrierName = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> views.MessagePage:
    """List what carriers sent that found no home, newest first."""
    page = await context.house.database.read(
        lambda s: views.messages(
            s,
            state,
            scope=context.scope,
            carrier=carrier,
            cursor=cursor,
            limit=limit,
            lang=context.lang,
        ),
        slow=True,
    )
    saw_messages(context, page.items)
    return page


# Of a number only, or it would take a GET of the address that reads many again.
@router.get("/messages/{id:int}", responses=documented(404))
async def show_message(id: MessageId, context: ClerkContext) -> views.MessageDetailView:
    """Show one message as a whole, with what is understood of it. It may hold personal data."""
    house = context.house
    message = await house.database.read(
        lambda s: views.message(s, house.carriers, id, scope=context.scope, lang=context.lang),
        slow=True,
    )
    saw_messages(context, [message])
    return message


@router.post("/messages/read-again")
async def read_messages_again(form: ReadAgainForm, context: ClerkContext) -> ReadAgain:
    """Read the oldest 500 of these messages once more; say what became of them, and what is left.

    As long as `next_cursor` comes, send the same again with it as `cursor`.
    """
    refuse_part(context.scope)
    house = context.house
    return await inbox.read_many_again(house.database, house.carriers, form, now=context.now)


@dataclass(frozen=True, slots=True)
class MessageStateView:
    """What became of a message that was read again."""

    state: MessageState


@router.post("/messages/{id}/read-again", responses=documented(404, 409))
async def read_message_again(id: MessageId, context: ClerkContext) -> MessageStateView:
    """Read a kept message once more, after a fix or once its parcel is known."""
    refuse_part(context.scope)
    state = await context.house.database.write(
        lambda s: inbox.read_again(s, context.house.carriers, id, now=context.now)
    )
    return MessageStateView(state)
