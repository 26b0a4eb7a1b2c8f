"""The tracking numbers that a post allotted to the centre."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker.access.audit import Audited
from postal_tracker.commands.noted import note
from postal_tracker.commands.terminal import AsJson, beside, opened, print_json, read_as, show
from postal_tracker.desks import number_ranges
from postal_tracker.forms import NumberRangeForm

numbers = typer.Typer(no_args_is_help=True, help="Ranges of tracking numbers from the post.")

Serial = Annotated[int, typer.Option(help="Eight digits, without the check digit.")]


@numbers.command("add")
def add_numbers(
    carrier: Annotated[str, typer.Option(help="Whose parcels get them, such as vnpost.")],
    indicator: Annotated[str, typer.Option(help="The two letters before the digits, such as EE.")],
    first: Serial,
    last: Serial,
    country: Annotated[str, typer.Option(help="The two letters behind them.")] = "VN",
    as_json: AsJson = False,
) -> None:
    """Enter a range: parcels sealed without a number get its next one."""
    told = {
        **{"carrier": carrier, "indicator": indicator, "country": country},
        **{"first_serial": first, "last_serial": last},
    }
    with opened() as house:
        form = read_as(NumberRangeForm, told)

        def command(session: Session) -> number_ranges.NumberRangeView:
            note(session, house, Audited.SETTINGS, f"numbers of {form.carrier} added")
            return number_ranges.add(session, form, house.carriers)

        added = house.database.write_now(command)
    if as_json:
        print_json(added)
    beside.print(f"{added.left:,} numbers for {carrier}; the next is {added.next_number}.")


@numbers.command("list")
def list_numbers(as_json: AsJson = False) -> None:
    """List the ranges, and how many numbers are left of each."""

    def rows(session: Session) -> list[dict[str, Any]]:
        page = number_ranges.listed(session)
        found = page.items
        while page.next_cursor:
            page = number_ranges.listed(session, after=page.next_cursor)
            found = found + page.items
        return [asdict(one) for one in found]

    with opened() as house:
        show(house.database.read_now(rows), as_json=as_json)
