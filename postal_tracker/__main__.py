"""`postal-tracker COMMAND`, also `python -m postal_tracker`: every command, put together."""

import typer

from postal_tracker.commands import access, data, serving
from postal_tracker.demo import command as demo

app = typer.Typer(
    name="postal-tracker",
    help="Who holds each citizen's dossier, where, since when, and is that as it should be?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its pictures of variables would show citizens and secrets
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(demo.demo)
app.command()(serving.serve)
app.command()(data.migrate)
app.add_typer(access.people, name="staff")
app.add_typer(access.keys, name="keys")

if __name__ == "__main__":
    app()
