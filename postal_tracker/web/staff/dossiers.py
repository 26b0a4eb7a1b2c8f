"""One dossier at the desk: who holds it, its story, and what can be done with it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from postal_tracker import views
from postal_tracker.core.journey import Act, Direction, Holder, Stage
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.desks import acts
from postal_tracker.forms import ActForm, field_invalid
from postal_tracker.views import worklists
from postal_tracker.web.html.rendering import (
    NOTHING_SENT,
    Sent,
    form_of,
    go,
    plain_code,
    read_as,
    show,
)
from postal_tracker.web.http.auth import Desk, Door, Staff
from postal_tracker.web.staff.prints import print_offer_for
from postal_tracker.web.staff.route import route_of

router = APIRouter(prefix="/desk/dossiers")


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
    dossier, names = await _read(door, code)
    return show(
        request,
        "desk/dossier.html",
        door=door,
        sent=sent,
        problem=problem,
        here=f"/desk/dossiers/{code}",
        dossier=dossier,
        names=names,
        possible=[act.value for act in acts.possible_acts(Stage(dossier.stage))],
        route=route_of(dossier),
        next_way=_next_way(dossier),
        paper=await print_offer_for(door, dossiers=[code]),
    )


async def _read(door: Door, code: str) -> tuple[views.DossierView, Mapping[str, str]]:
    house, today = door.house, door.house.today()
    dossier = await house.database.read(
        lambda s: views.dossier(s, code, today=today, titles=house.titles, lang=door.lang)
    )
    labels = {entry.by for entry in dossier.timeline}
    return dossier, await house.database.read(lambda s: worklists.names_of(s, labels))


_WITH_US_BEFORE = (Stage.WITH_OFFICE, Stage.RETURNED)


def _next_way(dossier: views.DossierView) -> str:
    """Return which way a parcel with this dossier would most likely go; empty if none can."""
    stage, holder = Stage(dossier.stage), dossier.location.holder
    if stage is Stage.SEALED or holder not in (Holder.OFFICE, Holder.AUTHORITY):
        return ""
    if stage in (Stage.CANCELLED, Stage.COLLECTED):
        return ""
    if stage in _WITH_US_BEFORE and not dossier.result_ready_at:
        return Direction.TO_AUTHORITY
    straight = dossier.return_by_post or holder == Holder.OFFICE
    return Direction.TO_CITIZEN if straight else Direction.TO_CENTRE


@router.post("/{code}/acts")
async def act(code: str, request: Request, door: Desk) -> Response:
    sent, plain = await form_of(request, door.caller), plain_code(code)
    try:
        done = await _act(door, plain, sent.given("act", "note"))
    except Problem as problem:
        return await _one(request, door, plain, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done=done)


async def _act(door: Door, code: str, values: Mapping[str, object]) -> str:
    form = read_as(ActForm, values)
    await door.house.database.write(lambda s: acts.act(s, code, form, by=door.caller, now=door.now))
    return form.act


# What is asked again before it is done


@router.get("/{code}/cancel")
async def ask_to_cancel(code: str, request: Request, door: Desk) -> Response:
    return await _ask(request, door, plain_code(code))


@router.post("/{code}/cancel")
async def cancel(code: str, request: Request, door: Desk) -> Response:
    return await _confirmed(request, door, plain_code(code), Act.CANCELLED)


@router.get("/{code}/strike-out/{entry}")
async def ask_to_strike_out(code: str, entry: int, request: Request, door: Desk) -> Response:
    return await _ask(request, door, plain_code(code), entry)


@router.post("/{code}/strike-out/{entry}")
async def strike_out(code: str, entry: int, request: Request, door: Desk) -> Response:
    return await _confirmed(request, door, plain_code(code), "strike_out", entry)


async def _ask(
    request: Request,
    door: Door,
    code: str,
    entry: int | None = None,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    dossier, names = await _read(door, code)
    about = next((e for e in dossier.timeline if e.entry == entry), None)
    if entry is not None and about is None:
        raise no_such("page")
    return show(
        request,
        "desk/confirm.html",
        door=door,
        sent=sent,
        problem=problem,
        dossier=dossier,
        names=names,
        entry=about,
    )


async def _confirmed(
    request: Request, door: Door, code: str, act: str, entry: int | None = None
) -> Response:
    """Do what was asked twice, with the reason that stands in the history for ever."""
    sent = await form_of(request, door.caller)
    try:
        if not sent.one("note"):
            raise field_invalid("note", "Hãy ghi lý do.", "Say why.")
        values = {"act": act, "entry": entry, "note": sent.one("note")}
        done = await _act(door, code, values)
    except Problem as problem:
        return await _ask(request, door, code, entry, sent, problem)
    return go(request, f"/desk/dossiers/{code}", done=done)
