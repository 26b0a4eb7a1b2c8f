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
from postal_tracker.web.html.forms import Sent, form_of, once, plain_sum, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext

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
    if sent.one("show"):  # what its procedure asks for; nothing is registered yet
        return await _new(request, context, sent)
    try:
        code = await _register(context, sent)
    except Problem as problem:
        return await _new(request, context, sent, problem)
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
    known = {f"applicant.{name}": [text] for name, text in told.items() if text}
    return Sent({**sent.values, scanned: [""], **known})


def _changed_card(sent: Sent) -> str:
    """Return the field into which a card was scanned on a keyboard that garbles it, if any."""
    return next((name for name in sent.values if is_changed_card(sent.one(name))), "")


async def _new(
    request: Request,
    context: RequestContext,
    sent: Sent,
    problem: Problem | None = None,
    *,
    read_card: bool = False,
) -> Response:
    on, lang, database = context.house.today(), context.lang, context.house.database
    groups = await database.read(lambda s: catalogue.procedures(s, on=on, lang=lang), slow=True)
    offices = await database.read(
        lambda s: catalogue.offices(s, on=on, lang=lang, scope=context.scope)
    )
    chosen = sent.one("procedure")
    asked = await database.read(lambda s: catalogue.asked_for(s, chosen, lang)) if chosen else None
    return show(
        request,
        "desk/new_dossier.html",
        context=context,
        sent=sent,
        problem=problem,
        read_card=read_card,
        doubles=_doubles(sent, problem),
        procedures=groups,
        asked=asked,
        offices=offices,
    )


def _doubles(sent: Sent, problem: Problem | None) -> Sequence[str]:
    """Return the codes of what may be the same dossier: found now, or shown and answered before."""
    return problem.codes if isinstance(problem, PossibleDouble) else sent.one("seen").split()


_APPLICANT = ("name", "phone", "email", "id_number", "address", "ward", "province")


_LODGED = ("channel", "applicant_kind", "papers_count", "sets_count", "fee_vnd")


def lodged(sent: Sent) -> dict[str, Any]:
    """Return how it was handed in; papers ticked off on the list need not be counted again."""
    values = {name: sent.one(name) for name in _LODGED if sent.one(name)}
    if "fee_vnd" in values:
        values["fee_vnd"] = plain_sum(values["fee_vnd"])
    ticked = len(set(sent.many("has_paper")))
    return {"papers_count": ticked, **values} if ticked else values


async def _register(context: RequestContext, sent: Sent) -> str:
    values = {
        "procedure": sent.one("procedure"),
        "office": sent.one("office"),
        "code": sent.one("code"),
        "note": sent.one("note"),
        "return_by_post": bool(sent.one("return_by_post")),
        "applicant": {name: sent.one(f"applicant.{name}") for name in _APPLICANT},
        **lodged(sent),
    }
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
