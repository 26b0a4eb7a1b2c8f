"""One dossier at the desk: who holds it, its story, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import audit
from postal_tracker.access.audit import Audited
from postal_tracker.core.bilingual_terms import pick
from postal_tracker.core.journey import FINAL_STAGES, Act, Direction, Holder, Stage
from postal_tracker.core.notices.consent import CONSENTS, CURRENT
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.desks import acts, correcting, statutory
from postal_tracker.forms import ActForm, field_invalid, read_as
from postal_tracker.outgoing.notices import setup_of
from postal_tracker.outgoing.notices.choosing import chosen
from postal_tracker.outgoing.notices.shown import notices_of
from postal_tracker.printing.documents import statutory_letters
from postal_tracker.views import worklists
from postal_tracker.views.standing import Clock
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, plain_code
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.http.reading import read_dossier
from postal_tracker.web.staff.prints import print_offer_for
from postal_tracker.web.staff.route import route_of

router = APIRouter(prefix="/desk/dossiers")


@router.get("/{code}")
async def show_one(code: str, request: Request, context: StaffContext) -> Response:
    return await _one(request, context, plain_code(code))


async def _one(
    request: Request,
    context: RequestContext,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    dossier, names = await _read(context, code)
    told, choice = await context.house.database.read(
        lambda s: (
            notices_of(s, code, scope=context.scope),
            chosen(s, code, scope=context.scope),
        )
    )
    return show(
        request,
        "desk/dossier.html",
        notices=told.items,
        choice=choice,
        consent_text=pick(CONSENTS[CURRENT], context.lang),
        tells=bool(setup_of(context.house).open),
        context=context,
        sent=sent,
        problem=problem,
        here=f"/desk/dossiers/{code}",
        dossier=dossier,
        names=names,
        possible=[act.value for act in acts.possible_acts(Stage(dossier.stage))],
        statutory=statutory.possible(
            is_owed=dossier.clock is not Clock.ENDED, waiting_for=dossier.waiting_for
        ),
        route=route_of(dossier),
        next_way=_next_way(dossier),
        letters=_letters(dossier),
        paper=await print_offer_for(context, dossiers=[code]),
    )


async def _read(context: RequestContext, code: str) -> tuple[views.DossierView, Mapping[str, str]]:
    dossier = await read_dossier(context, code)
    labels = {entry.by for entry in dossier.timeline}
    return dossier, await context.house.database.read(lambda s: worklists.names_of(s, labels))


def _letters(dossier: views.DossierView) -> list[str]:
    """Return which letters there are to print: of what was done and not struck out."""
    done = {entry.what for entry in dossier.timeline if not entry.struck_out}
    return [form.value for form, act in statutory_letters.ACT_OF.items() if act in done]


_WITH_US_BEFORE = (Stage.WITH_OFFICE, Stage.RETURNED)


def _next_way(dossier: views.DossierView) -> str:
    """Return which way a parcel with this dossier would most likely go; empty if none can."""
    stage, holder = Stage(dossier.stage), dossier.location.holder
    if stage is Stage.SEALED or holder not in (Holder.OFFICE, Holder.AUTHORITY):
        return ""
    if stage in FINAL_STAGES:
        return ""
    if stage in _WITH_US_BEFORE and dossier.clock is not Clock.ENDED:
        return Direction.TO_AUTHORITY
    straight = dossier.return_by_post or holder == Holder.OFFICE
    return Direction.TO_CITIZEN if straight else Direction.TO_CENTRE


@router.post("/{code}/acts")
async def act(code: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(code)
    try:
        done = await _act(context, plain, sent.given("act", "note"))
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done=done)


async def _act(context: RequestContext, code: str, values: Mapping[str, object]) -> str:
    form = read_as(ActForm, values)
    who, calendar, now = context.caller, context.house.calendar, context.now
    await context.house.database.write(
        lambda s: acts.act(s, code, form, by=who, calendar=calendar, now=now)
    )
    return form.act


@router.post("/{code}/revoke-link")
async def revoke_link(code: str, request: Request, context: ClerkContext) -> Response:
    """Let the links on receipts printed until now open nothing; the next receipt has a new one."""
    await form_of(request, context.caller)
    plain = plain_code(code)
    told = happened(request, Audited.LINK_REVOKED, who=context.caller.label)

    def command(session: Session) -> None:
        correcting.revoke_link(session, plain, scope=context.scope)
        audit.record(session, [replace(told, dossiers=[plain])])

    await context.house.database.write(command)
    return go(request, f"/desk/dossiers/{plain}", done="link_revoked")


# What is asked again before it is done


@router.get("/{code}/cancel")
async def ask_to_cancel(code: str, request: Request, context: ClerkContext) -> Response:
    return await _ask(request, context, plain_code(code))


@router.post("/{code}/cancel")
async def cancel(code: str, request: Request, context: ClerkContext) -> Response:
    return await _confirmed(request, context, plain_code(code), Act.CANCELLED)


@router.get("/{code}/strike-out/{entry}")
async def ask_to_strike_out(
    code: str, entry: int, request: Request, context: ClerkContext
) -> Response:
    return await _ask(request, context, plain_code(code), entry)


@router.post("/{code}/strike-out/{entry}")
async def strike_out(code: str, entry: int, request: Request, context: ClerkContext) -> Response:
    return await _confirmed(request, context, plain_code(code), "strike_out", entry)


async def _ask(
    request: Request,
    context: RequestContext,
    code: str,
    entry: int | None = None,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    dossier, names = await _read(context, code)
    about = next((e for e in dossier.timeline if e.entry == entry), None)
    if entry is not None and about is None:
        raise no_such("page")
    return show(
        request,
        "desk/confirm.html",
        context=context,
        sent=sent,
        problem=problem,
        dossier=dossier,
        names=names,
        entry=about,
    )


async def _confirmed(
    request: Request, context: RequestContext, code: str, act: str, entry: int | None = None
) -> Response:
    """Do what was asked twice, with the reason that stands in the history for ever."""
    sent = await form_of(request, context.caller)
    try:
        if not sent.one("note"):
            raise field_invalid("note", "Vui lòng ghi lý do.", "Say why.")
        values = {"act": act, "entry": entry, "note": sent.one("note")}
        done = await _act(context, code, values)
    except Problem as problem:
        return await _ask(request, context, code, entry, sent, problem)
    return go(request, f"/desk/dossiers/{code}", done=done)
