"""Reports and lists as files that are taken away: CSV and XLSX, and whose names are in them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Literal

from fastapi import Response
from sqlmodel import Session

from postal_tracker import reports, spreadsheets
from postal_tracker.reports import Report
from postal_tracker.reports.in_words import header_of, rows_of
from postal_tracker.reports.readers import Read
from postal_tracker.storage.pools import DRAWING
from postal_tracker.web.http.audited import names_in, saw_export
from postal_tracker.web.http.auth import RequestContext
from postal_tracker.web.http.files import XLSX, saved_file

MOST_IN_A_FILE = 20_000
"""Rows; a spreadsheet of more is no longer looked at by people."""

FileKind = Literal["csv", "xlsx"]

Laid = Callable[[Report], spreadsheets.Form]
"""What lays a report of one page out as its regulation prints it."""


async def report_file(
    context: RequestContext, name: str, read: Read, kind: FileKind, laid: Laid | None = None
) -> Response:
    """Answer with a file of a whole report; that it was taken away is written down."""
    file, named = await DRAWING.run(_as_file, context, read, kind, laid)
    saw_export(context, named, f"{name} {kind}")
    media_type = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}[kind]
    return saved_file(file, media_type, f"{name}-{context.house.today():%Y%m%d}.{kind}")


def _as_file(
    context: RequestContext, read: Read, form: str, laid: Laid | None
) -> tuple[IO[bytes], list[str]]:
    """Write a whole report into a file, and tell whose names are in it.

    It is read from one snapshot, a page at a time; nobody's slow line holds that open.
    """
    put = {"csv": spreadsheets.put_csv, "xlsx": spreadsheets.put_xlsx}[form]
    named: list[str] = []
    with ExitStack() as unless_done:
        file = unless_done.enter_context(TemporaryFile())
        with Session(context.house.database.at_one_moment()) as session:
            pages = reports.each_page(
                lambda cursor: read(session, cursor, reports.MOST_LISTED), most=MOST_IN_A_FILE
            )
            first = next(pages)
            noted = _noting(chain([first], pages), named)
            if laid and form == "xlsx":
                spreadsheets.put_form(file, laid(first))
            else:
                put(file, header_of(first.of, context.lang), rows_of(noted, context.lang))
        unless_done.pop_all()
    return file, named


def _noting(pages: Iterable[Report], named: list[str]) -> Iterator[Report]:
    for page in pages:
        named += names_in(page)
        yield page
