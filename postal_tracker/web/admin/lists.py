"""The catalogue by file: a template to fill in, judged row by row, kept whole or not at all."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import UploadFile

from postal_tracker.access import audit, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.desks import imports
from postal_tracker.desks.imports import Checked, ImportReport, Kind, NothingImported, OnlyChecked
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.cross_site import check_form_token
from postal_tracker.web.http.files import XLSX, saved

router = APIRouter(prefix="/desk/admin/import/{list_}")

KindInPath = Annotated[str, Path(max_length=20)]
FileFormat = Annotated[str, Query(alias="format", max_length=10)]

MOST_SHOWN = 100
"""Rows that one page tells of; those that are refused come first."""


@router.get("")
async def show_import(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    return _page(request, context, catalogue_kind(list_))


@router.get("/template")
async def template(
    list_: KindInPath, context: AdminContext, format_: FileFormat = "xlsx"
) -> Response:
    """Answer with an empty list; the workbook's second sheet says what goes where."""
    refuse_part(context.scope)
    chosen = catalogue_kind(list_)
    if format_ == "csv":
        return saved(imports.template(chosen, "csv"), "text/csv; charset=utf-8", f"{chosen}.csv")
    return saved(await to_thread(imports.template, chosen, "xlsx"), XLSX, f"{chosen}.xlsx")


@router.post("")
async def take_list(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    """Judge a list against the record; keep it if that was asked and no row is refused."""
    refuse_part(context.scope)
    chosen, database = catalogue_kind(list_), context.house.database
    async with request.form(max_files=1, max_fields=10) as form:
        check_form_token(context.caller, str(form.get("csrf", "")))
        file, keeps = form.get("file"), form.get("do") == "keep"
        try:
            if not isinstance(file, UploadFile) or not file.filename:
                raise field_invalid("file", *_NO_FILE)
            data, known = await file.read(), await database.read(imports.known)
            checked = await to_thread(
                imports.check_catalogue, chosen, data, file.filename[-80:], known=known
            )
            report = await _kept(request, context, checked, keeps=keeps)
        except NothingImported as nothing:
            report = nothing.report
        except Problem as problem:
            return _page(request, context, chosen, problem=problem)
    return _page(request, context, chosen, report=report, was_kept=keeps)


async def _kept(
    request: Request, context: RequestContext, checked: Checked, *, keeps: bool
) -> ImportReport:
    """Keep the list, or only see whether it could be. Raises NothingImported."""

    def command(session: Session) -> tuple[ImportReport, audit.Note]:
        report = imports.update_catalogue(session, checked)
        if not keeps:
            raise OnlyChecked(report)
        detail = f"import {report.kind.value}: {report.good} rows"
        note = happened(request, Audited.SETTINGS, who=context.caller.label, detail=detail)
        audit.record(session, [note])
        return report, note

    try:
        report, note = await context.house.database.write(command)
    except OnlyChecked as checked_only:
        return checked_only.report
    tell(note)
    return report


def catalogue_kind(text: str) -> Kind:
    if text not in (Kind.OFFICES, Kind.AUTHORITIES, Kind.PROCEDURES):
        raise no_such("page")
    return Kind(text)


def _page(
    request: Request,
    context: RequestContext,
    kind: Kind,
    *,
    problem: Problem | None = None,
    report: ImportReport | None = None,
    was_kept: bool = False,
) -> Response:
    """Draw it; a list of which a row is refused answers 422, like any form."""
    refuse_part(context.scope)
    rows = sorted(report.rows, key=lambda row: not row.faults) if report else []
    values: dict[str, Any] = {"report": report, "rows": rows[:MOST_SHOWN], "total": len(rows)}
    page = show(
        request,
        "admin/import.html",
        context=context,
        problem=problem,
        kind=kind.value,
        was_kept=was_kept,
        columns=list(imports.columns_told(kind)),
        **values,
    )
    if report and report.refused:
        page.status_code = 422
    return page


_NO_FILE = ("Vui lòng chọn một tệp CSV hoặc XLSX.", "Choose a CSV or XLSX file.")
