"""Putting right what was taken down of an applicant, at the desk."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.problems import Problem
from postal_tracker.core.working_days import local_day
from postal_tracker.desks import correcting
from postal_tracker.forms import CorrectionForm, read_as
from postal_tracker.printing.documents.parties import spoken
from postal_tracker.views.intake import SEPARATOR
from postal_tracker.web.html.forms import Sent, form_of, once, plain_code, plain_sum, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.reading import read_dossier
from postal_tracker.web.staff import intake

router = APIRouter(prefix="/desk/dossiers")


@router.get("/{code}/correct")
async def ask(code: str, request: Request, context: ClerkContext) -> Response:
    dossier = await read_dossier(context, plain_code(code))
    return await _ask(request, context, dossier, prefilled(**_shown(dossier)))


@router.post("/{code}/correct")
async def correct(code: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(code)
    dossier = await read_dossier(context, plain)
    try:
        done = await _correct(context, sent, dossier)
    except Problem as problem:
        return await _ask(request, context, dossier, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done=done)


def _shown(dossier: views.DossierView) -> dict[str, str]:
    """Return what the form shows of a dossier that nobody has touched yet."""
    person = dossier.applicant or views.NOBODY
    applicant = {f"applicant.{name}": text for name, text in asdict(person).items()}
    return {
        **applicant,
        "applicant.phone": spoken(person.phone),
        "note": dossier.note or "",
        "procedure": SEPARATOR.join((dossier.procedure.code, dossier.procedure.name)),
        **{name: _plain(getattr(dossier, name)) for name in _OF_DOSSIER},
        "return_by_post": "yes" if dossier.return_by_post else "",
        "version": str(dossier.version),
    }


_COUNTED = ("papers_count", "sets_count", "fee_vnd")
_OF_DOSSIER = ("channel", "applicant_kind", *_COUNTED, "result_number")
_WHOLE = ("note", "procedure", *_OF_DOSSIER)


def _plain(value: str | int | None) -> str:
    return "" if value is None else str(value)


async def _correct(context: RequestContext, sent: Sent, dossier: views.DossierView) -> str:
    values = _changed(sent, _shown(dossier))
    if "procedure" in values:
        on = local_day(dossier.received_at)
        values["procedure"] = await context.house.database.read(
            lambda s: intake.procedure_of(s, context, sent, on)
        )
    form = read_as(CorrectionForm, values | {"reason": sent.one("reason")})
    version = sent.one("version")
    versions = [int(version)] if version.isdecimal() and len(version) < 16 else []
    house = context.house

    def command(session: Session) -> dict[str, Any]:
        is_new = correcting.correct(
            session,
            dossier.code,
            form,
            versions=versions,
            by=context.caller,
            calendar=house.calendar,
            now=context.now,
        )
        return {"done": "corrected" if is_new else "unchanged"}

    told = {name: sent.one(name) for name in (*_shown(dossier), "reason")}
    return str((await once(context, sent, told, command))["done"])


def _changed(sent: Sent, shown: dict[str, str]) -> dict[str, Any]:
    """Return what somebody changed: what he left alone is not judged by today's rules."""
    texts = {name: sent.one(name) for name in shown if name in sent.values}
    changed = {name: text for name, text in texts.items() if text != shown[name].strip()}
    values: dict[str, Any] = {n: changed[n] for n in _WHOLE if n in changed}
    if "fee_vnd" in values:
        values["fee_vnd"] = plain_sum(values["fee_vnd"])
    applicant = {n.partition(".")[2]: t for n, t in changed.items() if n.startswith("applicant.")}
    if applicant:
        values["applicant"] = applicant
    by_post = bool(sent.one("return_by_post"))
    return (
        values
        if by_post == bool(shown["return_by_post"])
        else {**values, "return_by_post": by_post}
    )


async def _ask(
    request: Request,
    context: RequestContext,
    dossier: views.DossierView,
    sent: Sent,
    problem: Problem | None = None,
) -> Response:
    def read(session: Session) -> dict[str, Any]:
        is_free = correcting.may_change_procedure_of(session, dossier.code, by=context.caller)
        on = local_day(dossier.received_at)
        return {
            "procedures": intake.offered(session, context, on) if is_free else (),
            "corrections": views.corrections(session, dossier.code, scope=context.scope).items,
        }

    return show(
        request,
        "desk/correct.html",
        context=context,
        sent=sent,
        problem=problem,
        dossier=dossier,
        **await context.house.database.read(read),
    )
