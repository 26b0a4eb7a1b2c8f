"""Labels to paper: out of a printer of the office, or as a PDF that the browser prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.access import Role
from postal_tracker.core.problems import Problem
from postal_tracker.forms import read_as
from postal_tracker.printing import batches, devices, label_files, reservations, selection
from postal_tracker.printing.batches import BatchResult
from postal_tracker.printing.reservations import LabelRef
from postal_tracker.printing.selection import MOST, CameOutForm, ChoiceForm, FileForm, PrintsForm
from postal_tracker.storage.tables import Printer
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, plain_code
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import saw_labels
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.files import labels_answer

router = APIRouter(prefix="/desk")


@dataclass(frozen=True, slots=True)
class PrintOffer:
    """What a page offers for printing some labels."""

    asked: Mapping[str, Any]
    """Which labels, as the form sends it."""
    fresh: int
    """How many of them were never printed."""
    already: int
    unsure: Sequence[LabelRef]
    """Those that may have come out as the printer failed."""
    printers: list[Printer]
    sizes: list[tuple[str, str]]
    """The media there are, each with its size in words."""
    most: int = MOST
    """How many labels one file holds."""


async def print_offer_for(context: RequestContext, **asked: Any) -> PrintOffer | None:
    """Return what a page offers to print `parcels`, `dossiers`, a `handover` or a `day` with.

    None for those who may only look. Raises NotFound.
    """
    if context.caller.role is not Role.DESK:
        return None
    choice, house = read_as(ChoiceForm, asked), context.house

    def read(session: Session) -> PrintOffer:
        found = selection.to_print(session, choice, by=context.caller)
        machines = devices.within(session, context.scope)
        sizes = [
            (m.name, f"{m.name} · {m.label_width:g} × {m.label_height:g} mm")
            for m in house.media.values()
        ]
        return PrintOffer(asked, len(found.fresh), found.already, found.unsure, machines, sizes)

    return await house.database.read(read, slow=True)


@router.get("/prints")
async def show_what_to_print(request: Request, context: ClerkContext) -> Response:
    """Offer to print what an address names; else what today's parcels still lack."""
    named = {k: request.query_params.getlist(k)[:MOST] for k in ("parcels", "dossiers")}
    sent = Sent({kind: list(map(plain_code, codes)) for kind, codes in named.items() if codes})
    return await _page(request, context, sent if sent.values else NOTHING_SENT)


@router.post("/prints")
async def print_labels(request: Request, context: ClerkContext) -> Response:
    """Print on one of the office's printers for as long as a browser waits; say what is left."""
    sent = await form_of(request, context.caller)
    try:
        form = read_as(PrintsForm, {**_asked(sent), **sent.given("printer", "media", "skip")})
        outcome = await batches.print_labels(
            context.house, form, by=context.caller, seconds=batches.OF_A_REQUEST
        )
    except Problem as problem:
        return await _page(request, context, sent, problem)
    saw_labels(context, outcome.shown)
    if outcome.printed and not outcome.left and not outcome.unprintable:
        return go(request, _back(sent), done="printed")
    return await _page(request, context, sent, outcome.fault, outcome)


@router.post("/prints/came-out")
async def note_what_came_out(request: Request, context: ClerkContext) -> Response:
    """Note as printed what somebody has seen on paper after a fault; then go on with the rest."""
    sent = await form_of(request, context.caller)
    try:
        form = read_as(CameOutForm, {"codes": sent.many("codes")})
    except Problem as problem:
        return await _page(request, context, sent, problem)
    await context.house.database.write(
        lambda s: reservations.came_out(s, form.codes, scope=context.scope)
    )
    return await _page(request, context, sent)


@router.post("/labels")
async def labels_as_pdf(request: Request, context: ClerkContext) -> Response:
    """Answer with the labels as a PDF, which the form opens beside its page."""
    sent = await form_of(request, context.caller)
    form = read_as(FileForm, {**_asked(sent), **sent.given("printer", "media", "skip")})
    async with label_files.label_file(context.house, form, by=context.caller) as file:
        if file.content:
            saw_labels(context, file.drawn)
            return labels_answer(file.content, form.format)
    return await _page(request, context, sent, None, BatchResult(context.now, already=file.already))


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    outcome: BatchResult | None = None,
) -> Response:
    """Show what was printed and what is left; else what today's parcels still lack."""
    asked = _to_go_on(sent, outcome) if sent is not NOTHING_SENT else {}
    try:
        paper = await print_offer_for(context, **(asked or {"day": context.house.today()}))
    except Problem as wrong:
        paper, problem = None, problem or wrong
    return show(
        request,
        "desk/prints.html",
        context=context,
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
    return {**listed, **sent.given("handover", "day", "again", "began")}


def _to_go_on(sent: Sent, outcome: BatchResult | None) -> dict[str, Any]:
    """Return what to ask for next: the same, and of a reprint what it has not printed yet."""
    asked = _asked(sent)
    if outcome and outcome.left and "again" in asked:
        return {"began": outcome.began.isoformat(), **asked}
    return asked


def _back(sent: Sent) -> str:
    """Return the page from which the labels were asked for."""
    if sent.one("handover"):
        return f"/desk/handovers/{plain_code(sent.one('handover'))}"
    for kind in ("parcels", "dossiers"):
        if len(sent.many(kind)) == 1:
            return f"/desk/{kind}/{quote(plain_code(sent.one(kind)))}"
    return "/desk/prints"
