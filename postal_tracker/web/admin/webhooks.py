"""Webhooks of other systems: made and shown once, tested, looked at, told again, ended."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from postal_tracker.access import refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.forms import read_as
from postal_tracker.outgoing import told, webhooks
from postal_tracker.outgoing.guard import allowed_places
from postal_tracker.outgoing.shapes import NewWebhookView, ReplayForm, WebhookChange, WebhookForm
from postal_tracker.views import catalogue
from postal_tracker.views.changes import STAGE_CHANGED
from postal_tracker.views.keyset import LARGEST
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import done
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.parameters import Code

router = APIRouter(prefix="/desk/admin/webhooks")

WebhookId = Annotated[int, Path(ge=1, le=LARGEST)]

DAYS = ("1", "7", "30")
"""Of how many days all can be told again on the page."""


@router.get("")
async def show_webhooks(request: Request, context: AdminContext) -> Response:
    return await _list(request, context)


@router.post("")
async def make_webhook(request: Request, context: AdminContext) -> Response:
    """Make a webhook; the answer shows its key, and nothing does so again."""
    refuse_part(context.scope)
    sent, house = await form_of(request, context.caller), context.house
    allowed = allowed_places(house.settings.webhooks_allow)

    def command(session: Session) -> tuple[NewWebhookView, str]:
        by, now = context.caller, context.now
        new = webhooks.make(session, form, by=by, secrets=house.secrets, allowed=allowed, now=now)
        return new, f"webhook {new.id}: made"

    try:
        asked = {**sent.given("url", "office"), "types": sent.many("types")}
        form = read_as(WebhookForm, asked)
        made = await done(context, Audited.SETTINGS, command)
    except Problem as problem:
        return await _list(request, context, sent, problem)
    return await _list(request, context, made=made)


@router.get("/{webhook_id}")
async def show_webhook(
    webhook_id: WebhookId, request: Request, context: AdminContext, cursor: Code = ""
) -> Response:
    return await _one(request, context, webhook_id, cursor)


@router.post("/{webhook_id}")
async def act_on_webhook(
    webhook_id: WebhookId, request: Request, context: AdminContext
) -> Response:
    """Test, enable, disable or delete a webhook, or tell it something again."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)
    wanted = sent.one("do")

    def command(session: Session) -> tuple[None, str]:
        _act(session, context, webhook_id, sent)
        return None, f"webhook {webhook_id}: {wanted}"

    if wanted not in ACTS:
        raise no_such("page")
    try:
        await done(context, Audited.SETTINGS, command)
    except Problem as problem:
        return await _one(request, context, webhook_id, problem=problem)
    base = "/desk/admin/webhooks"
    return go(
        request, base if wanted == "delete" else f"{base}/{webhook_id}", done=f"webhook_{wanted}"
    )


ACTS = ("test", "enable", "disable", "delete", "replay", "redeliver")


def _act(session: Session, context: RequestContext, id_: int, sent: Sent) -> None:
    wanted, by, now = sent.one("do"), context.caller, context.now
    if wanted == "test":
        told.send_test(session, id_, by=by, now=now)
    elif wanted == "redeliver":
        delivery = sent.one("delivery")
        number = int(delivery) if delivery.isascii() and delivery.isdigit() else 0
        told.redeliver(session, id_, min(number, LARGEST), by=by, now=now)
    elif wanted == "replay":
        days = int(sent.one("days")) if sent.one("days") in DAYS else 1
        told.replay(session, id_, ReplayForm(since=now - timedelta(days=days)), by=by, now=now)
    elif wanted == "delete":
        webhooks.delete(session, id_, by=by, now=now)
    else:
        change = WebhookChange(active=wanted == "enable")
        webhooks.change(session, id_, change, by=by, allowed=(), now=now)


async def _one(
    request: Request,
    context: RequestContext,
    webhook_id: int,
    cursor: str = "",
    problem: Problem | None = None,
) -> Response:
    refuse_part(context.scope)
    by, read = context.caller, context.house.database.read
    hook = await read(lambda s: webhooks.one(s, webhook_id, by=by))
    page = await read(lambda s: told.deliveries_of(s, webhook_id, by=by, cursor=cursor))
    more: dict[str, Any] = {"hook": hook, "page": page, "days": DAYS, "problem": problem}
    return show(
        request, "admin/webhook.html", context=context, sent=prefilled(days=DAYS[0]), **more
    )


_NEW = prefilled(types=STAGE_CHANGED)


async def _list(
    request: Request,
    context: RequestContext,
    sent: Sent | None = None,
    problem: Problem | None = None,
    made: NewWebhookView | None = None,
) -> Response:
    refuse_part(context.scope)
    house, by = context.house, context.caller
    page = await house.database.read(lambda s: webhooks.listed(s, by=by))
    offices = await house.database.read(
        lambda s: catalogue.offices(s, on=house.today(), lang=context.lang, scope=context.scope)
    )
    more: dict[str, Any] = {"page": page, "offices": offices, "made": made, "problem": problem}
    return show(request, "admin/webhooks.html", context=context, sent=sent or _NEW, **more)
