"""For the national public service portal: items as files, each line the body of one call."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker.access import EVERYTHING
from postal_tracker.access.audit import Audited, Note
from postal_tracker.commands.noted import WHO, keep
from postal_tracker.commands.terminal import opened, stop, waiting
from postal_tracker.house import House
from postal_tracker.ledger.log import keys
from postal_tracker.views.national import (
    DossierFeed,
    ProgressFeed,
    dossiers_behind,
    progress_behind,
)

national = typer.Typer(no_args_is_help=True, help="For the national public service portal.")

Page = DossierFeed | ProgressFeed


@national.command("export")
def export_items(
    dossiers: Annotated[
        bool, typer.Option("--dossiers/--progress", help="For DongBoHoSoMC, CapNhatTienDoHoSoMC.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file.")],
    since: Annotated[str, typer.Option(help="The cursor that was printed last; none: all.")] = "",
) -> None:
    """Write what came since a cursor, each line the body of one call, and print the next cursor.

    The file is there once it is whole. Keep the cursor only after all of it was sent.
    """
    with opened() as house, waiting("Exporting…"):
        try:
            house.sequencer("command").append_now()
        except keys.NoKey as missing:
            stop(str(missing))
        unfinished = output.with_name(f"{output.name}.part")
        cursor = since
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                for page in _pages(house, _reader(house, dossiers=dossiers), since):
                    file.writelines(f"{_line(body)}\n" for body in _bodies(page))
                    cursor = page.next_cursor
            unfinished.replace(output)
        except OSError as fault:
            stop(f"{output} cannot be written ({fault.strerror or fault}).")
        finally:
            unfinished.unlink(missing_ok=True)
    print(cursor)


def _reader(house: House, *, dossiers: bool) -> Callable[[Session, str], Page]:
    calendar, titles = house.calendar, house.titles
    if dossiers:
        return lambda s, at: dossiers_behind(s, at, scope=EVERYTHING, calendar=calendar)
    return lambda s, at: progress_behind(s, at, scope=EVERYTHING, calendar=calendar, titles=titles)


def _pages(house: House, read: Callable[[Session, str], Page], cursor: str) -> Iterator[Page]:
    """Yield each page; whose items it holds is in the audit log before."""

    def page_at(cursor: str) -> Page:
        page = house.database.read_now(lambda s: read(s, cursor))
        _note(house, page)
        return page

    yield (page := page_at(cursor))
    while page.is_more:
        yield (page := page_at(page.next_cursor))


def _note(house: House, page: Page) -> None:
    told = Note(
        Audited.EXPORTED,
        house.now(),
        who=WHO,
        dossiers=[*dict.fromkeys(item.MaHoSo for item in page.items)],
        fields=("name", "phone", "email", "entry_note"),
        detail="national portal",
    )
    if page.items:
        house.database.write_now(lambda s: keep(s, told))


def _bodies(page: Page) -> Iterator[dict[str, Any]]:
    """Yield what is to be sent: new dossiers and changed ones are different calls."""
    if isinstance(page, ProgressFeed):
        if page.items:
            yield {"service": "CapNhatTienDoHoSoMC", "data": [asdict(item) for item in page.items]}
        return
    for is_updating in (False, True):
        data = [asdict(i) for i in page.items if (i.MaHoSo not in page.new) is is_updating]
        if data:
            yield {"service": "DongBoHoSoMC", "isUpdating": str(is_updating), "data": data}


def _line(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)
