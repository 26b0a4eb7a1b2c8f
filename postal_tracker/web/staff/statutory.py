"""What the law knows between receipt and result: a page for each act, with its form."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.desks import acts, statutory
from postal_tracker.forms import ActForm, read_as
from postal_tracker.outgoing.notices import setup_of
from postal_tracker.views.apologies import Apology, apology
from postal_tracker.web.html.forms import (
    NOTHING_SENT,
    Sent,
    form_of,
    local_moment,
    once,
    plain_code,
    prefilled,
)
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.reading import read_dossier

router = APIRouter(prefix="/desk/dossiers/{code}/acts")


@router.get("/{word}")
async def ask(code: str, word: str, request: Request, context: ClerkContext) -> Response:
    plain = plain_code(code)
    if _known(word) != "extend":
        return await _ask(request, context, plain, word)
    proposed = await _proposed(context, plain)
    sent = prefilled(
        reason=proposed.reason,
        new_due_at=f"{proposed.due_at.astimezone(VIETNAM):%Y-%m-%dT%H:%M}",
        signed_by=context.caller.name,
    )
    return await _ask(request, context, plain, word, sent, proposed=proposed)


async def _proposed(context: RequestContext, code: str) -> Apology:
    """Return form 04 as the record has it; its page says who has seen the dossier."""
    house, scope, now = context.house, context.scope, context.now
    dossier = await house.database.read(
        lambda s: views.dossier(
            s, code, scope=scope, today=house.today(), titles=house.titles, lang="vi"
        )
    )
    silent_after = timedelta(hours=house.settings.silent_after_hours)
    return apology(dossier, house.calendar, silent_after=silent_after, now=now)


@router.post("/{word}")
async def do(code: str, word: str, request: Request, context: ClerkContext) -> Response:
    sent, plain, known = await form_of(request, context.caller), plain_code(code), _known(word)
    try:
        await _do(context, plain, known, sent)
    except Problem as problem:
        return await _ask(request, context, plain, known, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done=known)


def _known(word: str) -> str:
    if word not in statutory.ACTS or word == "cancelled":
        raise no_such("page")
    return word


async def _do(context: RequestContext, code: str, word: str, sent: Sent) -> None:
    values = _values(word, sent)
    form, calendar = read_as(ActForm, values), context.house.calendar

    def command(session: Session) -> dict[str, Any]:
        acts.act(session, code, form, by=context.caller, calendar=calendar, now=context.now)
        return {}

    await once(context, sent, values, command)


def _values(word: str, sent: Sent) -> dict[str, Any]:
    """Return what an ActForm says, of what was filled in."""
    fields = (*statutory.ACTS[word].fields, "at")
    values: dict[str, Any] = {"act": word, **sent.given(*fields)}
    for name in {"new_due_at", "at"} & values.keys():
        values[name] = local_moment(values[name])
    if "missing" in values:
        values["missing"] = sent.lines("missing")
    if "amount_vnd" in values:  # as people write it: 135.000
        values["amount_vnd"] = values["amount_vnd"].replace(".", "").replace(",", "")
    return values


async def _ask(
    request: Request,
    context: RequestContext,
    code: str,
    word: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    *,
    proposed: Apology | None = None,
) -> Response:
    return show(
        request,
        "desk/statutory.html",
        context=context,
        sent=sent,
        problem=problem,
        dossier=await read_dossier(context, code),
        word=word,
        act=statutory.ACTS[word].act,
        fields=statutory.ACTS[word].fields,
        optional=statutory.ACTS[word].may_have,
        proposed=proposed,
        tells=bool(setup_of(context.house).open),
    )
