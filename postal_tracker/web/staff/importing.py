"""A day's list of dossiers as a file: checked row by row, kept whole or not at all, taken back."""

from asyncio import to_thread
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import Session

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited
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
)
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go
from postal_tracker.web.html.row_reports import file_of, kept_or_checked, show_rows, template_of
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.cross_site import check_form_token

router = APIRouter(prefix="/desk/imports")

Row = Annotated[int, Path(ge=1, le=2**31 - 1)]

MOST_ROWS = 2_000
"""Of one file on the page: some three seconds in which others wait. Longer: the command line."""


@router.get("")
async def show_imports(request: Request, context: ClerkContext) -> Response:
    return await _page(request, context)


@router.get("/template")
async def dossiers_template(
    context: ClerkContext,  # noqa: ARG001 - whoever has no account gets none
    format_: Annotated[str, Query(alias="format", max_length=10)] = "xlsx",
) -> Response:
    return await template_of(Kind.DOSSIERS, format_)


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
            known = await context.house.database.read(imports.procedure_names)
            checked = await to_thread(imports.check_dossiers, data, filename, procedures=known)
            report = await _kept(request, context, checked, sent, sha256(data).hexdigest())
        except NothingImported as nothing:
            report = nothing.report
        except Problem as problem:
            return await _page(request, context, sent, problem)
    return await _page(request, context, sent, report=report, was_kept=keeps)


async def _kept(
    request: Request, context: RequestContext, checked: Checked, sent: Sent, digest: str
) -> ImportReport:
    """Keep the list, or only see whether it could be. Raises NothingImported, Conflict."""
    if len(checked.rows) > MOST_ROWS:
        raise field_invalid("file", *_TOO_LONG)
    by, now, keeps = context.caller, context.now, sent.one("do") == "keep"
    calendar = context.house.calendar
    doubles = Doubles(word) if (word := sent.one("doubles")) in set(Doubles) else None

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
        noted = happened(request, Audited.COMMAND, who=by.label, detail=detail)
        audit.record(session, [noted])
        return report, noted

    return await kept_or_checked(context, command)


@router.post("/{id_}/undo")
async def undo_import(id_: Row, request: Request, context: ClerkContext) -> Response:
    """Withdraw all that came in with a list, while nothing else was done with any of it."""
    sent = await form_of(request, context.caller)
    by, now, reason = context.caller, context.now, sent.one("reason")[:300]
    try:
        if not reason:
            raise field_invalid("reason", "Vui lòng ghi lý do.", "Say why.")
        await context.house.database.write(lambda s: batches.undo(s, id_, reason, by=by, now=now))
    except Problem as problem:
        return await _page(request, context, sent, problem)
    return go(request, "/desk/imports", done="import_undone")


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
    past = await context.house.database.read(lambda s: batches.listed(s, by=by), slow=True)
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
    )


_TOO_LONG = (
    f"Mỗi lần nhập nhiều nhất {MOST_ROWS} dòng. Vui lòng chia tệp.",
    f"At most {MOST_ROWS} rows at once. Divide the file.",
)
