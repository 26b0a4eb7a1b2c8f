"""A citizen asks, complains, or has not received it: by the page, once the proof was given."""

import json
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from postal_tracker.core.bilingual_terms import choices_of
from postal_tracker.core.feedback import CATEGORIES, KINDS
from postal_tracker.core.problems import Problem
from postal_tracker.desks import feedback
from postal_tracker.desks.feedback import FeedbackForm
from postal_tracker.forms import read_as
from postal_tracker.ledger import idempotency
from postal_tracker.storage.tables.feedback import LONGEST_TEXT
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.views.feedback import own_feedback
from postal_tracker.web.citizen.lookup import keep_secret
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.lookups import find_by_token

router = APIRouter(include_in_schema=False)


@router.get("/f/{token}")
async def ask_feedback(token: str, request: Request) -> Response:
    seen = await find_by_token(request, token, "feedback")
    kind = request.query_params.get("kind", "")
    return await _page(request, token, seen, prefilled(kind=kind if kind in set(KINDS) else ""))


@router.post("/f/{token}")
async def take_feedback(token: str, request: Request) -> Response:
    seen, sent = await find_by_token(request, token, "feedback"), await form_of(request)
    try:
        if sent.one("number"):
            await _receive_more(request, seen.code, sent)
        else:
            await _take(request, seen.code, sent)
    except Problem as problem:
        return await _page(request, token, seen, sent, problem)
    response = RedirectResponse(f"/f/{token}", 303)
    keep_secret(response)
    return response


async def _take(request: Request, code: str, sent: Sent) -> None:
    """Take it in once, though the button may be pressed twice."""
    house, values = house_of(request), sent.given("kind", "category", "text")
    form, now = read_as(FeedbackForm, values), house.now()

    def command(session: Any) -> dict[str, Any]:
        opened = feedback.open_feedback(
            session, code, form, by=None, calendar=house.calendar, now=now
        )
        return {"number": asdict(opened)["number"]}

    key, told = f"page:{sent.one('form_id')}"[:255], json.dumps(values, sort_keys=True).encode()
    await house.database.write(
        lambda s: idempotency.once(s, command, caller="citizen", key=key, request=told, now=now)
    )


async def _receive_more(request: Request, code: str, sent: Sent) -> None:
    house = house_of(request)
    told = sent.one("number")[:30], sent.one("more")[:LONGEST_TEXT]
    now, calendar = house.now(), house.calendar
    await house.database.write(
        lambda s: feedback.receive_more(s, code, *told, calendar=calendar, now=now)
    )


async def _page(
    request: Request,
    token: str,
    seen: CitizenDossierView,
    sent: Sent,
    problem: Problem | None = None,
) -> Response:
    lang = language_of(request)
    said = await house_of(request).database.read(lambda s: own_feedback(s, seen.code, lang))
    response = show(
        request,
        "citizen/feedback.html",
        sent=sent,
        problem=problem,
        token=token,
        seen=seen,
        said=said,
        kinds=choices_of(KINDS, lang),
        categories=choices_of(CATEGORIES, lang),
    )
    keep_secret(response)
    return response
