"""A page that says what is wrong with a scanner: it shows a code that we know, to be scanned."""

from itertools import groupby

from fastapi import APIRouter, Request, Response

from labels.bars import modules
from postal_tracker.core.codes.scanner_check import CHECK_CODE, Finding, examine
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import ClerkContext, RequestContext

router = APIRouter(prefix="/desk/station/test")


@router.get("")
async def ask(request: Request, context: ClerkContext) -> Response:
    return _page(request, context, None)


@router.post("")
async def tell(request: Request, context: ClerkContext) -> Response:
    """Say how the code arrived; nothing of it is kept."""
    sent = await form_of(request, context.caller)
    # Not `one`: blanks and control characters around the code are what is looked for.
    typed = "".join(sent.values.get("typed", [""])[:1])[:500]
    return _page(request, context, examine(typed, sent.one("ended")))


def _page(request: Request, context: RequestContext, found: list[Finding] | None) -> Response:
    return show(
        request,
        "desk/station_test.html",
        context=context,
        found=found,
        bars=_bars(),
        wide=len(modules(CHECK_CODE)),
    )


def _bars() -> list[tuple[int, int]]:
    """Return where each bar of the code begins and how wide it is, in modules."""
    bars, at = [], 0
    for ink, run in groupby(modules(CHECK_CODE)):
        width = len(list(run))
        if ink == "1":
            bars.append((at, width))
        at += width
    return bars
