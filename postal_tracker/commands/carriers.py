"""Which carriers there are, and whether they answer."""

import asyncio
from typing import Annotated, Any

import typer

from adapters.carrier import Carrier
from adapters.event import CarrierEvent
from postal_tracker.access.kept_settings import OF_CARRIERS, of_carrier
from postal_tracker.carriers import trying
from postal_tracker.carriers.configured import is_given
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    beside,
    has_record,
    load_settings,
    opened,
    print_json,
    show,
    stop,
)
from postal_tracker.house import House
from postal_tracker.settings import CarrierSettings

carriers = typer.Typer(no_args_is_help=True, help="Carriers: what is configured, who answers.")


@carriers.command("list")
def list_carriers(as_json: AsJson = False) -> None:
    """List the carriers, which of them take parcels here, and by which ways they are heard.

    What an administrator has set holds too, once there is a record; of settings names alone are
    shown.
    """
    settings = load_settings()
    with opened(there=False, migrated=has_record(settings.database_url)) as house:
        show([_row(house, carrier) for carrier in house.carriers], as_json=as_json)


def _row(house: House, carrier: Carrier) -> dict[str, Any]:
    settings = house.settings.carriers.get(carrier.name, CarrierSettings())
    given, kept = _names(house, carrier.name)
    return {
        "name": carrier.name,
        "title": carrier.title,
        "carries": carrier.carries,
        "used": not carrier.carries or carrier.name in house.carriers.choices,
        "experimental": carrier.is_experimental,
        "hook": bool(settings.hook_secrets),
        "asked": carrier.can_be_asked,
        "announced_to": carrier.takes_announcements,
        "base_url": settings.base_url,
        "rate_per_second": settings.rate_per_second,
        "by_environment": ", ".join(name for name in given if name not in kept),
        "by_page": ", ".join(kept),
        "unreadable": ", ".join(
            name
            for name in sorted(OF_CARRIERS)
            if of_carrier(carrier.name, name) in house.lost_settings
        ),
    }


def _names(house: House, carrier: str) -> tuple[list[str], list[str]]:
    """Return which settings of a carrier hold, and those of them that an administrator has set."""
    settings = house.settings.carriers.get(carrier, CarrierSettings())
    told = sorted(settings.model_fields_set & OF_CARRIERS)
    return told, [name for name in told if not is_given(house.given_carriers, carrier, name)]


@carriers.command("check")
def check_carrier(
    name: Annotated[str, typer.Argument(help="The carrier's name, such as vnpost.")],
    number: Annotated[
        str, typer.Argument(help="A parcel to ask about; default: its newest open one.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Ask a carrier about one parcel, now, and show what it says. Nothing is recorded."""
    with opened() as house:
        carrier = house.carriers.find(name)
        if not carrier.can_be_asked:
            stop(f"{carrier.title} cannot be asked: it tells by itself, or has no address set.")
        asked = number or house.database.read_now(
            lambda s: trying.newest_parcel(s, house.carriers, name)
        )
    if not asked:
        stop("It has no open parcel here to ask about: name a number.", WRONGLY_ASKED)
    tried = asyncio.run(trying.ask(carrier, asked))
    if tried.fault:
        stop(f"{carrier.title}: {tried.fault}.")
    rows = [_event_row(event) for event in tried.events]
    if as_json:
        told = {"carrier": name, "number": asked, "took_ms": tried.took_ms, "events": rows}
        print_json(told)
        return
    beside.print(f"{carrier.title} answered in {tried.took_ms} ms: {len(rows)} scans of {asked}.")
    show(rows, as_json=False)


def _event_row(event: CarrierEvent) -> dict[str, Any]:
    return {
        "happened_at": event.happened_at,
        "milestone": event.milestone.value,
        "carrier_code": event.carrier_code,
        "place": event.place,
        "reason": event.reason.value if event.reason else None,
        "id": event.event_id,
    }
