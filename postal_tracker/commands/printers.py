"""Which printers there are: added, listed and removed by whoever keeps the service running."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker.commands.terminal import (
    AsJson,
    beside,
    office_id,
    opened,
    print_json,
    read_as,
    show,
)

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
    from postal_tracker import printers as desk  # it draws, which takes long to import

    told = {
        **{"name": name, "office": office, "kind": kind, "address": address},
        **{"media": media, "dpi": dpi, "offset_x": offset_x, "offset_y": offset_y},
    }
    with opened() as house:
        form = read_as(desk.PrinterForm, told)
        seen = house.database.write_now(
            lambda s: desk.view(
                s, desk.add(s, form, house.media, now=house.now()), with_address=True
            )
        )
    if as_json:
        print_json(seen)
    beside.print(f"{seen.name} prints for {seen.office}.", markup=False)


@printers.command("list")
def list_printers(
    office: Annotated[str, typer.Option(help="Only those of this office, by its code.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the printers and where they are."""
    from postal_tracker import printers as desk

    def rows(session: Session) -> list[dict[str, Any]]:
        found = desk.of_office(session, office_id(session, office))
        return [asdict(desk.view(session, printer, with_address=True)) for printer in found]

    with opened() as house:
        show(house.database.read_now(rows), as_json=as_json)


@printers.command("remove")
def remove_printer(name: Annotated[str, typer.Argument(help="Which one.")]) -> None:
    """Forget a printer; labels that came out of it keep its name."""
    from postal_tracker import printers as desk

    with opened() as house:
        house.database.write_now(lambda s: desk.remove(s, name))
    beside.print(f"{name} is removed.", markup=False)
