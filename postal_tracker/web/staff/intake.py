"""Taking a dossier in at the desk."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.desks import registration
from postal_tracker.forms import DossierForm
from postal_tracker.views import catalogue
from postal_tracker.web.html.rendering import Sent, form_of, go, once, prefilled, read_as, show
from postal_tracker.web.http.auth import Desk, Door

router = APIRouter(prefix="/desk/dossiers")


@router.get("/new")
async def new(request: Request, door: Desk) -> Response:
    own = await door.house.database.read(lambda s: catalogue.own_office(s, door.caller))
    return await _new(request, door, prefilled(office=own))


@router.post("/new")
async def register(request: Request, door: Desk) -> Response:
    sent = await form_of(request, door.caller)
    try:
        code = await _register(door, sent)
    except Problem as problem:
        return await _new(request, door, sent, problem)
    return go(request, f"/desk/dossiers/{code}", done="registered")


async def _new(
    request: Request, door: Door, sent: Sent, problem: Problem | None = None
) -> Response:
    on, lang, database = door.house.today(), door.lang, door.house.database
    groups = await database.read(lambda s: catalogue.procedures(s, on=on, lang=lang), slow=True)
    offices = await database.read(lambda s: catalogue.offices(s, on=on, lang=lang, by=door.caller))
    return show(
        request,
        "desk/new_dossier.html",
        door=door,
        sent=sent,
        problem=problem,
        procedures=groups,
        offices=offices,
    )


_APPLICANT = ("name", "phone", "email", "id_number", "address", "ward", "province")


async def _register(door: Door, sent: Sent) -> str:
    values = {
        "procedure": sent.one("procedure"),
        "office": sent.one("office"),
        "code": sent.one("code"),
        "note": sent.one("note"),
        "return_by_post": bool(sent.one("return_by_post")),
        "applicant": {name: sent.one(f"applicant.{name}") for name in _APPLICANT},
    }
    form = read_as(DossierForm, values)

    def command(session: Session) -> dict[str, Any]:
        calendar = door.house.calendar
        code = registration.register(session, form, by=door.caller, calendar=calendar, now=door.now)
        return {"code": code}

    return str((await once(door, sent, values, command))["code"])
