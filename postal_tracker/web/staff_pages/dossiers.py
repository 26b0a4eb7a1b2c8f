"""Dossiers at the desk: taking in, finding, one dossier's story, and what can be done with it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import choices, desk, registration, views
from postal_tracker.forms import ActForm, DossierForm
from postal_tracker.journey import Direction, Holder, Stage
from postal_tracker.problems import Problem
from postal_tracker.web.gate import Desk, Door, Staff
from postal_tracker.web.pages import NOTHING_SENT, Sent, form_of, go, once, prefilled, read_as, show
from postal_tracker.web.staff_pages.route import route_of

router = APIRouter(prefix="/desk/dossiers")


# Taking in


@router.get("/new")
async def new(request: Request, door: Desk) -> Response:
    own = await door.house.database.read(lambda s: choices.own_office(s, door.caller))
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
    groups = await database.read(lambda s: choices.procedures(s, on=on, lang=lang), slow=True)
    offices = await database.read(lambda s: choices.offices(s, on=on, lang=lang, by=door.caller))
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
    applicant = {name: sent.one(f"applicant.{name}") for name in _APPLICANT}
    values = {
        "procedure": sent.one("procedure"),
        "office": sent.one("office"),
        "code": sent.one("code"),
        "note": sent.one("note"),
        "return_by_post": bool(sent.one("return_by_post")),
        "applicant": applicant,
    }
    form = read_as(DossierForm, values)

    def command(session: Session) -> dict[str, Any]:
        calendar = door.house.calendar
        code = registration.register(session, form, by=door.caller, calendar=calendar, now=door.now)
        return {"code": code}

    return str((await once(door, sent, values, command))["code"])


# One dossier


@router.get("/{code}")
async def show_one(code: str, request: Request, door: Staff) -> Response:
    return await _one(request, door, plain_code(code))


async def _one(
    request: Request,
    door: Door,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    house, today = door.house, door.house.today()
    dossier = await house.database.read(
        lambda s: views.dossier(s, code, today=today, titles=house.titles, lang=door.lang)
    )
    stage = Stage(dossier.stage)
    return show(
        request,
        "desk/dossier.html",
        door=door,
        sent=sent,
        problem=problem,
        here=f"/desk/dossiers/{code}",
        dossier=dossier,
        possible=[act.value for act in desk.possible_acts(stage)],
        route=route_of(dossier),
        next_way=_next_way(dossier),
    )


def _next_way(dossier: views.DossierView) -> str:
    """Return which way a parcel with this dossier would most likely go."""
    if dossier.stage in (Stage.WITH_OFFICE, Stage.RETURNED) and not dossier.result_ready_at:
        return Direction.TO_AUTHORITY
    at_authority = dossier.location.holder == Holder.AUTHORITY
    return (
        Direction.TO_CENTRE if at_authority and not dossier.return_by_post else Direction.TO_CITIZEN
    )


def plain_code(text: str) -> str:
    """Return a code of an address as the record has it, without what no code can hold."""
    return "".join(c for c in text.upper()[:80] if c.isascii() and c.isprintable())


@router.post("/{code}/acts")
async def act(code: str, request: Request, door: Desk) -> Response:
    sent, plain = await form_of(request, door.caller), plain_code(code)
    try:
        form = read_as(ActForm, sent.given("act", "entry", "note"))
        await door.house.database.write(
            lambda s: desk.act(s, plain, form, by=door.caller, now=door.now)
        )
    except Problem as problem:
        return await _one(request, door, plain, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done=form.act)
