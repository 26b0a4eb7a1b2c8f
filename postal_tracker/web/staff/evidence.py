"""A disputed delivery on paper: what is known of it, and the claim against the carrier."""

from fastapi import APIRouter, Request, Response

from postal_tracker.views.evidence import EvidenceView, evidence
from postal_tracker.views.feedback import FeedbackView
from postal_tracker.web.html.forms import plain_code
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import ClerkOrManagerContext, RequestContext
from postal_tracker.web.http.reading import read_dossier, read_feedback

router = APIRouter(prefix="/desk/feedback/{number}")


@router.get("/evidence")
async def show_evidence(number: str, request: Request, context: ClerkOrManagerContext) -> Response:
    seen, gathered = await _gathered(context, plain_code(number))
    return show(
        request,
        "desk/evidence.html",
        context=context,
        seen=seen,
        evidence=gathered,
        titles=context.house.titles,
    )


@router.get("/claim")
async def show_claim(number: str, request: Request, context: ClerkOrManagerContext) -> Response:
    seen, gathered = await _gathered(context, plain_code(number))
    return show(
        request,
        "desk/claim.html",
        context=context,
        seen=seen,
        evidence=gathered,
        dossier=await read_dossier(context, seen.dossier),
        titles=context.house.titles,
        today=context.house.today(),
    )


async def _gathered(context: RequestContext, number: str) -> tuple[FeedbackView, EvidenceView]:
    house, scope = context.house, context.scope
    seen = await read_feedback(context, number)
    found = await house.database.read(
        lambda s: evidence(s, house.carriers, number, scope=scope), slow=True
    )
    shown = [f"message {m.id}" for m in found.messages if not m.withheld]
    context.saw(["feedback", "body"], dossiers=[seen.dossier], detail=" ".join(shown)[:80])
    return seen, found
