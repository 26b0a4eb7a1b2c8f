"""The scan station: a pile of readings, each answered by its line. Works without script as a form
of many lines; the script of the page sends the same form, one reading at a time."""

from functools import partial
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import Problem, no_such
from postal_tracker.desks import station
from postal_tracker.desks.station import Tone
from postal_tracker.forms import field_invalid
from postal_tracker.views import worklists
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.staff.station_answers import Answers, Row, answer, expected_of

router = APIRouter(prefix="/desk/station")

MODES = ("receive", "lookup", "shelf", "handover", "seal")

NOTHING_READ = Answers()


@router.get("")
async def show_first(request: Request, _context: ClerkContext) -> Response:
    wanted = request.query_params.get("mode", "")
    return go(request, f"/desk/station/{wanted if wanted in MODES else MODES[0]}")


@router.post("/undo")
async def undo(request: Request, context: ClerkContext) -> Response:
    """Take back what one reading did."""
    sent = await form_of(request, context.caller)
    mode = _mode(sent.one("mode"))
    values = {"entries": sent.one("entries")}
    numbers = values["entries"].split(",")[: station.MOST_CHECKED]
    entries = [int(text) for text in numbers if text.isdecimal() and len(text) < 16]

    def command(session: Session) -> dict[str, Any]:
        calendar, now = context.house.calendar, context.now
        by = context.caller
        return station.undo(session, entries, by=by, calendar=calendar, now=now).as_answer()

    try:
        told = station.told_again(await once(context, sent, values, command))
    except Problem as problem:
        told = station.refused(problem)
    return await _page(request, context, mode, sent, Answers([Row(0, told)]))


@router.get("/{mode}")
async def show_one(mode: str, request: Request, context: ClerkContext) -> Response:
    return await _page(request, context, _mode(mode))


@router.post("/{mode}")
async def take(mode: str, request: Request, context: ClerkContext) -> Response:
    """Answer each line; of a `part` the rows alone, for the page's script."""
    sent, mode = await form_of(request, context.caller), _mode(mode)
    try:
        answers = await answer(context, mode, sent, _typed(sent))
    except Problem as problem:
        return await _page(request, context, mode, sent, problem=problem)
    return await _page(request, context, mode, sent, answers)


def _mode(text: str) -> str:
    """Raises NotFound."""
    if text not in MODES:
        raise no_such("page")
    return text


def _typed(sent: Sent) -> list[tuple[int, str]]:
    """Return the lines in which something stands, by their numbers as typed. Raises Invalid."""
    typed = "".join(sent.values.get("lines", [""])[:1]).split("\n")
    lines = [(line, text.strip()) for line, text in enumerate(typed, 1) if text.strip()]
    if len(lines) > station.MOST_CHECKED:
        raise field_invalid(
            "lines",
            f"Mỗi lần tối đa {station.MOST_CHECKED} dòng. Vui lòng chia làm nhiều lượt.",
            f"At most {station.MOST_CHECKED} lines at a time. Send them in several parts.",
        )
    return lines


async def _page(
    request: Request,
    context: RequestContext,
    mode: str,
    sent: Sent = NOTHING_SENT,
    answers: Answers = NOTHING_READ,
    problem: Problem | None = None,
) -> Response:
    show_it = partial(
        show,
        request,
        context=context,
        problem=problem,
        here=f"/desk/station/{mode}",
        mode=mode,
        answers=answers,
        rows=answers.rows,
    )
    if sent.one("part") and not problem:
        return show_it("desk/station_rows.html")
    carrier, expected = await _expected(context, mode, sent.one("carrier"))
    kept = prefilled(
        carrier=carrier,
        direction=sent.one("direction") or "to_authority",
        lines=sent.one("lines") if problem else "\n".join(answers.left),
    )
    tones = [row.told.tone for row in answers.rows]
    return show_it(
        "desk/station.html",
        sent=kept,
        modes=MODES,
        carriers=list(context.house.carriers.choices.items()),
        expected=expected,
        counts={tone.value: tones.count(tone) for tone in Tone},
        form_id=uuid4().hex,
    )


async def _expected(context: RequestContext, mode: str, carrier: str) -> tuple[str, int]:
    """Return the carrier, the newest parcel's if none was chosen, and how many are expected."""

    def find(session: Session) -> tuple[str, int]:
        chosen = carrier or worklists.latest_carrier(session, scope=context.scope)
        expected, _ = expected_of(session, mode, chosen, context.caller)
        return chosen, len(expected)

    return await context.house.database.read(find, slow=True)
