"""Reports and lists as files that are taken away: CSV and XLSX, and whose names are in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Literal

from fastapi import Response
from sqlmodel import Session

from postal_tracker import reports, spreadsheets
from postal_tracker.reports import Report
from postal_tracker.reports.in_words import header_of, rows_of
from postal_tracker.reports.readers import Read
from postal_tracker.spreadsheets import Cell
from postal_tracker.storage.pools import DRAWING
from postal_tracker.web.http.audited import names_in, saw_export
from postal_tracker.web.http.auth import RequestContext
from postal_tracker.web.http.files import TABLES, saved_file

MOST_IN_A_FILE = 20_000
"""Rows; a spreadsheet of more is no longer looked at by people."""

FileKind = Literal["csv", "xlsx"]

Laid = Callable[[Report], spreadsheets.Form]
"""What lays a report of one page out as its regulation prints it."""


Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""Headings, and rows as they are read."""


async def report_file(
    context: RequestContext, name: str, read: Read, kind: FileKind, laid: Laid | None = None
) -> Response:
    """Answer with a file of a whole report; that it was taken away is written down."""
    named: list[str] = []

    def put(file: IO[bytes], session: Session) -> None:
        pages = reports.each_page(
            lambda cursor: read(session, cursor, reports.MOST_LISTED), most=MOST_IN_A_FILE
        )
        first = next(pages)
        noted = _noting(chain([first], pages), named)
        if laid and kind == "xlsx":
            spreadsheets.put_form(file, laid(first))
        else:
            spreadsheets.PUT[kind](
                file, header_of(first.of, context.lang), rows_of(noted, context.lang)
            )

    return await _file_of(context, name, put, kind, named)


async def table_file(
    context: RequestContext, name: str, table: Callable[[Session], Table], kind: FileKind
) -> Response:
    """Answer with a file of a table that names no applicant, as `report_file` does."""

    def put(file: IO[bytes], session: Session) -> None:
        header, rows = table(session)
        spreadsheets.PUT[kind](file, header, islice(rows, MOST_IN_A_FILE))

    return await _file_of(context, name, put, kind, [])


async def _file_of(
    context: RequestContext,
    name: str,
    put: Callable[[IO[bytes], Session], None],
    kind: FileKind,
    named: list[str],
) -> Response:
    """Answer with what is put into a file; `named` is filled meanwhile with whose names are in it.

    It is read from one snapshot, a page at a time; nobody's slow line holds that open.
    """

    def drawn() -> IO[bytes]:
        with ExitStack() as unless_done:
            file = unless_done.enter_context(TemporaryFile())
            with Session(context.house.database.at_one_moment()) as session:
                put(file, session)
            unless_done.pop_all()
        return file

    file = await DRAWING.run(drawn)
    saw_export(context, named, f"{name} {kind}")
    return saved_file(file, TABLES[kind], f"{name}-{context.house.today():%Y%m%d}.{kind}")


def _noting(pages: Iterable[Report], named: list[str]) -> Iterator[Report]:
    for page in pages:
        named += names_in(page)
        yield page
