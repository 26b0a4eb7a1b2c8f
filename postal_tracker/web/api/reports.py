"""Reports for programs and spreadsheets: rows as JSON, CSV or XLSX."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json
from sqlmodel import Session

from postal_tracker import reports, spreadsheets
from postal_tracker.core.terms import Lang
from postal_tracker.forms import field_invalid
from postal_tracker.house import House
from postal_tracker.reports import (
    FoundByPollRow,
    LocationRow,
    OverdueRow,
    PunctualityRow,
    Report,
    SilentRow,
    UnacceptedRow,
)
from postal_tracker.web.http.auth import DeskOrManager, Door
from postal_tracker.web.http.errors import documented

router = APIRouter(prefix="/api/v1/reports")

MOST_IN_A_FILE = 20_000
"""Rows; a spreadsheet of more is no longer looked at by people."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Short = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Asked:
    """In which form a report is wanted, and which part of it. Files hold all pages."""

    format: Literal["json", "csv", "xlsx"] = "json"
    cursor: Annotated[str | None, Query(max_length=200)] = None
    limit: Annotated[int, Query(ge=1, le=reports.MOST_LISTED)] = 100


Wanted = Annotated[Asked, Depends()]
Read = Callable[[Session, str | None, int], Report]


def locations_of(house: House, lang: Lang) -> Read:
    return lambda session, cursor, limit: reports.locations(
        session, today=house.today(), titles=house.titles, lang=lang, cursor=cursor, limit=limit
    )


def overdue_of(house: House, lang: Lang, *, office: str = "", authority: str = "") -> Read:
    return lambda session, cursor, limit: reports.overdue(
        session,
        today=house.today(),
        calendar=house.calendar,
        titles=house.titles,
        lang=lang,
        office=office,
        authority=authority,
        cursor=cursor,
        limit=limit,
    )


def unaccepted_of(house: House, now: datetime) -> Read:
    after = timedelta(hours=house.settings.unaccepted_after_hours)
    return lambda session, cursor, limit: reports.unaccepted(
        session, now=now, after=after, titles=house.titles, cursor=cursor, limit=limit
    )


def silent_of(house: House, now: datetime) -> Read:
    after = timedelta(hours=house.settings.silent_after_hours)
    return lambda session, cursor, limit: reports.silent(
        session, now=now, after=after, titles=house.titles, cursor=cursor, limit=limit
    )


def punctuality_of(house: House, lang: Lang, month: str) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = _first_day(month) if month else house.today().replace(day=1)
    return lambda session, _cursor, _limit: reports.punctuality(session, month=first, lang=lang)


def found_by_poll_of(house: House, month: str) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = _first_day(month) if month else house.today().replace(day=1)
    return lambda session, _cursor, _limit: reports.found_by_poll(
        session, month=first, titles=house.titles
    )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise field_invalid(
            "month", "Tháng phải có dạng 2026-11.", "A month looks like 2026-11."
        ) from None


def _page_of(row: type) -> Any:
    """Return what OpenAPI says of a report with rows of this kind."""
    model = type(
        f"{row.__name__}s",
        (BaseModel,),
        {"__annotations__": {"items": list[row], "next_cursor": str | None}, "next_cursor": None},  # type: ignore[valid-type]
    )
    files: dict[str, Any] = {"text/csv": {}, _XLSX: {}}
    return {200: {"model": model, "content": files}, **documented(401, 403, 422, 503)}


@router.get("/locations", response_class=Response, responses=_page_of(LocationRow))
async def show_locations(door: DeskOrManager, asked: Wanted) -> Response:
    """Say who holds how many open dossiers, where, the oldest since when."""
    return await _answer(door, "locations", locations_of(door.house, door.lang), asked)


@router.get("/overdue", response_class=Response, responses=_page_of(OverdueRow))
async def show_overdue(
    door: DeskOrManager, asked: Wanted, office: Short = "", authority: Short = ""
) -> Response:
    """List open dossiers whose appointed day has passed without a result."""
    read = overdue_of(door.house, door.lang, office=office, authority=authority)
    return await _answer(door, "overdue", read, asked)


@router.get("/unaccepted", response_class=Response, responses=_page_of(UnacceptedRow))
async def show_unaccepted(door: DeskOrManager, asked: Wanted) -> Response:
    """List parcels that a postman signed for and whose carrier does not know of them."""
    return await _answer(door, "unaccepted", unaccepted_of(door.house, door.now), asked)


@router.get("/silent", response_class=Response, responses=_page_of(SilentRow))
async def show_silent(door: DeskOrManager, asked: Wanted) -> Response:
    """List parcels on their way of which nothing has been heard for long."""
    return await _answer(door, "silent", silent_of(door.house, door.now), asked)


@router.get("/punctuality", response_class=Response, responses=_page_of(PunctualityRow))
async def show_punctuality(door: DeskOrManager, asked: Wanted, month: Short = "") -> Response:
    """Say how each authority kept its appointments in a month (`2026-11`)."""
    return await _answer(door, "punctuality", punctuality_of(door.house, door.lang, month), asked)


@router.get("/found-by-poll", response_class=Response, responses=_page_of(FoundByPollRow))
async def show_found_by_poll(door: DeskOrManager, asked: Wanted, month: Short = "") -> Response:
    """Say of each carrier's scans in a month (`2026-11`) how many no web hook told of."""
    return await _answer(door, "found-by-poll", found_by_poll_of(door.house, month), asked)


async def _answer(door: Door, name: str, read: Read, asked: Asked) -> Response:
    database = door.house.database
    if asked.format == "json":
        page = await database.read(lambda s: read(s, asked.cursor, asked.limit), slow=True)
        body = to_json({"items": page.items, "next_cursor": page.next_cursor})
        return Response(body, media_type="application/json")

    def whole(session: Session) -> Report:
        return reports.gather(
            lambda cursor: read(session, cursor, reports.MOST_LISTED), most=MOST_IN_A_FILE
        )

    report = await database.read(whole, slow=True)
    header, rows = reports.as_rows(report, door.lang)
    write = {"csv": spreadsheets.write_csv, "xlsx": spreadsheets.write_xlsx}[asked.format]
    body = await asyncio.to_thread(write, header, rows)
    filename = f"{name}-{door.house.today():%Y%m%d}.{asked.format}"
    return Response(
        body,
        media_type={"csv": "text/csv; charset=utf-8", "xlsx": _XLSX}[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
