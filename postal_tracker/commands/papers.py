"""Lists in, and one journey in the terminal."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import EVERYTHING, Caller, Role
from postal_tracker.commands.import_reports import keep_list
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    Language,
    bar,
    beside,
    language,
    office_id,
    opened,
    print_json,
    said,
    stop,
)
from postal_tracker.core.bilingual_terms import HOLDERS, SOURCES, STAGES, Lang, Pair, pick, say_what
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.desks import imports
from postal_tracker.desks.imports import (
    Column,
    Doubles,
    Kind,
)
from postal_tracker.desks.scanning import look_at
from postal_tracker.house import House
from postal_tracker.spreadsheets import write_csv, write_template

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
    columns = list(imports.columns_told(kind))
    header = [column.heading for column in columns]
    is_csv = output.suffix.lower() == ".csv"
    data = write_csv(header, []) if is_csv else _workbook(kind, header, columns)
    try:
        with output.open("xb") as file:
            file.write(data)
    except FileExistsError:
        stop(f"{output} is there already, perhaps filled in: choose another name.")
    except OSError as fault:
        stop(f"{output} cannot be written ({fault.strerror}).")
    beside.print(f"Fill in {output}, then: postal-tracker import {kind} {output}", markup=False)


def _workbook(kind: Kind, header: Sequence[str], columns: Sequence[Column]) -> bytes:
    notes = [("Cột / Column", "Bắt buộc", "Nội dung", "What it holds", "Ví dụ / Example")]
    notes += [(c.heading, "x" if c.needed else "", c.vi, c.en, c.example) for c in columns]
    return write_template(header, notes, title=kind, notes_title="Hướng dẫn")


# One journey


def track(
    code: Annotated[str, typer.Argument(help="A dossier's, a parcel's or a lookup code.")],
    lang: Language = "vi",
    as_json: AsJson = False,
) -> None:
    """Show one dossier's or parcel's journey. Names nobody."""
    spoken = language(lang)
    with opened() as house:
        seen = house.database.read_now(lambda s: _find(s, house, code, spoken))
    if as_json:
        print_json(seen)
    elif "timeline" in seen:
        _print_dossier(seen, spoken)
    else:
        _print_parcel(seen, spoken)


_ABOUT_SOMEBODY = ("applicant", "applicant_name", "note")


def _find(session: Session, house: House, code: str, lang: Lang) -> dict[str, Any]:
    found = look_at(session, code, by=Caller(OPERATOR, Role.DESK, None))
    if found.kind == "parcel":
        return asdict(views.parcel(session, found.code, scope=EVERYTHING))
    if found.kind != "dossier":
        raise _nothing()
    seen = asdict(
        views.dossier(
            session,
            found.code,
            scope=EVERYTHING,
            today=house.today(),
            titles=house.titles,
            lang=lang,
        )
    )
    for entry in seen["timeline"]:
        del entry["note"]
    return {name: value for name, value in seen.items() if name not in _ABOUT_SOMEBODY}


def _nothing() -> NotFound:
    return no_such("dossier")


def _say(pairs: dict[Any, Pair], word: str, lang: Lang) -> str:
    return next((pick(pair, lang) for term, pair in pairs.items() if term.value == word), word)


def _print_dossier(seen: dict[str, Any], lang: Lang) -> None:
    where = seen["location"]
    holder = where["name"] or _say(HOLDERS, where["holder"], lang)
    lines = [
        f"{seen['code']}  {seen['procedure']['name']}",
        f"{_say(STAGES, seen['stage'], lang)}",
        f"{holder}  {where['place']}  {said(where['since'], lang)}",
        f"{pick(_DUE, lang)} "
        f"{said(seen['due_on'], lang)}{pick(_LATE, lang) if seen['overdue'] else ''}",
    ]
    _print_lines(lines)
    for entry in seen["timeline"]:
        struck = "  ✗" if entry["struck_out"] else ""
        _print_step(entry, entry["what"], entry["parcel"] or "", lang, struck)


def _print_parcel(seen: dict[str, Any], lang: Lang) -> None:
    inside = ", ".join(seen["dossiers"])
    _print_lines([f"{seen['tracking_number']}  {seen['carrier']}  {inside}"])
    for event in seen["events"]:
        struck = "  ✗" if event["struck_out"] else ""
        _print_step(event, event["milestone"], "", lang, struck)


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(line)


def _print_step(step: dict[str, Any], what: str, parcel: str, lang: Lang, struck: str) -> None:
    parts = [
        said(step["happened_at"], lang),
        say_what(what, lang),
        step["place"] or "",
        parcel,
        f"– {_say(SOURCES, step['source'], lang)}",
    ]
    _print_lines(["  " + "  ".join(part for part in parts if part) + struck])


_DUE: Pair = ("Hẹn trả:", "Due:")
_LATE: Pair = (" (quá hạn)", " (overdue)")
