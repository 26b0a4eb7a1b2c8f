"""Labels to paper: out of a printer of the office, or as a PDF that the browser prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from labels import Medium
from postal_tracker import printers
from postal_tracker.forms import LabelsForm
from postal_tracker.printers import ChoiceForm, Outcome, PrintsForm
from postal_tracker.problems import Problem
from postal_tracker.staff import Role
from postal_tracker.tables import Printer
from postal_tracker.web.api import labels_file
from postal_tracker.web.gate import Desk, Door
from postal_tracker.web.pages import (
    NOTHING_SENT,
    Sent,
    form_of,
    go,
    plain_code,
    read_as,
    show,
)
from postal_tracker.web.printers_api import SECONDS

router = APIRouter(prefix="/desk")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page offers for printing some labels."""

    asked: Mapping[str, Any]
    """Which labels, as the form sends it."""
    fresh: int
    """How many of them were never printed."""
    already: int
    printers: list[Printer]
    sizes: list[tuple[str, str]]
    """The media there are, each with its size in words."""


async def paper_for(door: Door, **asked: Any) -> Paper | None:
    """Return what a page offers to print `parcels`, `dossiers`, a `handover` or a `day` with.

    None for those who may only look. Raises NotFound.
    """
    if door.caller.role is not Role.DESK:
        return None
    choice, house = read_as(ChoiceForm, asked), door.house

    def read(session: Session) -> Paper:
        fresh, already = printers.to_print(session, choice, by=door.caller)
        found = printers.of_office(session, door.caller.office_id)
        sizes = [
            (m.name, f"{m.name} · {m.label_width:g} × {m.label_height:g} mm")
            for m in house.media.values()
        ]
        return Paper(asked, len(fresh), already, found, sizes)

    return await house.database.read(read, slow=True)


def _size(medium: Medium) -> tuple[str, str]:
    return (
        medium.name,
        f"{medium.name} · {medium.label_width:g} × {medium.label_height:g} mm",
    )


@router.get("/prints")
async def show_today(request: Request, door: Desk) -> Response:
    return await _page(request, door)


@router.post("/prints")
async def print_labels(request: Request, door: Desk) -> Response:
    """Print on one of the office's printers for as long as a browser waits; say what is left."""
    sent = await form_of(request, door.caller)
    try:
        form = read_as(PrintsForm, {**_asked(sent), **sent.given("printer", "media", "skip")})
        outcome = await printers.print_labels(door.house, form, by=door.caller, seconds=SECONDS)
    except Problem as problem:
        return await _page(request, door, sent, problem)
    if outcome.printed and not outcome.left and not outcome.unprintable:
        return go(request, _back(sent), done="printed")
    return await _page(request, door, sent, outcome.fault, outcome)


@router.post("/labels")
async def labels_as_pdf(request: Request, door: Desk) -> Response:
    """Answer with the labels as a PDF, which the form opens beside its page."""
    sent = await form_of(request, door.caller)
    asked = _asked(sent)
    # What is named is meant; of a list or a day, what was printed before is left out.
    named = bool(asked["parcels"] or asked["dossiers"])
    choice = read_as(ChoiceForm, {**asked, "again": named or asked.get("again", False)})
    found, already = await door.house.database.read(
        lambda s: printers.to_print(s, choice, by=door.caller), slow=True
    )
    if not found:
        return await _page(request, door, sent, None, Outcome(already=already))
    medium, offset = await _browsers(door, sent)
    form = read_as(
        LabelsForm,
        {
            "parcels": [one.code for one in found if one.kind == "parcels"],
            "dossiers": [one.code for one in found if one.kind == "dossiers"],
            "media": sent.one("media") or medium,
            **sent.given("skip"),
        },
    )
    return await labels_file(door, form, offset=offset)


async def _browsers(door: Door, sent: Sent) -> tuple[str, tuple[float, float]]:
    """Return the medium in the browser's printer, and how far that one is astray."""
    office, name = door.caller.office_id, sent.one("printer")

    def read(session: Session) -> tuple[str, tuple[float, float]]:
        if not name:
            return printers.medium_of_office(session, office), (0.0, 0.0)
        printer = printers.find(session, name, by=door.caller)
        return printer.medium, (printer.offset_x, printer.offset_y)

    return await door.house.database.read(read)


async def _page(
    request: Request,
    door: Door,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    outcome: Outcome | None = None,
) -> Response:
    """Show what was printed and what is left; else what today's parcels still lack."""
    asked = _to_go_on(sent, outcome) if sent is not NOTHING_SENT else {}
    try:
        paper = await paper_for(door, **(asked or {"day": door.house.today()}))
    except Problem:  # `problem` tells of it already
        paper = None
    return show(
        request,
        "desk/prints.html",
        door=door,
        sent=sent,
        problem=problem,
        here="/desk/prints",
        paper=paper,
        outcome=outcome,
        is_today=not asked,
        back=_back(sent),
    )


def _asked(sent: Sent) -> dict[str, Any]:
    """Return which labels a form asks for."""
    listed = {name: sent.many(name) for name in ("parcels", "dossiers")}
    return {**listed, **sent.given("handover", "day", "again")}


def _to_go_on(sent: Sent, outcome: Outcome | None) -> dict[str, Any]:
    """Return what to ask for next: what is left, or all of it again if it was printed before."""
    asked = _asked(sent)
    if outcome and outcome.left and asked.get("again"):
        kind = "dossiers" if asked["dossiers"] else "parcels"
        return {kind: outcome.left, "again": True}
    return asked


def _back(sent: Sent) -> str:
    """Return the page from which the labels were asked for."""
    if sent.one("handover"):
        return f"/desk/handovers/{plain_code(sent.one('handover'))}"
    for kind in ("parcels", "dossiers"):
        if len(sent.many(kind)) == 1:
            return f"/desk/{kind}/{quote(plain_code(sent.one(kind)))}"
    return "/desk/prints"
