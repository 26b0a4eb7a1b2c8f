"""A day's list of dossiers as a file: checked row by row, kept whole or not at all, taken back.

A short list is answered at once. A long one is brought in beside everything else, and a page shows
how far it is (desks/imports/under_way.py).
"""

from asyncio import to_thread
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import Session

from postal_tracker.access import Caller, audit
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.desks import imports
from postal_tracker.desks.imports import (
    Checked,
    Doubles,
    ImportReport,
    Kind,
    NothingImported,
    OnlyChecked,
    batches,
    under_way,
)
from postal_tracker.desks.imports.under_way import State, Task
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.html.row_reports import file_of, kept_or_checked, show_rows, template_of
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.cross_site import check_form_token
from postal_tracker.web.http.report_files import FileKind
from postal_tracker.web.staff.list_files import IMPORT, Listing, list_file

router = APIRouter(prefix="/desk/imports")

_UNDER_WAY = "/desk/imports/under-way"

Row = Annotated[int, Path(ge=1, le=2**31 - 1)]

AT_ONCE = 200
"""Rows, or dossiers to be taken back, in one transaction: others wait meanwhile."""

AT_ONCE_BYTES = 40_960
"""A longer file is read and judged beside everything else."""


@router.get("")
async def show_imports(request: Request, context: ClerkContext) -> Response:
    return await _page(request, context)


@router.get("/template")
async def dossiers_template(
    context: ClerkContext,  # noqa: ARG001 - whoever has no account gets none
    format_: Annotated[str, Query(alias="format", max_length=10)] = "xlsx",
) -> Response:
    return await template_of(Kind.DOSSIERS, format_)


@router.get("/list.{kind}")
async def take_away(kind: FileKind, context: ClerkContext) -> Response:
    """Answer with the lists that were brought in, as the page shows them."""
    past = Listing(IMPORT, lambda s, c, _: batches.listed(s, by=c.caller))
    return await list_file(context, "imports", past, {}, kind)


@router.post("")
async def take_dossiers(request: Request, context: ClerkContext) -> Response:
    """Judge a list against the record; keep it if that was asked and no row is refused."""
    async with request.form(max_files=1, max_fields=10) as form:
        check_form_token(context.caller, str(form.get("csrf", "")))
        names = ("doubles", "again", "do")
        sent = prefilled(**{name: str(form.get(name, ""))[:20] for name in names})
        keeps = sent.one("do") == "keep"
        try:
            data, filename = await file_of(form)
            report = await _at_once(request, context, sent, data, filename)
            if report is None:
                return await _begun(request, context, sent, data, filename)
        except NothingImported as nothing:
            report = nothing.report
        except Problem as problem:
            return await _page(request, context, sent, problem)
    return await _page(request, context, sent, report=report, was_kept=keeps)


async def _at_once(
    request: Request, context: RequestContext, sent: Sent, data: bytes, filename: str
) -> ImportReport | None:
    """Return what became of a short list; of a long one None. Raises NothingImported, Invalid."""
    if len(data) > AT_ONCE_BYTES:
        return None
    known = await context.house.database.read(imports.procedure_names)
    checked = await to_thread(imports.check_dossiers, data, filename, procedures=known)
    if len(checked.rows) > AT_ONCE:
        return None
    return await _kept(request, context, checked, sent, sha256(data).hexdigest())


async def _begun(
    request: Request, context: RequestContext, sent: Sent, data: bytes, filename: str
) -> Response:
    """Have a long list brought in, and lead to the page that shows how far it is."""
    digest = sha256(data).hexdigest()
    what: dict[str, Any] = {
        "digest": digest,
        "data": data,
        "format": filename.rpartition(".")[2].lower()[:4],
        "doubles": _doubles(sent) or "",
    }
    task = Task.KEEP if sent.one("do") == "keep" else Task.CHECK

    def command(session: Session) -> tuple[int, audit.Note]:
        if not sent.one("again"):
            batches.refuse_same(session, digest)
        begun = under_way.begin(session, task, by=context.caller, now=context.now, **what)
        return begun, _noted(request, context, session, f"list {begun} of dossiers: {task}")

    begun, note = await context.house.database.write(command)
    tell(note)
    return go(request, f"{_UNDER_WAY}/{begun}")


def _noted(request: Request, context: RequestContext, session: Session, detail: str) -> audit.Note:
    note = happened(request, Audited.COMMAND, who=context.caller.label, detail=detail)
    audit.record(session, [note])
    return note


def _doubles(sent: Sent) -> Doubles | None:
    return Doubles(word) if (word := sent.one("doubles")) in set(Doubles) else None


async def _kept(
    request: Request, context: RequestContext, checked: Checked, sent: Sent, digest: str
) -> ImportReport:
    """Keep the list, or only see whether it could be. Raises NothingImported, Conflict."""
    by, now, keeps = context.caller, context.now, sent.one("do") == "keep"
    calendar, doubles = context.house.calendar, _doubles(sent)

    def command(session: Session) -> tuple[ImportReport, audit.Note]:
        if not sent.one("again"):
            batches.refuse_same(session, digest)
        report = imports.register_dossiers(
            session, checked, by=by, calendar=calendar, now=now, doubles=doubles
        )
        if not keeps:
            raise OnlyChecked(report)
        number = batches.note(session, report, digest, by=by, now=now)
        detail = f"import {number} of dossiers: {report.good} rows"
        return report, _noted(request, context, session, detail)

    return await kept_or_checked(context, command)


@router.get("/under-way/{id_}")
async def show_under_way(id_: Row, request: Request, context: ClerkContext) -> Response:
    """Show how far a long list is, or what became of it."""
    work = await context.house.database.read(lambda s: under_way.found(s, id_, by=context.caller))
    told = work.report or {}
    report = under_way.report_of(told) if "rows" in told and work.ended_at else None
    return show(
        request,
        "desk/import_under_way.html",
        context=context,
        work=work,
        told=told,
        report=report,
        rows=report.rows if report else [],
        total=report.good + report.refused + report.skipped if report else 0,
        was_kept=work.state == State.KEPT,
    )


@router.post("/{id_}/undo")
async def undo_import(id_: Row, request: Request, context: ClerkContext) -> Response:
    """Withdraw all that came in with a list, while nothing else was done with any of it."""
    sent = await form_of(request, context.caller)
    by, now, reason = context.caller, context.now, sent.one("reason")[:300]
    try:
        if not reason:
            raise field_invalid("reason", "Vui lòng ghi lý do.", "Say why.")
        begun = await context.house.database.write(lambda s: _undone(s, id_, reason, by, now))
    except Problem as problem:
        return await _page(request, context, sent, problem)
    if begun:
        return go(request, f"{_UNDER_WAY}/{begun}")
    return go(request, "/desk/imports", done="import_undone")


def _undone(session: Session, id_: int, reason: str, by: Caller, now: datetime) -> int | None:
    """Take a list back; of a long one return the number of the work that does it."""
    count = batches.refuse_undo(session, id_, by=by)
    if count <= AT_ONCE:
        batches.undo(session, id_, reason, by=by, now=now)
        return None
    what = {"import_id": id_, "reason": reason, "total": count}
    return under_way.begin(session, Task.UNDO, by=by, now=now, **what)


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    *,
    report: ImportReport | None = None,
    was_kept: bool = False,
) -> Response:
    by = context.caller
    past, begun = await context.house.database.read(
        lambda s: (batches.listed(s, by=by), under_way.own(s, by=by)), slow=True
    )
    return show_rows(
        request,
        "desk/imports.html",
        Kind.DOSSIERS,
        report,
        context=context,
        sent=sent,
        problem=problem,
        here="/desk/imports",
        was_kept=was_kept,
        past=past,
        under_way=f"{_UNDER_WAY}/{begun}" if begun else "",
    )
