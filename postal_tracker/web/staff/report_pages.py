"""Reports as pages: the same rows that spreadsheets get, with links to what they are about."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from postal_tracker import reports
from postal_tracker.core.problems import no_such
from postal_tracker.reports.in_words import HEADINGS
from postal_tracker.web.api.reports import (
    Read,
    found_by_poll_of,
    locations_of,
    overdue_of,
    punctuality_of,
    silent_of,
    unaccepted_of,
)
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import DeskOrManager, Door

router = APIRouter(prefix="/desk/reports")

_A_PAGE = 100

_READ: dict[str, Callable[[Door, str], Read]] = {
    "locations": lambda door, _: locations_of(door.house, door.lang),
    "overdue": lambda door, _: overdue_of(door.house, door.lang),
    "unaccepted": lambda door, _: unaccepted_of(door.house, door.now),
    "silent": lambda door, _: silent_of(door.house, door.now),
    "punctuality": lambda door, month: punctuality_of(door.house, door.lang, month),
    "found-by-poll": lambda door, month: found_by_poll_of(door.house, month),
}


@router.get("/{name}")
async def show_report(
    name: str,
    request: Request,
    door: DeskOrManager,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    month: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    if name not in _READ:
        raise no_such("page")
    read = _READ[name](door, month)
    report = await door.house.database.read(lambda s: read(s, cursor, _A_PAGE), slow=True)
    header, rows = reports.as_rows(report, door.lang)
    return show(
        request,
        "desk/report.html",
        door=door,
        name=name,
        columns=list(HEADINGS[report.of]),
        header=header,
        rows=rows,
        next_page=_next(name, report.next_cursor),
        month=month or f"{door.house.today():%Y-%m}",
        settings=door.house.settings,
    )


def _next(name: str, cursor: str | None) -> str:
    return f"/desk/reports/{name}?{urlencode({'cursor': cursor})}" if cursor else ""
