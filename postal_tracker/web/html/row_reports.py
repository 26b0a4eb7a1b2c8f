"""What both import pages share: the empty list, the file that is sent, what became of each row."""

from asyncio import to_thread
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from postal_tracker.access import audit
from postal_tracker.access.trail import tell
from postal_tracker.desks import imports
from postal_tracker.desks.imports import ImportReport, Kind, OnlyChecked
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import RequestContext
from postal_tracker.web.http.files import TABLES, XLSX, saved

MOST_SHOWN = 100
"""Rows that one page tells of; those that are refused come first."""


async def template_of(kind: Kind, format_: str) -> Response:
    """Answer with an empty list; the workbook's second sheet says what goes where."""
    if format_ == "csv":
        return saved(imports.template(kind, "csv"), TABLES["csv"], f"{kind}.csv")
    return saved(await to_thread(imports.template, kind, "xlsx"), XLSX, f"{kind}.xlsx")


async def file_of(form: FormData) -> tuple[bytes, str]:
    """Return what was sent, and its name. Raises Invalid if there is no file."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise field_invalid("file", *_NO_FILE)
    return await file.read(), file.filename[-80:]


async def kept_or_checked(
    context: RequestContext, command: Callable[[Session], tuple[ImportReport, audit.Note]]
) -> ImportReport:
    """Keep a list, or only see whether it could be (the command raises OnlyChecked)."""
    try:
        report, note = await context.house.database.write(command)
    except OnlyChecked as checked_only:
        return checked_only.report
    tell(note)
    return report


def show_rows(
    request: Request, template: str, of: Kind, report: ImportReport | None, **values: Any
) -> Response:
    """Draw the page; a list of which a row is refused answers 422, like any form."""
    rows = sorted(report.rows, key=lambda row: not row.faults) if report else []
    told: dict[str, Any] = {"report": report, "rows": rows[:MOST_SHOWN], "total": len(rows)}
    columns = list(imports.columns_told(of))
    page = show(request, template, columns=columns, **told, **values)
    if report and report.refused:
        page.status_code = 422
    return page


_NO_FILE = ("Vui lòng chọn một tệp CSV hoặc XLSX.", "Choose a CSV or XLSX file.")
