"""Which other systems are told of changes."""

from dataclasses import asdict

import typer

from postal_tracker.access import Caller, Role
from postal_tracker.commands.papers import OPERATOR
from postal_tracker.commands.terminal import AsJson, opened, show
from postal_tracker.outgoing.webhooks import listed

webhooks = typer.Typer(no_args_is_help=True, help="Webhooks: which other systems are told.")


@webhooks.command("list")
def list_webhooks(as_json: AsJson = False) -> None:
    """List the webhooks of other systems, and how it goes with each; never their keys."""
    by = Caller(OPERATOR, Role.ADMIN, None)
    with opened() as house:
        kept = house.database.read_now(lambda session: listed(session, by=by))
    show([asdict(one) for one in kept.items], as_json=as_json)
