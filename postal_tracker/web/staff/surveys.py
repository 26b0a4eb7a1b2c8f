"""Surveys on paper: rounds, their sheets to print, what was ticked, and what it comes to."""

from typing import Any

from fastapi import APIRouter, Request, Response

from postal_tracker import reports
from postal_tracker.core.bilingual_terms import pick
from postal_tracker.core.problems import Problem
from postal_tracker.core.surveys import edition_of, edition_on
from postal_tracker.desks.surveys import RoundForm, begin_round, enter_sheet
from postal_tracker.forms import read_as
from postal_tracker.printing.documents.surveys import A_FILE
from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.readers import survey_of
from postal_tracker.reports.satisfaction import FROM_ANSWERS
from postal_tracker.views import catalogue
from postal_tracker.views.surveys import round_of, rounds
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, plain_code
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkOrManagerContext, RequestContext
from postal_tracker.web.http.parameters import Code

router = APIRouter(prefix="/desk/surveys")

_HERE = "/desk/surveys"


@router.get("")
async def show_rounds(
    request: Request, context: ClerkOrManagerContext, cursor: Code = ""
) -> Response:
    return await _rounds(request, context, cursor)


@router.post("")
async def begin(request: Request, context: ClerkOrManagerContext) -> Response:
    sent, known = await form_of(request, context.caller), context.house.surveys
    values = sent.given("office", "population", "sheets")
    by, now = context.caller, context.now
    try:
        form = read_as(RoundForm, values)
        told = await once(
            context,
            sent,
            values,
            lambda s: {"code": begin_round(s, form, known=known, by=by, now=now)},
        )
    except Problem as problem:
        return await _rounds(request, context, "", sent, problem)
    return go(request, f"{_HERE}/{told['code']}", done="survey_begun")


async def _rounds(
    request: Request,
    context: RequestContext,
    cursor: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    house, scope, lang = context.house, context.scope, context.lang
    page, offices = await house.database.read(
        lambda s: (
            rounds(s, scope=scope, lang=lang, cursor=cursor),
            catalogue.offices(s, on=house.today(), lang=lang, scope=scope),
        )
    )
    return show(
        request,
        "desk/surveys.html",
        context=context,
        sent=sent,
        problem=problem,
        page=page,
        offices=offices,
        needs_office=context.caller.office_id is None,
        asked=edition_on(house.surveys, house.today()).asked,
    )


@router.get("/{round_code}")
async def show_round(round_code: str, request: Request, context: ClerkOrManagerContext) -> Response:
    house, scope, lang, plain = context.house, context.scope, context.lang, plain_code(round_code)
    read = survey_of(house, lang, plain, scope=scope)
    about, report = await house.database.read(
        lambda s: (round_of(s, plain, scope=scope, lang=lang), read(s, None, 0)), slow=True
    )
    header, rows = reports.as_rows(report, lang)
    return show(
        request,
        "desk/survey.html",
        context=context,
        about=about,
        files=range(1, about.sheets + 1, A_FILE),
        columns=list(HEADINGS[report.of]),
        header=header,
        rows=rows,
        least=FROM_ANSWERS,
    )


@router.get("/{round_code}/entry")
async def ask_sheet(round_code: str, request: Request, context: ClerkOrManagerContext) -> Response:
    return await _ask(request, context, plain_code(round_code))


@router.post("/{round_code}/entry")
async def take_sheet(round_code: str, request: Request, context: ClerkOrManagerContext) -> Response:
    """Enter one sheet; the next is asked for at once."""
    sent, plain = await form_of(request, context.caller), plain_code(round_code)
    known, by = context.house.surveys, context.caller
    ticked = {name: sent.one(name) for name in sent.values}
    try:
        number = await context.house.database.write(
            lambda s: enter_sheet(s, plain, sent.one("sheet"), ticked, known=known, by=by)
        )
    except Problem as problem:
        return await _ask(request, context, plain, sent, problem)
    return await _ask(request, context, plain, entered=number)


async def _ask(
    request: Request,
    context: RequestContext,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    entered: int = 0,
) -> Response:
    house, scope, lang = context.house, context.scope, context.lang
    about = await house.database.read(lambda s: round_of(s, code, scope=scope, lang=lang))
    factors: list[Any] = []
    first = 1
    for one in edition_of(house.surveys, about.edition).factors:
        questions = [pick(words, lang) for words in one.questions]
        factors.append((pick(one.words, lang), first, questions))
        first += len(questions)
    return show(
        request,
        "desk/survey_entry.html",
        context=context,
        sent=sent,
        problem=problem,
        about=about,
        factors=factors,
        entered=entered,
    )
