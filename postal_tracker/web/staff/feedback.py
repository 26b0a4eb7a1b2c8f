"""The hotline at the desk: what citizens said, whose it is, until when it is answered."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.bilingual_terms import choices_of, pick
from postal_tracker.core.feedback import (
    CATEGORIES,
    KINDS,
    RIGHTS,
    STATES,
    WAITING,
    FeedbackKind,
    FeedbackState,
    deadlines,
)
from postal_tracker.core.notices.consent import CONSENTS
from postal_tracker.core.problems import Problem
from postal_tracker.desks import feedback
from postal_tracker.desks.colleagues import colleagues
from postal_tracker.desks.feedback import FeedbackActForm, FeedbackForm
from postal_tracker.forms import read_as
from postal_tracker.views import worklists
from postal_tracker.views.feedback import FeedbackPage
from postal_tracker.views.held import held
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, plain_code
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, ClerkOrManagerContext, RequestContext
from postal_tracker.web.http.parameters import Code
from postal_tracker.web.http.reading import feedback_page, read_dossier, read_feedback
from postal_tracker.web.http.report_files import FileKind
from postal_tracker.web.staff.list_files import FEEDBACK, Listing, all_of, list_file

router = APIRouter(prefix="/desk")

_A_PAGE = 25
_KEPT = ("state", "kind", "overdue", "mine")
"""What an address of the list may hold."""


@router.get("/feedback")
async def show_list(
    request: Request, context: ClerkOrManagerContext, cursor: Code = ""
) -> Response:
    kept, lang = _kept(request.query_params), context.lang
    page = await context.house.database.read(lambda s: _page(s, context, kept, cursor))
    return show(
        request,
        "desk/feedback_list.html",
        context=context,
        page=page,
        kept=kept,
        states=choices_of(STATES, lang),
        kinds=choices_of(KINDS, lang),
    )


def _kept(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name][:20] for name in _KEPT if asked.get(name)}


def _page(
    session: Session, context: RequestContext, kept: Mapping[str, str], cursor: str | None
) -> FeedbackPage:
    state, kind = kept.get("state", ""), kept.get("kind", "")
    return feedback_page(
        session,
        context,
        state if state in set(FeedbackState) else "",
        kind if kind in set(FeedbackKind) else "",
        overdue="overdue" in kept,
        mine="mine" in kept,
        limit=_A_PAGE,
        cursor=cursor or "",
    )


@router.get("/feedback/list.{kind}")
async def take_away(kind: FileKind, request: Request, context: ClerkOrManagerContext) -> Response:
    """Answer with all that the list shows as a file, without what was said."""

    def rows(session: Session, context: RequestContext, asked: Mapping[str, str]) -> Iterator[Any]:
        return all_of(lambda cursor: _page(session, context, _kept(asked), cursor))

    return await list_file(context, "feedback", Listing(FEEDBACK, rows), request.query_params, kind)


@router.get("/feedback/{number}")
async def show_one(number: str, request: Request, context: ClerkOrManagerContext) -> Response:
    return await _one(request, context, plain_code(number))


@router.post("/feedback/{number}")
async def act(number: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(number)
    house, by, now = context.house, context.caller, context.now
    calendar, required_for = house.calendar, house.people_required_for
    try:
        values = sent.given("act", "assignee", "to", "text", "outcome")
        form = read_as(FeedbackActForm, values)
        await house.database.write(
            lambda s: feedback.act_on_feedback(
                s, plain, form, by=by, calendar=calendar, required_for=required_for, now=now
            )
        )
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    return go(request, f"/desk/feedback/{plain}", done=f"feedback_{form.act}")


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    seen = await read_feedback(context, number)
    labels = {name for one in seen.history for name in (one.by, one.to) if name}
    names, others = await context.house.database.read(
        lambda s: (worklists.names_of(s, labels), colleagues(s, scope=context.scope))
    )
    return show(
        request,
        "desk/feedback.html",
        context=context,
        sent=sent,
        problem=problem,
        here=f"/desk/feedback/{number}",
        seen=seen,
        names=names,
        colleagues=others,
        waits=seen.state in WAITING,
        is_right=seen.kind in RIGHTS,
        acts_done={one.act for one in seen.history},
        until=deadlines(seen.kind, seen.opened_at, context.house.calendar),
    )


@router.get("/feedback/{number}/held")
async def show_held(number: str, request: Request, context: ClerkContext) -> Response:
    """Show all that is held of whoever asks, to be handed over on paper."""
    seen = await read_feedback(context, plain_code(number))
    if seen.kind not in RIGHTS or all(one.act != "identify" for one in seen.history):
        raise feedback.unidentified()
    house, scope = context.house, context.scope
    found = await house.database.read(lambda s: held(s, seen.dossier, scope=scope), slow=True)
    shown = {line.field for line in found.lines if line.table == "applicant"}
    context.saw(sorted(shown | {"feedback"}), dossiers=[one.code for one in found.dossiers])
    return show(
        request,
        "desk/held.html",
        context=context,
        seen=seen,
        held=found,
        required_for=house.people_required_for,
        kept_for=timedelta(days=house.settings.people_kept_days),
        consents={number: pick(words, context.lang) for number, words in CONSENTS.items()},
    )


@router.get("/dossiers/{code}/feedback")
async def ask_telephone(code: str, request: Request, context: ClerkContext) -> Response:
    return await _ask(request, context, plain_code(code))


@router.post("/dossiers/{code}/feedback")
async def take_telephone(code: str, request: Request, context: ClerkContext) -> Response:
    """Write down what a citizen said on the telephone or at the counter."""
    sent, plain = await form_of(request, context.caller), plain_code(code)
    values = sent.given("kind", "category", "text")
    by, calendar, now = context.caller, context.house.calendar, context.now
    try:
        form = read_as(FeedbackForm, values)

        def command(session: Session) -> dict[str, Any]:
            opened = feedback.open_feedback(session, plain, form, by=by, calendar=calendar, now=now)
            return {"number": opened.number}

        told = await once(context, sent, values, command)
    except Problem as problem:
        return await _ask(request, context, plain, sent, problem)
    return go(request, f"/desk/feedback/{told['number']}", done="feedback_open")


async def _ask(
    request: Request,
    context: RequestContext,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    lang = context.lang
    return show(
        request,
        "desk/feedback_new.html",
        context=context,
        sent=sent,
        problem=problem,
        dossier=await read_dossier(context, code),
        kinds=choices_of(KINDS, lang),
        categories=choices_of(CATEGORIES, lang),
    )
