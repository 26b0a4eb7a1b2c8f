"""What a citizen sees: one question, then one dossier in a sentence. Neither name nor address."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from postal_tracker.core.problems import FieldFault, Invalid, Problem
from postal_tracker.forms import TrackForm, read_as
from postal_tracker.reports.promises import kept_in_ten
from postal_tracker.views import beside, lookup
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.views.feedback import own_feedback
from postal_tracker.web.html.cookies import know_device
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.lookups import find_by_token, look_up

router = APIRouter(include_in_schema=False)


@router.get("/")
async def ask(request: Request) -> Response:
    return show(request, "citizen/ask.html")


@router.post("/")
async def answer(request: Request) -> Response:
    """Answer in place, not by a redirect: no code and no proof may stand in an address."""
    sent = await form_of(request)
    try:
        values = {"code": sent.one("code"), "phone_last4": sent.one("phone_last4")}
        form = read_as(TrackForm, values)
        _refuse_mistyped(form.code)
        seen = await look_up(request, form)
    except Problem as problem:
        return show(request, "citizen/ask.html", sent=sent, problem=_in_plain_words(problem))
    return await _answer(request, seen, lookup.plain_code(form.code))


_FAULTS = {
    "code": FieldFault(
        "code", "Vui lòng nhập mã trên giấy hẹn.", "Enter the code on your receipt."
    ),
    "phone_last4": FieldFault(
        "phone_last4",
        "Vui lòng nhập đúng 4 số cuối, ví dụ 5678.",
        "Enter the last four digits, such as 5678.",
    ),
}


def _refuse_mistyped(code: str) -> None:
    """Raises Invalid where a check character shows it: not a guess, and nobody's secret."""
    if wrong := lookup.mistyped(code):
        fault = FieldFault("code", wrong.vi, wrong.en)
        raise Invalid("mistyped-code", wrong.vi, wrong.en, [fault])


def _in_plain_words(problem: Problem) -> Problem:
    if problem.slug == "mistyped-code":
        return problem
    return replace(problem, faults=[_FAULTS.get(f.field, f) for f in problem.faults])


@router.get("/t/{token}")
async def show_receipt(token: str, request: Request) -> Response:
    """Show the dossier of a receipt's QR code: who holds the receipt needs no other proof."""
    seen = await find_by_token(request, token, "link")
    return await _answer(request, seen, token[:13])


@router.get("/privacy")
async def tell_privacy(request: Request) -> Response:
    return show(request, "citizen/privacy.html", kept=house_of(request).settings)


@router.get("/accessibility")
async def tell_accessibility(request: Request) -> Response:
    return show(request, "citizen/accessibility.html")


def keep_secret(response: Response) -> None:
    """Let neither search engines nor other sites learn an address that is itself a proof."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"


async def _answer(request: Request, seen: CitizenDossierView, code: str) -> Response:
    house, lang = house_of(request), language_of(request)
    ended_after = house.now() - timedelta(days=house.settings.receipt_link_days)
    around, said = await house.database.read(
        lambda s: (
            beside.around(s, seen.code, secret=house.secret, ended_after=ended_after, lang=lang),
            own_feedback(s, seen.code, lang),
        )
    )
    page = house.carriers.own_page(*around.parcel) if around.parcel else ""
    shown: dict[str, Any] = {"seen": seen, "around": around, "said": said, "carriers_page": page}
    shown["kept_in_ten"] = await _kept_last_month(request) if seen.expected else None
    response = show(request, "citizen/answer.html", **shown)
    keep_secret(response)
    know_device(request, response, lookup.LOOKUP, (code, seen.code))
    return response


async def _kept_last_month(request: Request) -> int | None:
    """Return how many of ten promises of last month were kept: read once, it changes no more."""
    house, known = house_of(request), request.app.state.kept_in_ten
    today = house.today()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if month not in known:
        read = partial(kept_in_ten, month=month, today=today)
        known[month] = await house.database.read(read, slow=True)
    told: int | None = known[month]
    return told
