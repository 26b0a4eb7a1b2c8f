"""Whether citizens can be told: one message to an address of one's own."""

import asyncio
from typing import Annotated

import typer

from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    beside,
    opened,
    print_json,
    stop,
)
from postal_tracker.core.notices import ToldBy
from postal_tracker.outgoing.notices import try_out
from postal_tracker.outgoing.notices.outcomes import Fate

notices = typer.Typer(no_args_is_help=True, help="Notices: whether citizens can be told.")


@notices.command("test")
def try_channel(
    channel: Annotated[ToldBy, typer.Argument(help="By what: email, sms or zalo.")],
    to: Annotated[str, typer.Argument(help="An e-mail address or telephone of your own.")],
    as_json: AsJson = False,
) -> None:
    """Send one notice of no dossier, now, and say what came of it."""
    with opened() as house:
        outcome = asyncio.run(try_out(house, channel, to))
    if outcome is None:
        name = f"POSTAL_NOTICES__{channel.upper()}__…"
        stop(f"{channel} is not set up: its settings are {name} (docs/notices.md).", WRONGLY_ASKED)
    if as_json:
        print_json({"channel": channel, "fate": outcome.fate, "fault": outcome.fault})
    elif outcome.fate in _GOOD:
        beside.print(f"{channel} has taken it. Look whether it arrives.")
    if outcome.fate not in _GOOD:
        stop(f"{channel} has not: {outcome.fate}, {outcome.fault}.")


_GOOD = (Fate.TAKEN, Fate.DELIVERED)
