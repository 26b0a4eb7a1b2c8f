"""Outgoing webhooks: a portal subscribes, looks at what it was told, and has it told again."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Path, Query, Response
from sqlmodel import Session

from postal_tracker.access import audit, refuse_other_carrier
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import tell
from postal_tracker.outgoing import told, webhooks
from postal_tracker.outgoing.guard import allowed_places
from postal_tracker.outgoing.shapes import (
    DeliveriesView,
    DeliveryView,
    NewWebhookView,
    QueuedView,
    ReplayForm,
    WebhookChange,
    WebhookForm,
    WebhooksView,
    WebhookView,
)
from postal_tracker.views.keyset import LARGEST
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import done, note_of
from postal_tracker.web.http.auth import AdminOrProgramContext
from postal_tracker.web.http.errors import documented

router = api_router("webhooks", below="/webhooks")

WebhookId = Annotated[int, Path(ge=1, le=LARGEST, description="The webhook's number.")]
DeliveryId = Annotated[int, Path(ge=1, le=LARGEST, description="The delivery's number.")]
_MISSING = documented(404)
_MAY_BE_DISABLED = documented(404, 409)


@router.get("")
async def list_webhooks(context: AdminOrProgramContext) -> WebhooksView:
    """List the webhooks, the newest first; a program sees its own. Never their keys."""
    refuse_other_carrier(context.scope, "")
    by = context.caller
    return await context.house.database.read(lambda s: webhooks.listed(s, by=by))


@router.post("", status_code=201, responses={**CREATED, **documented(404, 409)})
async def make_webhook(
    form: WebhookForm, context: AdminOrProgramContext, creating: Creating
) -> NewWebhookView:
    """Subscribe. The signing key is in this answer alone: the same request again has none."""
    refuse_other_carrier(context.scope, "")
    house, by = context.house, context.caller
    allowed = allowed_places(house.settings.webhooks_allow)
    made: list[tuple[NewWebhookView, Note]] = []

    def command(session: Session) -> dict[str, Any]:
        new = webhooks.make(
            session, form, by=by, secrets=house.secrets, allowed=allowed, now=context.now
        )
        made[:] = [(new, note_of(context, Audited.SETTINGS, f"webhook {new.id}: made"))]
        audit.record(session, [made[0][1]])
        return {"id": new.id}  # is kept, to be answered again; the key itself never is

    answer = await creating.once(context, command)
    for new, note in made:
        tell(note)
        return new
    known = await house.database.read(lambda s: webhooks.one(s, answer["id"], by=by))
    return NewWebhookView(**asdict(known))


@router.get("/{webhook_id}", responses=_MISSING)
async def show_webhook(webhook_id: WebhookId, context: AdminOrProgramContext) -> WebhookView:
    """Show one webhook: whether it takes what it is told, and since when it does not."""
    by = context.caller
    return await context.house.database.read(lambda s: webhooks.one(s, webhook_id, by=by))


@router.patch("/{webhook_id}", responses=_MISSING)
async def change_webhook(
    webhook_id: WebhookId, form: WebhookChange, context: AdminOrProgramContext
) -> WebhookView:
    """Change where a webhook is called, or disable it, or enable it again."""
    allowed = allowed_places(context.house.settings.webhooks_allow)

    def command(session: Session) -> tuple[WebhookView, str]:
        now = webhooks.change(
            session, webhook_id, form, by=context.caller, allowed=allowed, now=context.now
        )
        return now, f"webhook {webhook_id}: {' '.join(sorted(form.model_fields_set))}"

    return await done(context, Audited.SETTINGS, command)


@router.delete("/{webhook_id}", status_code=204, responses=_MISSING)
async def delete_webhook(webhook_id: WebhookId, context: AdminOrProgramContext) -> Response:
    """End a subscription; what waits for it is not told any more."""

    def command(session: Session) -> tuple[None, str]:
        webhooks.delete(session, webhook_id, by=context.caller, now=context.now)
        return None, f"webhook {webhook_id}: deleted"

    await done(context, Audited.SETTINGS, command)
    return Response(status_code=204)


@router.post("/{webhook_id}/test", status_code=202, responses=_MAY_BE_DISABLED)
async def test_webhook(webhook_id: WebhookId, context: AdminOrProgramContext) -> DeliveryView:
    """Send a `webhook.test` within seconds; its delivery tells what was answered."""
    by, now = context.caller, context.now
    return await context.house.database.write(
        lambda s: told.send_test(s, webhook_id, by=by, now=now)
    )


@router.post("/{webhook_id}/replay", status_code=202, responses=_MAY_BE_DISABLED)
async def replay_webhook(
    webhook_id: WebhookId, form: ReplayForm, context: AdminOrProgramContext
) -> QueuedView:
    """Tell again all that changed in a period, each change under the id that it had."""
    by, now = context.caller, context.now
    return await context.house.database.write(
        lambda s: told.replay(s, webhook_id, form, by=by, now=now)
    )


@router.get("/{webhook_id}/deliveries", responses=_MISSING)
async def list_deliveries(
    webhook_id: WebhookId,
    context: AdminOrProgramContext,
    cursor: Annotated[str, Query(max_length=16, description="The `next_cursor` before.")] = "",
) -> DeliveriesView:
    """List what a webhook was told and is to be told, the newest first; of 30 days."""
    by = context.caller
    return await context.house.database.read(
        lambda s: told.deliveries_of(s, webhook_id, by=by, cursor=cursor)
    )


@router.post(
    "/{webhook_id}/deliveries/{delivery}/redeliver", status_code=202, responses=_MAY_BE_DISABLED
)
async def redeliver(
    webhook_id: WebhookId, delivery: DeliveryId, context: AdminOrProgramContext
) -> DeliveryView:
    """Tell one thing again, under the id that it had."""
    by, now = context.caller, context.now
    return await context.house.database.write(
        lambda s: told.redeliver(s, webhook_id, delivery, by=by, now=now)
    )
