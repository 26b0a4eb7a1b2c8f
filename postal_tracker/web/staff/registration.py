"""Taking a dossier in at the desk."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from postal_tracker.core.codes import is_changed_card, read_identity_card, wedge
from postal_tracker.core.problems import Problem
from postal_tracker.desks import registration
from postal_tracker.desks.doubles import PossibleDouble, ask_beyond
from postal_tracker.forms import DossierForm, field_invalid, read_as
from postal_tracker.views import catalogue
from postal_tracker.views.intake import taken_in
from postal_tracker.web.html.forms import Sent, form_of, once, plain_code, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.staff import intake

router = APIRouter(prefix="/desk/dossiers")


@router.get("/new")
async def new(
    request: Request,
    context: ClerkContext,
    procedure: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    own = await context.house.database.read(lambda s: catalogue.own_office(s, context.caller))
    return await _new(request, context, prefilled(office=own, procedure=procedure))


@router.post("/new")
async def register(request: Request, context: ClerkContext) -> Response:
    sent = await form_of(request, context.caller)
    if filled := _filled_from_card(sent):
        return await _new(request, context, filled, read_card=True)
    if changed := _changed_card(sent):
        return await _new(request, context, sent, field_invalid(changed, *wedge.SWITCH))
    if sent.one("show") or sent.one("person") or await _is_known(context, sent):
        return await _new(request, context, sent)  # nothing is registered yet
    try:
        code = await _register(context, sent)
    except Problem as problem:
        return await _new(request, context, sent, problem)
    if ends := sent.one("then"):
        page = f"/desk/dossiers/new?after={code}"
        return go(request, f"{page}&then=print" if ends == "print" else page)
    return go(request, f"/desk/dossiers/{code}", done="registered")


def _filled_from_card(sent: Sent) -> Sent | None:
    """Return the form with what a card says that was scanned into one of its fields, if any was.

    The scanner's Enter sent the form: nothing is registered before somebody has looked at it.
    """
    cards = ((name, read_identity_card(sent.one(name))) for name in sent.values)
    scanned, card = next(((name, card) for name, card in cards if card), ("", None))
    if card is None:
        return None
    told = {"name": card.name, "id_number": card.number, "address": card.address}
    known = {f"applicant.{name}": text for name, text in told.items() if text}
    return sent.having(**{scanned: ""}).having(card="read", **known)


def _changed_card(sent: Sent) -> str:
    """Return the field into which a card was scanned on a keyboard that garbles it, if any."""
    return next((name for name in sent.values if is_changed_card(sent.one(name))), "")


async def _is_known(context: RequestContext, sent: Sent) -> bool:
    """Tell whether a name was left out that a number tells: somebody has to look at it first."""
    if sent.one("applicant.name"):
        return False
    seen = await _see(context, sent, recall=True)
    return bool(seen.people)


async def _see(context: RequestContext, sent: Sent, *, recall: bool) -> intake.Intake:
    """Return what the page shows; that somebody's data are in it is written down."""
    seen = await context.house.database.read(
        lambda s: intake.see(s, context, sent, recall=recall), slow=True
    )
    known = [one.code for one in seen.people]
    context.saw(intake.KNOWN, dossiers=known, detail="known applicant" if known else "")
    return seen


async def _new(
    request: Request,
    context: RequestContext,
    sent: Sent,
    problem: Problem | None = None,
    *,
    read_card: bool = False,
) -> Response:
    recall = read_card or bool(not problem and any(sent.values))
    seen = await _see(context, sent, recall=recall)
    after = plain_code(request.query_params.get("after", ""))
    taken = await context.house.database.read(lambda s: taken_in(s, after, scope=context.scope))
    return show(
        request,
        "desk/intake_parts.html" if sent.one("part") else "desk/new_dossier.html",
        context=context,
        sent=seen.sent,
        problem=problem,
        read_card=read_card,
        doubles=_doubles(sent, problem) or seen.doubles,
        seen=seen,
        after=taken,
        to_print=bool(taken) and request.query_params.get("then") == "print",
    )


def _doubles(sent: Sent, problem: Problem | None) -> Sequence[str]:
    """Return the codes of what may be the same dossier: found now, or shown and answered before."""
    return problem.codes if isinstance(problem, PossibleDouble) else sent.one("seen").split()


async def _register(context: RequestContext, sent: Sent) -> str:
    code = await context.house.database.read(
        lambda s: intake.procedure_of(s, context, sent), slow=True
    )
    values = intake.values_of(sent, code)
    form = read_as(DossierForm, values)

    def command(session: Session) -> dict[str, Any]:
        calendar = context.house.calendar
        code = registration.register(
            session,
            form,
            by=context.caller,
            calendar=calendar,
            now=context.now,
            on_doubles=ask_beyond(sent.one("seen").split()),
        )
        return {"code": code}

    return str((await once(context, sent, values, command))["code"])
