"""The papers beside the labels, as PDF: receipts, forms of the law, lists, slips, envelopes.

Programs and pages get the same files, each by addresses of its own.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from labels.papers.editions import Form
from postal_tracker.access.audit import Audited
from postal_tracker.printing.documents import (
    control_slips,
    handover_lists,
    parcel_papers,
    receipts,
    registers,
    statutory_letters,
    surveys,
)
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.storage.pools import DRAWING
from postal_tracker.web.http.auth import (
    ClerkContext,
    ClerkOrManagerContext,
    RequestContext,
    StaffContext,
)
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.files import PDF, files_of, shown
from postal_tracker.web.http.parameters import CodeInPath

T = TypeVar("T")

_ON_A_RECEIPT = ("name", "phone", "email", "address", "ward", "province")
_ON_AN_ENVELOPE = ("name", "phone", "address")
_IN_A_REGISTER = ("name", "phone", "address", "ward", "province")
"""Personal data that a paper shows, by the names of the fields."""

Year = Annotated[int, Path(ge=2000, le=2100)]
BookNumber = Annotated[int, Path(ge=1, le=10_000)]


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


FormName = Literal["supplement", "refusal", "apology", "stop"]
FormPaper = Literal["a4", "a5"]


async def print_letter(
    code: CodeInPath, form: FormName, context: ClerkContext, paper: FormPaper = "a4"
) -> Response:
    """Draw what the newest act of its kind says to the applicant.

    Forms 02 (supplement), 03 (refusal), 04 (apology with a new date) and 05 (stop).
    """
    plain = code.upper()[:60]
    drawn = await _drawn(
        context,
        lambda s: statutory_letters.letter_for(s, plain, Form(form), scope=context.scope),
        lambda words: statutory_letters.draw(words, paper),
    )
    context.saw([*_ON_A_RECEIPT, "entry_note"], dossiers=[plain], detail=form)
    return shown(drawn, PDF, f"{form}.pdf")


async def print_control_slip(
    code: CodeInPath, context: ClerkContext, paper: FormPaper = "a4"
) -> Response:
    """Draw form 06: who gave the dossier to whom, what was decided, when."""
    plain, imprint = code.upper()[:60], _imprint(context)
    drawn = await _drawn(
        context,
        lambda s: control_slips.control_slip_for(
            s, imprint, plain, scope=context.scope, now=context.now
        ),
        lambda words: control_slips.draw(words, paper),
    )
    context.saw(["entry_note"], dossiers=[plain], detail="control")
    return shown(drawn, PDF, "control.pdf")


async def print_evaluation(
    code: CodeInPath, context: ClerkContext, paper: FormPaper = "a5"
) -> Response:
    """Draw the slip on which an applicant says how it went; it names neither dossier nor person."""
    plain = code.upper()[:60]
    drawn = await _drawn(
        context,
        lambda s: statutory_letters.evaluation_for(s, plain, scope=context.scope, now=context.now),
        lambda words: statutory_letters.draw_evaluation(words, paper),
    )
    return shown(drawn, PDF, "evaluation.pdf")


async def print_register(
    office: CodeInPath, year: Year, book: BookNumber, context: ClerkOrManagerContext
) -> Response:
    """Draw one book of form 07, what an office took in during a year: 500 dossiers at most."""
    read, now = context.house.database.read, context.now
    words = await read(
        lambda s: registers.book_for(s, office[:30], year, book, scope=context.scope, now=now),
        slow=True,
    )
    drawn = await DRAWING.run(registers.draw, words)
    context.saw(
        _IN_A_REGISTER,
        dossiers=[entry.code for entry in words.entries],
        detail=f"register {year}/{book}",
        what=Audited.EXPORTED,
    )
    return shown(drawn, PDF, f"register-{year}-{book}.pdf")


async def print_sheets(
    round_code: CodeInPath,
    context: ClerkOrManagerContext,
    first: Annotated[int, Query(ge=1, le=10_000, description="The first sheet.")] = 1,
) -> Response:
    """Draw a hundred sheets of a survey, each with its code; they bear no name."""
    plain, known = round_code.upper()[:30], context.house.surveys
    drawn = await _drawn(
        context,
        lambda s: surveys.sheets_for(s, plain, first, known=known, scope=context.scope),
        surveys.draw,
    )
    return shown(drawn, PDF, f"{plain}-{first}.pdf")


async def print_handover(number: CodeInPath, context: StaffContext) -> Response:
    """Draw the list that a courier signs for, or has signed."""
    return await print_list(number, context)


async def print_list(number: str, context: RequestContext) -> Response:
    """Give the courier the same paper as the desk."""
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
_A_LETTER = {**A_PAPER, "responses": {**files_of(PDF), **documented(404, 409)}}


def add_routes(router: APIRouter) -> None:
    """Let the papers that only show something be had below this router's address."""
    for path, print_ in (
        ("/registers/{office}/{year}/{book}.pdf", print_register),
        ("/dossiers/{code}/papers/control.pdf", print_control_slip),
        ("/dossiers/{code}/papers/evaluation.pdf", print_evaluation),
        ("/surveys/{round_code}/sheets.pdf", print_sheets),
        ("/handovers/{number}.pdf", print_handover),
        ("/parcels/{tracking_number:path}/contents.pdf", print_contents),
        ("/parcels/{tracking_number:path}/envelope.pdf", print_envelope),
    ):
        router.add_api_route(path, print_, **A_PAPER)
    router.add_api_route("/dossiers/{code}/papers/{form}.pdf", print_letter, **_A_LETTER)
