"""Where an administrator begins: what a new centre still lacks, and every page that sets it up."""

from fastapi import APIRouter, Request, Response

from postal_tracker.access import refuse_part
from postal_tracker.outgoing import notices, webhooks
from postal_tracker.reports.escalation import come_to_nobody
from postal_tracker.views.first_steps import all_steps
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import AdminContext

router = APIRouter(prefix="/desk/admin")


@router.get("")
async def show_administration(request: Request, context: AdminContext) -> Response:
    refuse_part(context.scope)
    house = context.house
    steps = await house.database.read(
        lambda s: all_steps(s, connected=house.carriers.connected), slow=True
    )
    hooks = await house.database.read(lambda s: webhooks.listed(s, by=context.caller))
    stopped = [one for one in hooks.items if one.disabled_why in ("gone", "failing")]
    paused = await house.database.read(lambda s: notices.paused(s, now=context.now))
    chiefs = house.settings.escalate_to
    nobody = await house.database.read(lambda s: come_to_nobody(s, chiefs))
    return show(
        request,
        "admin/home.html",
        context=context,
        steps=steps,
        stopped=stopped,
        paused=paused,
        nobody=nobody,
        kept_days=house.settings.people_kept_days,
    )
