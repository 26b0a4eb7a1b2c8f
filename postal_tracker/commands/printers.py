"""Which printers there are: added, listed and removed by whoever keeps the service running."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker.access import EVERYTHING, Scope
from postal_tracker.access.audit import Audited
from postal_tracker.access.fields import office_id
from postal_tracker.commands.noted import note
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    beside,
    opened,
    print_json,
    read_as,
    show,
    stop,
    write_file,
)

if TYPE_CHECKING:
    from postal_tracker.house import House
    from postal_tracker.printing.devices import OffsetForm
    from postal_tracker.storage.tables import Printer

printers = typer.Typer(no_args_is_help=True, help="Printers of the offices.")

Millimetres = Annotated[float, typer.Option(help="Move all that is printed, in mm.")]


@printers.command("add")
def add_printer(
    name: Annotated[str, typer.Argument(help="What people call it, such as 'Zebra quầy 1'.")],
    office: Annotated[str, typer.Option(help="Code of its office, such as H49.12.")],
    kind: Annotated[str, typer.Option(help="How a document comes: zpl_tcp, lp or browser.")],
    address: Annotated[
        str, typer.Option(help="zpl_tcp: host:port, such as 192.168.1.40:9100. lp: its queue.")
    ] = "",
    media: Annotated[str, typer.Option(help="What lies in it: a6, 100x150, a4-24…")] = "a6",
    dpi: Annotated[int | None, typer.Option(help="Its dots per inch; else the medium's.")] = None,
    offset_x: Millimetres = 0.0,
    offset_y: Millimetres = 0.0,
    as_json: AsJson = False,
) -> None:
    """Add a printer. What lies in an office's browser printer is what the office prints on."""
    from postal_tracker.printing import devices  # it draws, which takes long to import

    told = {
        **{"name": name, "office": office, "kind": kind, "address": address},
        **{"media": media, "dpi": dpi, "offset_x": offset_x, "offset_y": offset_y},
    }
    with opened() as house:
        form = read_as(devices.PrinterForm, told)

        def command(session: Session) -> devices.PrinterView:
            made = devices.add(
                session,
                form,
                house.media,
                allowed=house.printer_networks,
                scope=EVERYTHING,
                now=house.now(),
            )
            note(session, house, Audited.SETTINGS, f"printer {made.id} added")
            return devices.view(session, made, with_address=True)

        seen = house.database.write_now(command)
    if as_json:
        print_json(seen)
    beside.print(f"{seen.name} prints for {seen.office}.", markup=False)


@printers.command("list")
def list_printers(
    office: Annotated[str, typer.Option(help="Only those of this office, by its code.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the printers and where they are."""
    from postal_tracker.printing import devices

    def rows(session: Session) -> list[dict[str, Any]]:
        wanted = office_id(session, office)
        found = devices.within(session, Scope(frozenset({wanted})) if wanted else EVERYTHING)
        return [asdict(devices.view(session, printer, with_address=True)) for printer in found]

    with opened() as house:
        show(house.database.read_now(rows), as_json=as_json)


@printers.command("calibrate")
def calibrate(
    name: Annotated[str, typer.Argument(help="Which one.")],
    offset_x: Annotated[float | None, typer.Option(help="Set it: mm to the right.")] = None,
    offset_y: Annotated[float | None, typer.Option(help="Set it: mm down.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Into this file, instead of printing.")
    ] = None,
) -> None:
    """Print a sheet that shows how far a printer is off, after setting what is told."""
    from postal_tracker.printing import devices

    told = {"offset_x": offset_x, "offset_y": offset_y}
    with opened() as house:
        printer = house.database.read_now(lambda s: devices.find(s, name, scope=EVERYTHING))
        if told := {key: length for key, length in told.items() if length is not None}:
            now = {"offset_x": printer.offset_x, "offset_y": printer.offset_y}
            form = read_as(devices.OffsetForm, now | told)
            printer = house.database.write_now(lambda s: _moved(s, house, name, form))
        sheet = devices.calibration_sheet(printer, house.media)
        if output:
            write_file(output, sheet)
        elif printer.kind == devices.Kind.BROWSER:
            stop("A browser prints on it: write the sheet into a file (-o).", WRONGLY_ASKED)
        else:
            asyncio.run(devices.send(printer, sheet, allowed=house.printer_networks))
            beside.print(f"{printer.name} has taken the sheet.", markup=False)


def _moved(session: Session, house: "House", name: str, form: "OffsetForm") -> "Printer":
    from postal_tracker.printing import devices

    printer = devices.find(session, name, scope=EVERYTHING)
    note(session, house, Audited.SETTINGS, f"printer {printer.id} moved")
    return devices.set_offset(session, printer, form, house.media)


@printers.command("remove")
def remove_printer(name: Annotated[str, typer.Argument(help="Which one.")]) -> None:
    """Forget a printer; labels that came out of it keep its name."""
    from postal_tracker.printing import devices

    with opened() as house:

        def command(session: Session) -> None:
            gone = devices.find(session, name, scope=EVERYTHING).id
            devices.remove(session, name, scope=EVERYTHING)
            note(session, house, Audited.SETTINGS, f"printer {gone} removed")

        house.database.write_now(command)
    beside.print(f"{name} is removed.", markup=False)
