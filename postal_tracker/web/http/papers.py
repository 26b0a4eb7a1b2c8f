"""The papers beside the labels, as PDF: receipts, handover lists, slips of contents, envelopes.

Programs and pages get the same files, each by addresses of its own.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, Response
from sqlmodel import Session

from postal_tracker.printing.documents import handover_lists, parcel_papers, receipts
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.storage.pools import DRAWING
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.files import PDF, files_of, shown
from postal_tracker.web.http.parameters import CodeInPath

T = TypeVar("T")

_ON_A_RECEIPT = ("name", "phone", "email", "address", "ward", "province")
_ON_AN_ENVELOPE = ("name", "phone", "address")
"""Personal data that a paper shows, by the names of the fields."""


ReceiptPaper = Literal["a5", "a4"]


async def print_receipt(
    code: CodeInPath, context: ClerkContext, paper: ReceiptPaper = "a5"
) -> Response:
    """Draw the receipt that a citizen takes home, and note who printed it: so it is a POST.

    A5 is the citizen's copy; A4 has the office's beside it, to be cut in two.
    """
    plain = code.upper()[:60]
    drawn = await _drawn(
        context,
        lambda s: receipts.receipt_for(s, _imprint(context), plain, scope=context.scope),
        lambda words: receipts.draw(words, paper),
    )
    context.saw(_ON_A_RECEIPT, dossiers=[plain], detail="receipt")
    await context.house.database.write(
        lambda s: receipts.note_printed(s, plain, paper, by=context.caller, now=context.now)
    )
    return shown(drawn, PDF, "receipt.pdf")


async def print_handover(number: CodeInPath, context: StaffContext) -> Response:
    """Draw the list that a courier signs for, or has signed."""
    plain = number.upper()[:30]
    drawn = await _drawn(
        context,
        lambda s: handover_lists.handover_list_for(
            s, _imprint(context), plain, scope=context.scope
        ),
        handover_lists.draw,
    )
    return shown(drawn, PDF, "handover.pdf")


async def print_contents(tracking_number: CodeInPath, context: StaffContext) -> Response:
    """Draw the slip of what lies in a parcel; of one to the centre, of what comes back in it."""
    plain = tracking_number.upper()[:80]
    drawn = await _drawn(
        context,
        lambda s: parcel_papers.contents_for(s, _imprint(context), plain, scope=context.scope),
        parcel_papers.draw_contents,
    )
    context.saw(["name"], parcels=[plain], detail="contents")
    return shown(drawn, PDF, "contents.pdf")


async def print_envelope(
    tracking_number: CodeInPath, context: ClerkContext, size: Literal["dl", "c5"] = "dl"
) -> Response:
    """Draw a parcel's envelope, the recipient where a window is."""
    plain = tracking_number.upper()[:80]
    drawn = await _drawn(
        context,
        lambda s: parcel_papers.envelope_for(s, _imprint(context), plain, scope=context.scope),
        lambda words: parcel_papers.draw_envelope(words, size),
    )
    context.saw(_ON_AN_ENVELOPE, parcels=[plain], detail="envelope")
    return shown(drawn, PDF, "envelope.pdf")


def _imprint(context: RequestContext) -> Imprint:
    house = context.house
    return Imprint(house.settings.address, house.secret, house.titles)


async def _drawn(
    context: RequestContext, read: Callable[[Session], T], draw: Callable[[T], bytes]
) -> bytes:
    """Read the words of a paper and draw it, which may take a while, beside other requests."""
    words = await context.house.database.read(read, slow=True)
    return await DRAWING.run(draw, words)


RECEIPT = "/dossiers/{code}/receipt.pdf"
A_PAPER: dict[str, Any] = {
    "response_class": Response,
    "responses": {**files_of(PDF), **documented(404)},
}


def add_routes(router: APIRouter) -> None:
    """Let the papers that only show something be had below this router's address."""
    for path, print_ in (
        ("/handovers/{number}.pdf", print_handover),
        ("/parcels/{tracking_number:path}/contents.pdf", print_contents),
        ("/parcels/{tracking_number:path}/envelope.pdf", print_envelope),
    ):
        router.add_api_route(path, print_, **A_PAPER)
