"""The papers that go beside the labels, as PDF: receipts, handover lists, contents slips."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response

from postal_tracker.printing import receipts
from postal_tracker.printing.imprint import Imprint
from postal_tracker.web.errors import documented
from postal_tracker.web.gate import Desk, Door

router = APIRouter(prefix="/api/v1", responses=documented(400, 401, 403, 404, 405, 422, 500, 503))

CodeInPath = Annotated[str, Path(max_length=80)]

PDF = "application/pdf"

_FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {PDF: {}}}},
}


def pdf_answer(file: bytes, name: str) -> Response:
    """Answer with a file that a browser shows, and saves under the paper's number."""
    disposition = f'inline; filename="{name}.pdf"'
    return Response(file, media_type=PDF, headers={"Content-Disposition": disposition})


def imprint_of(door: Door) -> Imprint:
    house = door.house
    return Imprint(house.settings.address, house.secret, house.titles)


@router.get("/dossiers/{code}/receipt.pdf", **_FILE)
async def print_receipt(
    code: CodeInPath, door: Desk, paper: Literal["a5", "a4"] = "a5"
) -> Response:
    """Draw the receipt that a citizen takes home, and note who printed it.

    A5 is the citizen's copy; A4 has the office's beside it, to be cut in two.
    """
    return await receipt_file(door, code.upper()[:60], paper)


async def receipt_file(door: Door, code: str, paper: str) -> Response:
    database, imprint = door.house.database, imprint_of(door)
    words = await database.read(lambda s: receipts.receipt_for(s, imprint, code))
    drawn = await asyncio.to_thread(receipts.draw, words, paper)
    await database.write(
        lambda s: receipts.note_printed(s, code, paper, by=door.caller, now=door.now)
    )
    return pdf_answer(drawn, f"receipt-{code}")
