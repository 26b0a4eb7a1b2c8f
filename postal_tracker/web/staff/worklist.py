"""The worklist as a page: what needs somebody today, the act that solves it, who has taken it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.core.bilingual_terms import pick
from postal_tracker.core.dates import midnight
from postal_tracker.core.problems import Problem
from postal_tracker.core.worklist import WorkKind
from postal_tracker.desks import worklist
from postal_tracker.desks.colleagues import colleagues
from postal_tracker.forms import WorkForm, read_as
from postal_tracker.reports import Report
from postal_tracker.reports.in_words import WORK_IN_WORDS
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.reports.work_counts import work_counts
from postal_tracker.reports.worklist import Asked, WorkPage
from postal_tracker.reports.worklist import worklist as rows_of
from postal_tracker.views import Count
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkOrManagerContext, RequestContext
from postal_tracker.web.http.reading import read_worklist
from postal_tracker.web.http.report_files import FileKind, report_file

router = APIRouter(prefix="/desk/worklist")

_A_PAGE = 25
_KEPT = ("kind", "mine", "escalated", "snoozed")
"""What an address of the list may hold."""


@router.get("")
async def show_all(request: Request, context: ClerkOrManagerContext) -> Response:
    return await _page(request, context)


@router.get("/list.{kind}")
async def take_away(kind: FileKind, request: Request, context: ClerkOrManagerContext) -> Response:
    """Answer with all that the list shows as a file."""
    house = context.house
    own = await house.database.read(lambda s: access.username_of(s, context.caller))
    asked = _asked(_kept(request), own)
    scope, now, lang = context.scope, context.now, context.lang

    def read(session: Session, cursor: str | None, limit: int) -> Report:
        page = rows_of(
            session, house, asked, scope=scope, now=now, lang=lang, limit=limit, cursor=cursor
        )
        return Report(ToDoRow, page.items, page.next_cursor)

    return await report_file(context, "worklist", read, kind)


@router.post("/{item}")
async def work(item: str, request: Request, context: ClerkOrManagerContext) -> Response:
    sent = await form_of(request, context.caller)
    values = {**sent.given("act", "assignee", "note"), **_until(sent.one("until"), context)}
    try:
        form = read_as(WorkForm, values)
        done = await context.house.database.write(
            lambda s: worklist.work_on(s, item, form, by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await _page(request, context, problem)
    of_parcel = f"/desk/parcels/{quote(done.partition(':')[2])}"  # asked from its own page
    back = of_parcel if sent.one("then") == "parcel" else _address(_kept(request))
    return go(request, back, done=f"work_{form.act}")


def _address(kept: dict[str, str], path: str = "") -> str:
    return f"/desk/worklist{path}" + (f"?{urlencode(kept)}" if kept else "")


def _until(choice: str, context: RequestContext) -> dict[str, Any]:
    """Read until when something is put off: an hour, tomorrow morning, a week."""
    begins = midnight(context.house.today())
    moments: dict[str, datetime] = {
        "hour": context.now + timedelta(hours=1),
        "tomorrow": begins + timedelta(days=1, hours=8),
        "week": begins + timedelta(days=7, hours=8),
    }
    return {"until": moments[choice]} if choice in moments else {}


def _kept(request: Request) -> dict[str, str]:
    asked = request.query_params
    return {name: asked[name][:40] for name in _KEPT if asked.get(name)}


async def _page(
    request: Request, context: RequestContext, problem: Problem | None = None
) -> Response:
    kept, cursor = _kept(request), request.query_params.get("cursor")
    house, scope, now = context.house, context.scope, context.now
    off = "snoozed" in kept
    mine, others, counts = await house.database.read(
        lambda s: (
            access.username_of(s, context.caller),
            colleagues(s, scope=scope),
            work_counts(s, house, scope=scope, now=now, snoozed=off),
        ),
        slow=True,
    )
    asked = _asked(kept, mine)
    page = await read_worklist(context, asked, limit=_A_PAGE, cursor=None if problem else cursor)
    return show(
        request,
        "desk/worklist.html",
        context=context,
        problem=problem,
        here="/desk/worklist" if problem else "",
        groups=[(kind, list(rows)) for kind, rows in groupby(page.items, lambda row: row.kind)],
        count=_count(asked, page, counts),
        counts={kind.value: n for kind, n in counts.items() if n.n},
        by_kind={kind.value: _address({**kept, "kind": kind.value}) for kind in WorkKind},
        all_kinds=_address({k: v for k, v in kept.items() if k != "kind"}),
        kept=kept,
        colleagues=others,
        query=_address(kept).removeprefix("/desk/worklist"),
        titles=house.titles,
        titles_of={kind: pick(words, context.lang) for kind, words in WORK_IN_WORDS.items()},
        files={kind: _address(kept, f"/list.{kind}") for kind in ("xlsx", "csv")},
        next_cursor=page.next_cursor,
    )


def _asked(kept: dict[str, str], own: str) -> Asked:
    kind = kept.get("kind", "")
    kinds = [WorkKind(kind)] if kind in set(WorkKind) else list(WorkKind)
    return Asked(
        kinds,
        assignee=own if "mine" in kept else "",
        snoozed="snoozed" in kept,
        escalated="escalated" in kept,
    )


def _count(asked: Asked, page: WorkPage, counts: Mapping[WorkKind, Count]) -> Count:
    """Return how many rows all pages have; of a narrowed list those of this page are known."""
    if asked.assignee or asked.escalated:
        return Count(len(page.items), page.next_cursor is not None)
    of_kinds = [counts[kind] for kind in asked.kinds]
    return Count(sum(n.n for n in of_kinds), any(n.more for n in of_kinds))
