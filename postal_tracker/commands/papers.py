"""Lists in, from other systems, and their templates."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from postal_tracker.access import Caller, Role, reach_of
from postal_tracker.access.fields import office_id
from postal_tracker.commands.import_reports import keep_list
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    Language,
    bar,
    beside,
    language,
    opened,
    stop,
)
from postal_tracker.desks import imports
from postal_tracker.desks.imports import Doubles, Kind

lists = typer.Typer(no_args_is_help=True, help="Bring in lists, as CSV or XLSX.")

OPERATOR = "cli"
"""What the ledger says of acts done here: no person, but the command line."""

List = Annotated[Path, typer.Argument(help="A .csv or .xlsx file.", exists=True, dir_okay=False)]
KeepGood = Annotated[
    bool, typer.Option("--keep-good", help="Keep the rows that are right; else it is all or none.")
]


def _columns(kind: Kind) -> str:
    """Return what stands below a command's help."""
    named = (f"{c.heading}{' (needed)' if c.needed else ''}" for c in imports.columns_told(kind))
    return (
        f"Columns: {', '.join(named)}. What goes into each: "
        f"`postal-tracker import template {kind} -o FILE.xlsx`, or docs/imports.md."
    )


@lists.command("dossiers", epilog=_columns(Kind.DOSSIERS))
def import_dossiers(
    file: List,
    office: Annotated[
        str, typer.Option("--office", help="Where they came in, if the list does not say.")
    ] = "",
    doubles: Annotated[
        Doubles | None,
        typer.Option(
            help="What becomes of rows whose person, procedure and day are registered already: "
            "kept, or skipped. Without it they are listed and refused."
        ),
    ] = None,
    keep_good: KeepGood = False,
    lang: Language = "vi",
    as_json: AsJson = False,
) -> None:
    """Register a day's list from another system."""
    spoken = language(lang)
    with opened() as house:
        at = house.database.read_now(lambda s: office_id(s, office))
        known = house.database.read_now(imports.procedure_names)
        with bar("Reading") as tell:
            checked = imports.check_dossiers(file, file.name, procedures=known, on_row=tell)
        keep = partial(
            imports.register_dossiers,
            by=Caller(OPERATOR, Role.INTEGRATION, at),
            calendar=house.calendar,
            now=house.now(),
            doubles=doubles,
        )
        keep_list(house, keep, checked, keep_good=keep_good, lang=spoken, as_json=as_json)


def _import_catalogue(
    kind: Kind,
    file: Path,
    keep_good: bool,
    lang: str,
    as_json: bool,
    read_known: Callable[[Session], imports.Known] = imports.known,
) -> None:
    spoken = language(lang)
    with opened() as house:
        known = house.database.read_now(read_known)
        with bar("Reading") as tell:
            checked = imports.check_catalogue(kind, file, file.name, known=known, on_row=tell)
        keep = imports.update_catalogue
        keep_list(house, keep, checked, keep_good=keep_good, lang=spoken, as_json=as_json)


@lists.command("procedures", epilog=_columns(Kind.PROCEDURES))
def import_procedures(
    file: List,
    keep_good: KeepGood = False,
    limit: Annotated[
        str, typer.Option(help="Of new ones in the national sheet, such as '5 ngày làm việc'.")
    ] = "",
    authority: Annotated[
        str, typer.Option(help="Its code, where the national sheet names nobody we know.")
    ] = "",
    lang: Language = "vi",
    as_json: AsJson = False,
) -> None:
    """Add and change procedures, by their codes; none is ever taken away.

    The sheet of the national database is known by its headings: Mã TTHC, Tên TTHC and others.
    """
    known = partial(imports.known, limit=limit, authority=authority)
    _import_catalogue(Kind.PROCEDURES, file, keep_good, lang, as_json, known)


@lists.command("offices", epilog=_columns(Kind.OFFICES))
def import_offices(
    file: List, keep_good: KeepGood = False, lang: Language = "vi", as_json: AsJson = False
) -> None:
    """Add and change offices, by their codes; none is ever taken away."""
    _import_catalogue(Kind.OFFICES, file, keep_good, lang, as_json)


@lists.command("authorities", epilog=_columns(Kind.AUTHORITIES))
def import_authorities(
    file: List, keep_good: KeepGood = False, lang: Language = "vi", as_json: AsJson = False
) -> None:
    """Add and change authorities, by their codes; none is ever taken away."""
    _import_catalogue(Kind.AUTHORITIES, file, keep_good, lang, as_json)


@lists.command("acts", epilog=_columns(Kind.ACTS))
def import_acts(
    file: List,
    office: Annotated[
        str, typer.Option("--office", help="Whose dossiers alone: of it and those below it.")
    ] = "",
    keep_good: KeepGood = False,
    lang: Language = "vi",
    as_json: AsJson = False,
) -> None:
    """Record what was done with dossiers: asked for, extended, ended, result handed over.

    Rows come in any order. An act of a dossier that is recorded already with its time is not
    recorded again, so that the same list may come twice.
    """
    spoken = language(lang)
    with opened() as house:
        by = house.database.read_now(lambda s: _of_office(s, office))
        with bar("Reading") as tell:
            checked = imports.check_acts(file, file.name, on_row=tell)
        keep = partial(imports.record_acts, by=by, calendar=house.calendar, now=house.now())
        keep_list(house, keep, checked, keep_good=keep_good, lang=spoken, as_json=as_json)


def _of_office(session: Session, code: str) -> Caller:
    at = office_id(session, code)
    reach = reach_of(session, at)
    return Caller(
        OPERATOR,
        Role.INTEGRATION,
        at,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
    )


@lists.command("template")
def import_template(
    kind: Annotated[Kind, typer.Argument(help="What the list is to be of.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", dir_okay=False, help="A new .xlsx or .csv file.")
    ],
) -> None:
    """Write an empty list to fill in; as .xlsx, a second sheet says what goes where."""
    if output.suffix.lower() not in (".xlsx", ".csv"):
        stop("A template is an .xlsx or a .csv file.", WRONGLY_ASKED)
    data = imports.template(kind, output.suffix.lower()[1:])
    try:
        with output.open("xb") as file:
            file.write(data)
    except FileExistsError:
        stop(f"{output} is there already, perhaps filled in: choose another name.")
    except OSError as fault:
        stop(f"{output} cannot be written ({fault.strerror}).")
    beside.print(f"Fill in {output}, then: postal-tracker import {kind} {output}", markup=False)
