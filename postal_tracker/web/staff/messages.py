"""What carriers sent that found no home: why, what to do about it, and reading it once more."""

from fastapi import APIRouter, Request, Response

from postal_tracker import views
from postal_tracker.access import refuse_part
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import MessageState, ReadAgain
from postal_tracker.forms import ReadAgainForm, WithoutHome, read_as
from postal_tracker.reports import unmatched_messages
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import saw_messages
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.parameters import CarrierName, Cursor, MessageId
from postal_tracker.web.http.report_files import FileKind, report_file

router = APIRouter(prefix="/desk/messages")

_A_PAGE = 25

_HERE = "/desk/messages"


@router.get("")
async def show_messages(
    request: Request,
    context: ClerkContext,
    state: WithoutHome = "unread",
    carrier: CarrierName = "",
    cursor: Cursor = None,
) -> Response:
    return await _list(request, context, state, carrier, cursor)


@router.get("/list.{kind}")
async def take_away(
    kind: FileKind,
    context: ClerkContext,
    state: WithoutHome = "unread",
    carrier: CarrierName = "",
) -> Response:
    """Answer with all messages of a state as a file; what they say is not in it."""
    refuse_part(context.scope)
    return await report_file(
        context,
        "messages",
        lambda s, cursor, limit: unmatched_messages(
            s,
            state,
            scope=context.scope,
            carrier=carrier,
            lang=context.lang,
            limit=limit,
            cursor=cursor,
        ),
        kind,
    )


async def _list(
    request: Request,
    context: RequestContext,
    state: str,
    carrier: str,
    cursor: int | None = None,
    read: ReadAgain | None = None,
) -> Response:
    database = context.house.database
    page = await database.read(
        lambda s: views.messages(
            s,
            state,
            scope=context.scope,
            carrier=carrier,
            cursor=cursor,
            limit=_A_PAGE,
            lang=context.lang,
        ),
        slow=True,
    )
    saw_messages(context, page.items)
    counts = await database.read(
        lambda s: views.message_counts(s, scope=context.scope, carrier=carrier), slow=True
    )
    return show(
        request,
        "desk/messages.html",
        context=context,
        here=_HERE if read else "",
        state=state,
        carrier=carrier,
        counts=counts,
        page=page,
        read=read,
        titles=context.house.titles,
    )


@router.post("/read-again")
async def read_all_again(request: Request, context: ClerkContext) -> Response:
    """Read what the list shows, and what is on its other pages; show what became of it."""
    sent = await form_of(request, context.caller)
    refuse_part(context.scope)
    form = read_as(ReadAgainForm, sent.given("state", "carrier", "cursor"))
    house = context.house
    read = await inbox.read_many_again(house.database, house.carriers, form, now=context.now)
    return await _list(request, context, form.state or "unread", form.carrier, read=read)


@router.get("/{number}")
async def show_one(number: MessageId, request: Request, context: ClerkContext) -> Response:
    house = context.house
    message = await house.database.read(
        lambda s: views.message(s, house.carriers, number, scope=context.scope, lang=context.lang),
        slow=True,
    )
    saw_messages(context, [message])
    return show(request, "desk/message.html", context=context, message=message, titles=house.titles)


_DONE = {
    MessageState.READ: "read",
    MessageState.UNREAD: "unread",
    MessageState.UNCLAIMED: "still_unclaimed",
    MessageState.CONFLICTING: "conflicting",
}


@router.post("/{number}/read-again")
async def read_again(number: MessageId, request: Request, context: ClerkContext) -> Response:
    sent = await form_of(request, context.caller)
    refuse_part(context.scope)
    state = await context.house.database.write(
        lambda s: inbox.read_again(s, context.house.carriers, number, now=context.now)
    )
    before = sent.one("state")
    shown = before if before in inbox.WITHOUT_HOME else MessageState.UNREAD.value
    back = f"{_HERE}/{number}" if sent.one("page") == "one" else f"{_HERE}?state={shown}"
    return go(request, back, done=_DONE[state])
