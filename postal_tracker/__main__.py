"""`postal-tracker COMMAND`, also `python -m postal_tracker`: every command, put together."""

import sys
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from postal_tracker.commands import access, audit, copies, data, labels, papers, serving, tracking
from postal_tracker.commands.carriers import carriers
from postal_tracker.commands.log import log
from postal_tracker.commands.messages import messages
from postal_tracker.commands.national import national
from postal_tracker.commands.notices import notices
from postal_tracker.commands.numbers import numbers
from postal_tracker.commands.printers import printers
from postal_tracker.commands.webhooks import webhooks
from postal_tracker.demo import command

app = typer.Typer(
    name="postal-tracker",
    help="Who holds each citizen's dossier, where, since when, and is that as it should be?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its pictures of variables would show citizens and secrets
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(version("postal-tracker"))  # noqa: T201 - an answer, for scripts too
        raise typer.Exit


@app.callback()
def _before_any_command(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options that stand before any command."""
    _speak_utf8()


def _speak_utf8() -> None:
    """Read and print UTF-8: a pipe on Windows has a code page, in which no Đ can be said."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8")


for panel, commands in {
    "Running": (command.demo, serving.serve, serving.worker, serving.rehearsal),
    "Care of the data": (data.migrate, data.replay, data.verify, copies.backup, copies.restore),
    "Daily work": (tracking.track, labels.labels),
}.items():
    for each in commands:
        app.command(rich_help_panel=panel)(each)
app.command("audit", rich_help_panel="Care of the data")(audit.audit_log)

for name, group, panel in (
    ("import", papers.lists, "Daily work"),
    ("log", log, "Care of the data"),
    ("messages", messages, "Daily work"),
    ("national", national, "Daily work"),
    ("staff", access.people, "Access"),
    ("keys", access.keys, "Access"),
    ("carriers", carriers, "Access"),
    ("notices", notices, "Access"),
    ("webhooks", webhooks, "Access"),
    ("printers", printers, "Access"),
    ("numbers", numbers, "Access"),
):
    app.add_typer(group, name=name, rich_help_panel=panel)

if __name__ == "__main__":
    app()
