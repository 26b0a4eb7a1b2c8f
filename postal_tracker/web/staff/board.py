"""The desk's first page: who holds how many dossiers, where, what needs attention; and the scan."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import reports, views
from postal_tracker.core.codes import wedge
from postal_tracker.core.problems import Invalid, Problem
from postal_tracker.desks import scanning
from postal_tracker.forms import ScanForm, field_invalid, read_as
from postal_tracker.reports.readers import locations_of
from postal_tracker.reports.work_counts import work_counts
from postal_tracker.views import worklists
from postal_tracker.views.first_steps import first_steps
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import RequestContext, StaffContext
from postal_tracker.web.staff.search import held_token

router = APIRouter(prefix="/desk")

_COUNTED = 100
"""Beyond this many the board says "100+": the report counts on."""


@router.get("")
async def show_board(request: Request, context: StaffContext) -> Response:
    return await _board(request, context)


async def _board(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    choices: Sequence[str] = (),
) -> Response:
    found = await context.house.database.read(lambda s: _found(s, context), slow=True)
    return show(
        request,
        "desk/board.html",
        context=context,
        sent=sent,
        problem=problem,
        here="/desk",
        choices=choices,
        **found,
    )


def _found(session: Session, context: RequestContext) -> dict[str, Any]:
    house, scope = context.house, context.scope
    held = locations_of(house, context.lang, scope=scope)(session, None, 60).items
    rows = sorted(held, key=lambda row: row.dossiers, reverse=True)
    unaccepted = timedelta(hours=house.settings.unaccepted_after_hours)
    silent = timedelta(hours=house.settings.silent_after_hours)
    messages = views.message_counts(session, scope=scope)
    follow_ups = reports.follow_up_counts(session, scope=scope, most=_COUNTED)
    how: Any = {"scope": scope, "now": context.now, "most": _COUNTED}
    return {
        "locations": [(row, held_token(row, context)) for row in rows],
        "most": max((row.dossiers for row in rows), default=1),
        "work": _shown(_sum(work_counts(session, house, scope=scope, now=context.now).values())),
        "dossiers": sum(row.dossiers for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "unaccepted": _shown(reports.count_unaccepted(session, after=unaccepted, **how)),
        "silent": _shown(reports.count_silent(session, after=silent, **how)),
        "follow_ups": {kind: _shown(n) for kind, n in follow_ups.items()},
        "waiting": _shown(worklists.count_to_hand_over(session, scope=scope, most=_COUNTED)),
        "messages": {state: _shown(n) for state, n in messages.items()},
        "running_out": worklists.numbers_running_out(session, house.titles),
        "titles": house.titles,
        "steps": [] if rows else first_steps(session, connected=house.carriers.connected),
    }


def _sum(counts: Iterable[views.Count]) -> views.Count:
    each = list(counts)
    return views.Count(sum(one.n for one in each), any(one.more for one in each))


def _shown(count: views.Count) -> str:
    return f"{count.n}{'+' if count.more else ''}" if count.n else ""


_ADDRESSES = {
    "dossier": "/desk/dossiers/",
    "parcel": "/desk/parcels/",
    "handover": "/desk/handovers/",
}


@router.post("/scan")
async def scan(request: Request, context: StaffContext) -> Response:
    """Lead to whatever was scanned. What it was is never repeated: people scan identity cards."""
    sent = await form_of(request, context.caller)
    try:
        form = read_as(ScanForm, {"code": sent.one("code"), **sent.given("chosen")})
        seen = await context.house.database.read(
            lambda s: scanning.read(s, form, by=context.caller)
        )
        if seen.choices:
            return await _board(request, context, choices=seen.choices)
        if seen.kind not in _ADDRESSES:
            raise _nothing_found(form.code)
    except Problem as problem:
        return await _board(request, context, problem=problem)
    done = "repaired" if seen.repaired else ""
    return go(request, _ADDRESSES[seen.kind] + quote(seen.code), done=done)


def _nothing_found(text: str) -> Invalid:
    if wedge.is_changed(text):
        return field_invalid("code", *wedge.SWITCH)
    return field_invalid(
        "code",
        "Không tìm thấy gì với mã này. Vui lòng quét lại, hoặc tìm theo tên ở mục Hồ sơ.",
        "Nothing is found for this code. Scan it again, or search by name.",
    )
