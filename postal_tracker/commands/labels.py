"""Labels without the web: into a file, or out of a printer."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from postal_tracker import codes
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
)
from postal_tracker.forms import LabelsForm
from postal_tracker.house import House
from postal_tracker.staff import Caller, Role

if TYPE_CHECKING:
    from postal_tracker.printers import Outcome

STDOUT = Path("-")

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
    media: Annotated[str, typer.Option(help="a6, 100x150, a4-24…; else the printer's own.")] = "",
    format_: Annotated[str, typer.Option("--format", help="pdf, zpl, png or svg.")] = "pdf",
    skip: Annotated[int, typer.Option(min=0, max=100, help="Places used up on the sheet.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Print labels and note it. Of a list, a day, or on a printer, each comes out once."""
    if bool(wanted) + bool(handover) + bool(day) != 1:
        stop("Name codes, or --handover, or --day: one of them.", WRONGLY_ASKED)
    if bool(output) == bool(printer):
        stop("Labels go to a file (-o) or to a printer (--printer).", WRONGLY_ASKED)
    dossiers, parcels = _sorted_out(wanted or [])
    asked: dict[str, Any] = {
        **{"dossiers": dossiers, "parcels": parcels, "handover": handover},
        **{"day": day.date() if day else None, "media": media, "skip": skip, "again": again},
    }
    with opened() as house:
        if dossiers and not house.secret:
            stop("Set POSTAL_SECRET_KEY: it signs the links on receipts.", WRONGLY_ASKED)
        if output:
            _to_file(house, asked, format_, output)
        else:
            _to_printer(house, asked | {"printer": printer}, as_json=as_json)


def _sorted_out(wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return dossier codes and parcel numbers; leaves with 1 if one is neither."""
    read = [(text, codes.read_scan(text)) for text in wanted]
    for text, scanned in read:
        if scanned.kind not in (codes.ScanKind.DOSSIER, codes.ScanKind.PARCEL):
            stop(f"{text} is neither a dossier's code nor a parcel's number.")
    dossiers = [s.code for _, s in read if s.kind is codes.ScanKind.DOSSIER]
    return dossiers, [s.code for _, s in read if s.kind is codes.ScanKind.PARCEL]


# To a file


def _to_file(house: House, asked: dict[str, Any], format_: str, output: Path) -> None:
    from postal_tracker import printing  # it draws, which takes long to import

    named = asked["parcels"] or asked["dossiers"]
    form = LabelsForm(
        dossiers=asked["dossiers"],
        parcels=asked["parcels"] if named else _parcels(house, asked),
        media=asked["media"] or "a6",
        format=format_,
        skip=asked["skip"],
    )
    imprint = printing.Imprint(house.settings.address, house.secret, house.titles)
    wanted = house.database.read_now(lambda s: printing.labels_for(s, imprint, form))
    _write(output, printing.draw(wanted, form, house.media))
    house.database.write_now(lambda s: printing.note_printed(s, form, by=CLERK, now=house.now()))


def _parcels(house: House, asked: dict[str, Any]) -> list[str]:
    """Return the parcels of a list or a day: those not printed yet, unless asked for again."""
    from postal_tracker import printers

    choice = {name: asked[name] for name in ("handover", "day", "again")}
    form = read_as(printers.ChoiceForm, choice)
    found, already = house.database.read_now(lambda s: printers.to_print(s, form, by=CLERK))
    if already:
        beside.print(f"{already} printed before; --again prints them once more.")
    if len(found) > printers.MOST:
        beside.print(f"{len(found)} labels: these are {printers.MOST}; run it again for the rest.")
    return [one.code for one in found[: printers.MOST]]


def _write(output: Path, drawn: bytes) -> None:
    if output == STDOUT:
        sys.stdout.buffer.write(drawn)
        return
    try:
        output.write_bytes(drawn)
    except OSError as fault:
        stop(f"{output} cannot be written ({fault.strerror}).")
    beside.print(f"{output}: {len(drawn):,} bytes.", markup=False)


# To a printer


def _to_printer(house: House, asked: dict[str, Any], *, as_json: bool) -> None:
    from postal_tracker import printers

    form = read_as(printers.PrintsForm, asked)
    with bar("Printing") as tell:
        outcome = asyncio.run(printers.print_labels(house, form, by=CLERK, tell=tell))
    if as_json:
        fault = outcome.fault.en if outcome.fault else None
        print_json(asdict(replace(outcome, fault=None)) | {"fault": fault})
    else:
        _tell(outcome)
    if outcome.left or outcome.unprintable:
        raise typer.Exit(REFUSED)


def _tell(outcome: "Outcome") -> None:
    said = [f"{outcome.printed} printed."]
    if outcome.already:
        said.append(f"{outcome.already} printed before; --again prints them once more.")
    if outcome.unprintable:
        said.append(f"Would not scan, so not printed: {', '.join(outcome.unprintable)}.")
    if outcome.fault:
        said += [outcome.fault.en, f"{len(outcome.left)} left: the same command goes on."]
    if outcome.unsure:
        said.append(f"Perhaps on paper already: {', '.join(outcome.unsure)}.")
    for line in said:
        beside.print(line, markup=False)
