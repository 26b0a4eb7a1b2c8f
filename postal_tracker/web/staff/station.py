"""The scan station: a pile of readings, each answered by its line. Works without script as a form
of many lines; the script of the page sends the same form, one reading at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import NotFound, Problem, no_such
from postal_tracker.desks import station
from postal_tracker.desks.station import Told, Tone
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext

router = APIRouter(prefix="/desk/station")

MODES = ("receive", "lookup")

MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one line."""

    line: int
    told: Told
    same_as: int = 0
    """The line in which the same thing was read before; 0 if there is none."""


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
    entries = [int(text) for text in values["entries"].split(",") if text.isdecimal()]

    def command(session: Session) -> dict[str, Any]:
        calendar, now = context.house.calendar, context.now
        by = context.caller
        return station.undo(session, entries, by=by, calendar=calendar, now=now).as_answer()

    try:
        told = station.told_again(await once(context, sent, values, command))
    except Problem as problem:
        told = station.refused(problem)
    return _page(request, context, mode, sent, [Row(0, told)])


@router.get("/{mode}")
async def show_one(mode: str, request: Request, context: ClerkContext) -> Response:
    return _page(request, context, _mode(mode))


@router.post("/{mode}")
async def take(mode: str, request: Request, context: ClerkContext) -> Response:
    """Answer each line; of a `part` the rows alone, for the page's script."""
    mode, sent = _mode(mode), await form_of(request, context.caller)
    lines = _typed(sent)
    if len(lines) > MOST_LINES:
        return _page(request, context, mode, sent, problem=_too_many())
    told = [(line, await _answer(context, mode, sent, line, text)) for line, text in lines]
    return _page(request, context, mode, sent, _rows(told))


def _mode(text: str) -> str:
    """Raises NotFound."""
    if text not in MODES:
        raise no_such("page")
    return text


def _typed(sent: Sent) -> list[tuple[int, str]]:
    """Return the lines in which something stands, by their numbers as they were typed."""
    typed = "".join(sent.values.get("lines", [""])[:1]).split("\n")
    return [(line, text.strip()) for line, text in enumerate(typed, 1) if text.strip()]


def _too_many() -> Problem:
    return field_invalid(
        "lines",
        f"Mỗi lần tối đa {MOST_LINES} dòng. Vui lòng chia làm nhiều lượt.",
        f"At most {MOST_LINES} lines at a time. Send them in several parts.",
    )


async def _answer(context: RequestContext, mode: str, sent: Sent, line: int, text: str) -> Told:
    by, now = context.caller, context.now
    try:
        if mode == "lookup":
            return await context.house.database.read(lambda s: station.look_up(s, text, by=by))
        own = prefilled(form_id=f"{sent.one('form_id') or uuid4().hex}-{line}")
        answer = await once(
            context,
            own,
            {"mode": mode, "text": text},
            lambda s: station.receive(s, text, by=by, now=now).as_answer(),
        )
        return station.told_again(answer)
    except Problem as problem:
        return station.refused(problem)


def _rows(told: Sequence[tuple[int, Told]]) -> list[Row]:
    """Name of each double the line in which it was read first."""
    first: dict[str, int] = {}
    rows = []
    for line, one in told:
        before = first.get(one.code, 0)
        if before and one.tone is Tone.RIGHT:
            one = Told(Tone.DOUBLE, one.vi, one.en, one.kind, one.code)
        rows.append(Row(line, one, before if one.tone is Tone.DOUBLE else 0))
        if one.code and one.tone is not Tone.WRONG:
            first.setdefault(one.code, line)
    return rows


def _page(
    request: Request,
    context: RequestContext,
    mode: str,
    sent: Sent = NOTHING_SENT,
    rows: Sequence[Row] = (),
    problem: Problem | None = None,
) -> Response:
    tones = [row.told.tone for row in rows]
    return show(
        request,
        "desk/station_rows.html" if sent.one("part") else "desk/station.html",
        context=context,
        sent=sent if problem else NOTHING_SENT,
        problem=problem,
        here=f"/desk/station/{mode}",
        mode=mode,
        modes=MODES,
        rows=rows,
        counts={tone.value: tones.count(tone) for tone in Tone},
        form_id=uuid4().hex,
    )
