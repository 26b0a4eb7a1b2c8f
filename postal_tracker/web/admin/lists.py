"""The catalogue by file: a template to fill in, judged row by row, kept whole or not at all."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import Session

from postal_tracker.access import audit, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import Problem, no_such
from postal_tracker.desks import imports
from postal_tracker.desks.imports import Checked, ImportReport, Kind, NothingImported, OnlyChecked
from postal_tracker.web.html.row_reports import file_of, kept_or_checked, show_rows, template_of
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.cross_site import check_form_token

router = APIRouter(prefix="/desk/admin/import/{list_}")

KindInPath = Annotated[str, Path(max_length=20)]
FileFormat = Annotated[str, Query(alias="format", max_length=10)]


@router.get("")
async def show_import(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    return _page(request, context, catalogue_kind(list_))


@router.get("/template")
async def template(
    list_: KindInPath, context: AdminContext, format_: FileFormat = "xlsx"
) -> Response:
    refuse_part(context.scope)
    return await template_of(catalogue_kind(list_), format_)


@router.post("")
async def take_list(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    """Judge a list against the record; keep it if that was asked and no row is refused."""
    refuse_part(context.scope)
    chosen, database = catalogue_kind(list_), context.house.database
    async with request.form(max_files=1, max_fields=10) as form:
        check_form_token(context.caller, str(form.get("csrf", "")))
        keeps = form.get("do") == "keep"
        try:
            data, filename = await file_of(form)
            known = await database.read(imports.known)
            checked = await to_thread(imports.check_catalogue, chosen, data, filename, known=known)
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

    return await kept_or_checked(context, command)


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
    refuse_part(context.scope)
    return show_rows(
        request,
        "admin/import.html",
        kind,
        report,
        context=context,
        problem=problem,
        kind=kind.value,
        was_kept=was_kept,
    )
