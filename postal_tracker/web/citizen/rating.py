"""What a citizen thought of it, and what all may read of that. No name, and no dossier, is kept."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from postal_tracker.core.problems import Problem
from postal_tracker.desks import rating
from postal_tracker.desks.rating import RatingForm
from postal_tracker.forms import read_as
from postal_tracker.reports.satisfaction import FROM_ANSWERS, published, together
from postal_tracker.views import lookup
from postal_tracker.views.beside import GIVEN_OUT
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.web.citizen.lookup import keep_secret
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.lookups import find_by_token

router = APIRouter(include_in_schema=False)

MONTHS = 12


@router.get("/r/{token}")
async def ask_rating(token: str, request: Request) -> Response:
    seen = await _found(request, token)
    return await _page(request, token, seen)


@router.post("/r/{token}")
async def take_rating(token: str, request: Request) -> Response:
    seen, sent = await _found(request, token), await form_of(request)
    house = house_of(request)
    try:
        form = read_as(RatingForm, {name: sent.one(name) for name in ("fast", "polite", "text")})
        await house.database.write(lambda s: rating.rate(s, seen.code, form, now=house.now()))
    except Problem as problem:
        return await _page(request, token, seen, sent, problem)
    response = RedirectResponse(f"/r/{token}", 303)
    keep_secret(response)
    return response


async def _found(request: Request, token: str) -> CitizenDossierView:
    """Return whose result was given out. Raises NotFound for any other."""
    seen = await find_by_token(request, token, "rate")
    if seen.stage not in GIVEN_OUT:
        raise lookup.not_found()
    return seen


async def _page(
    request: Request,
    token: str,
    seen: CitizenDossierView,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    is_rated = await house_of(request).database.read(lambda s: rating.is_rated(s, seen.code))
    response = show(
        request,
        "citizen/rate.html",
        sent=sent,
        problem=problem,
        token=token,
        seen=seen,
        is_rated=is_rated,
    )
    keep_secret(response)
    return response


@router.get("/satisfaction")
async def show_published(request: Request) -> Response:
    """Tell all the world what citizens answered, the numbers beside the shares."""
    house = house_of(request)
    months = await house.database.read(
        lambda s: published(s, months=MONTHS, today=house.today()), slow=True
    )
    return show(
        request,
        "citizen/satisfaction.html",
        months=months,
        all=together(months),
        least=FROM_ANSWERS,
    )
