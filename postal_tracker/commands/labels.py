"""Labels without the web: into a file, or out of a printer."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from postal_tracker.access import Caller, Role
from postal_tracker.commands.noted import note_labels
from postal_tracker.commands.papers import OPERATOR
from postal_tracker.commands.terminal import (
    REFUSED,
    WRONGLY_ASKED,
    AsJson,
    bar,
    beside,
    opened,
    print_json,
    read_as,
    stop,
    write_file,
)
from postal_tracker.core import codes
from postal_tracker.house import House

if TYPE_CHECKING:
    from postal_tracker.printing.batches import BatchResult
    from postal_tracker.printing.label_files import LabelFile

CLERK = Caller(OPERATOR, Role.DESK, None)


def labels(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE...", help="Dossier codes and parcel numbers."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; - is stdout.")
    ] = None,
    printer: Annotated[str, typer.Option(help="The printer, instead of a file.")] = "",
    handover: Annotated[str, typer.Option(help="All parcels of this list.")] = "",
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="All parcels sealed on this day.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what was printed before; its paper says so.")
    ] = False,
    media: Annotated[
        str, typer.Option(help="a6, 100x150, a4-24…; else the printer's own, or a6 in a file.")
    ] = "",
    format_: Annotated[
        str, typer.Option("--format", help="Of the file: pdf (unless told), zpl, png or svg.")
    ] = "",
    skip: Annotated[int, typer.Option(min=0, max=100, help="Places used up on the sheet.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Print labels and note it. Of a list, a day, or on a printer, each comes out once."""
    _refuse_contradictions((wanted, handover, day), output, printer, format_)
    dossiers, parcels = _sorted_out(wanted or [])
    asked: dict[str, Any] = {
        **{"dossiers": dossiers, "parcels": parcels, "handover": handover},
        **{"day": day.date() if day else None, "media": media, "skip": skip, "again": again},
    }
    with opened() as house:
        if dossiers and not house.secret:
            stop("Set POSTAL_SECRET_KEY: it signs the links on receipts.", WRONGLY_ASKED)
        if output:
            _to_file(house, asked | {"format": format_ or "pdf"}, output)
        else:
            _to_printer(house, asked | {"printer": printer}, as_json=as_json)


def _refuse_contradictions(
    which: Sequence[object], output: Path | None, printer: str, format_: str
) -> None:
    if sum(map(bool, which)) != 1:
        stop("Name codes, or --handover, or --day: one of them.", WRONGLY_ASKED)
    if bool(output) == bool(printer):
        stop("Labels go to a file (-o) or to a printer (--printer).", WRONGLY_ASKED)
    if printer and format_:
        stop("A printer gets what it understands: --format is for files.", WRONGLY_ASKED)


def _sorted_out(wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return dossier codes and parcel numbers; leaves with 1 if one is neither."""
    read = [(text, codes.read_scan(text)) for text in wanted]
    for text, scanned in read:
        if scanned.kind not in (codes.ScanKind.DOSSIER, codes.ScanKind.PARCEL):
            stop(f"{text} is neither a dossier's code nor a parcel's number.")
    dossiers = [s.code for _, s in read if s.kind is codes.ScanKind.DOSSIER]
    return dossiers, [s.code for _, s in read if s.kind is codes.ScanKind.PARCEL]


# To a file


def _to_file(house: House, asked: dict[str, Any], output: Path) -> None:
    from postal_tracker.printing import (  # it draws, which takes long to import
        label_files,
        selection,
    )

    form = read_as(selection.FileForm, asked)

    async def draw() -> label_files.LabelFile:
        async with label_files.label_file(house, form, by=CLERK) as file:
            if file.content:
                note_labels(house, file.drawn)
                write_file(output, file.content)
            return file

    _tell_of_file(asyncio.run(draw()), again=asked["again"])


def _tell_of_file(file: "LabelFile", *, again: bool) -> None:
    if file.already:
        beside.print(f"{file.already} printed before; --again prints them once more.")
    if file.left:
        rest = "name them by their codes" if again else "the same command goes on"
        beside.print(f"{file.left} left, more than one file holds: {rest}.")
    if not file.content:
        stop("Nothing is left to print.")


# To a printer


def _to_printer(house: House, asked: dict[str, Any], *, as_json: bool) -> None:
    from postal_tracker.printing import batches, selection

    form = read_as(selection.PrintsForm, asked)
    with bar("Printing") as on_progress:
        printing = batches.print_labels(house, form, by=CLERK, on_progress=on_progress)
        result = asyncio.run(printing)
    note_labels(house, result.shown)
    if as_json:
        fault = result.fault.en if result.fault else None
        reasons = {code: en for code, (_, en) in result.unprintable.items()}
        print_json(
            {n: v for n, v in asdict(replace(result, fault=None)).items() if n != "shown"}
            | {"fault": fault, "unprintable": list(reasons), "reasons": reasons}
        )
    else:
        _tell(result)
    if result.left or result.unprintable:
        raise typer.Exit(REFUSED)


def _tell(result: "BatchResult") -> None:
    said = [f"{result.printed} printed."]
    if result.already:
        said.append(f"{result.already} printed before; --again prints them once more.")
    said += [why for _, why in result.unprintable.values()]
    if result.fault:
        said += [result.fault.en, f"{len(result.left)} left: the same command goes on."]
    if result.unsure:
        said.append(f"Perhaps on paper already: {', '.join(result.unsure)}; then as reprints.")
    for line in said:
        beside.print(line, markup=False)
