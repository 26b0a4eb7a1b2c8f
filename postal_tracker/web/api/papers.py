"""The papers beside the labels, as PDF: receipts, handover lists, slips of contents, envelopes."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from postal_tracker.printing.documents import handover_lists, parcel_papers, receipts
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.web.http.auth import Desk, Door, Staff
from postal_tracker.web.http.errors import documented

router = APIRouter(prefix="/api/v1", responses=documented(400, 401, 403, 404, 405, 422, 500, 503))

CodeInPath = Annotated[str, Path(max_length=80)]

PDF = "application/pdf"

T = TypeVar("T")

_FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {PDF: {}}}},
}


@router.get("/dossiers/{code}/receipt.pdf", **_FILE)
async def print_receipt(
    code: CodeInPath, door: Desk, paper: Literal["a5", "a4"] = "a5"
) -> Response:
    """Draw the receipt that a citizen takes home, and note who printed it.

    A5 is the citizen's copy; A4 has the office's beside it, to be cut in two.
    """
    plain = code.upper()[:60]
    drawn = await _drawn(
        door,
        lambda s: receipts.receipt_for(s, _imprint(door), plain),
        lambda words: receipts.draw(words, paper),
    )
    await door.house.database.write(
        lambda s: receipts.note_printed(s, plain, paper, by=door.caller, now=door.now)
    )
    return _answer(drawn, "receipt")


@router.get("/handovers/{number}.pdf", **_FILE)
async def print_handover(number: CodeInPath, door: Staff) -> Response:
    """Draw the list that a postman signs for, or has signed."""
    plain = number.upper()[:30]
    drawn = await _drawn(
        door,
        lambda s: handover_lists.handover_list_for(s, _imprint(door), plain),
        handover_lists.draw,
    )
    return _answer(drawn, "handover")


@router.get("/parcels/{tracking_number:path}/contents.pdf", **_FILE)
async def print_contents(tracking_number: CodeInPath, door: Staff) -> Response:
    """Draw the slip of what lies in a parcel; of one to the centre, of what comes back in it."""
    plain = tracking_number.upper()[:80]
    drawn = await _drawn(
        door,
        lambda s: parcel_papers.contents_for(s, _imprint(door), plain),
        parcel_papers.draw_contents,
    )
    return _answer(drawn, "contents")


@router.get("/parcels/{tracking_number:path}/envelope.pdf", **_FILE)
async def print_envelope(
    tracking_number: CodeInPath, door: Desk, size: Literal["dl", "c5"] = "dl"
) -> Response:
    """Draw a parcel's envelope, the recipient where a window is."""
    plain = tracking_number.upper()[:80]
    drawn = await _drawn(
        door,
        lambda s: parcel_papers.envelope_for(s, _imprint(door), plain),
        lambda words: parcel_papers.draw_envelope(words, size),
    )
    return _answer(drawn, "envelope")


def _imprint(door: Door) -> Imprint:
    house = door.house
    return Imprint(house.settings.address, house.secret, house.titles)


async def _drawn(door: Door, read: Callable[[Session], T], draw: Callable[[T], bytes]) -> bytes:
    """Read the words of a paper and draw it, which may take a while, beside other requests."""
    words = await door.house.database.read(read, slow=True)
    return await asyncio.to_thread(draw, words)


def _answer(file: bytes, paper: str) -> Response:
    """Answer with a file that a browser shows."""
    shown = {"Content-Disposition": f'inline; filename="{paper}.pdf"'}
    return Response(file, media_type=PDF, headers=shown)
