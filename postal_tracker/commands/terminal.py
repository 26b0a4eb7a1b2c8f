"""What commands have in common: opening the house, printing for people or programs, refusing.

Answers go to stdout and everything said beside them to stderr, so that an answer can be piped on.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from postal_tracker.commands import log_lines
from postal_tracker.commands.own_files import database_file, with_own_key
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.core.problems import Problem
from postal_tracker.forms import Form, invalid
from postal_tracker.house import House, kept
from postal_tracker.settings import PREFIX, Settings
from postal_tracker.storage import migrations, private, side_lock
from postal_tracker.storage.engines import UnsafeSqlite, sqlite

FormT = TypeVar("FormT", bound=Form)

REFUSED = 1
WRONGLY_ASKED = 2

STDOUT = Path("-")

console = Console(highlight=False, emoji=False)
beside = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Language = Annotated[str, typer.Option("--lang", help="vi or en.", metavar="LANG")]


def stop(sentence: str, code: int = REFUSED) -> NoReturn:
    """Say why nothing (more) is done, and leave."""
    beside.print(sentence, markup=False)
    raise typer.Exit(code)


def language(text: str) -> Lang:
    if text == "vi" or text == "en":
        return text  # type: ignore[return-value]
    stop("--lang is vi or en.", WRONGLY_ASKED)


def load_settings() -> Settings:
    """Return the settings; leaves with 2 where one cannot be right. Values are not repeated."""
    private.make_files_private()
    try:
        return with_own_key(Settings())
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_url=False)
        named = "; ".join(f"{_variable(f['loc'])}: {f['msg']}" for f in faults)
        stop(f"These settings cannot be right: {named}.", WRONGLY_ASKED)
    except (SettingsError, OSError, UnicodeDecodeError) as wrong:
        stop(f"The settings cannot be read ({type(wrong).__name__}).", WRONGLY_ASKED)


def _variable(where: Sequence[int | str]) -> str:
    return PREFIX + "__".join(str(part) for part in where).upper()


def build_house(
    settings: Settings, timing: Timing = REAL_TIME, *, in_service: bool = False
) -> House:
    """Return the house of these settings; leaves with 2 where they do not fit together."""
    try:
        return House(settings, timing=timing, in_service=in_service)
    except UnsafeSqlite as unsafe:
        stop(str(unsafe))
    except (ValueError, ArgumentError) as wrong:
        # Their text may hold the database's password.
        why = "" if isinstance(wrong, ArgumentError) else f": {wrong}"
        stop(f"The house cannot be built from these settings{why}.", WRONGLY_ASKED)
    except OSError as missing:  # a calendar, a list of stickers, a table of codes
        stop(f"{missing.filename} cannot be opened ({missing.strerror}).", WRONGLY_ASKED)


@contextmanager
def opened(*, there: bool = True, migrated: bool = True) -> Iterator[House]:
    """Open the house for one command; a problem becomes a sentence and exit code 1.

    Leaves with 1 also if its database is not `there` or not `migrated`, where that is asked for.
    """
    settings = load_settings()
    if there:
        _refuse_absent(settings.database_url)
    house = build_house(settings)
    try:
        with sentences(), _security_log(settings):
            if migrated:
                refuse_unmigrated(house.database.engine)
                house.take_up(house.database.read_now(kept))
            yield house
    finally:
        house.close()


@contextmanager
def _security_log(settings: Settings) -> Iterator[None]:
    with ExitStack() as told:
        try:
            told.enter_context(log_lines.telling_syslog(settings.security_log))
        except OSError as fault:
            stop(f"POSTAL_SECURITY_LOG cannot be reached ({fault.strerror}).", WRONGLY_ASKED)
        yield


def refuse_unmigrated(engine: Engine) -> None:
    """Leave with 1 unless the database is of this program's form. Raises NewerDatabase."""
    migrations.refuse_newer(engine)
    if not migrations.is_current(engine):
        stop("The database lacks migrations: run `postal-tracker migrate` first.")


@contextmanager
def alone_on(url: str) -> Iterator[None]:
    """Keep a SQLite record for this process; leaves with 1 if a service or demo runs on it."""
    file = database_file(url)
    if file is None:
        yield
        return
    with ExitStack() as held:
        try:
            held.enter_context(side_lock.held(side_lock.beside(file)))
        except side_lock.InUse:
            stop(
                f"A service is running on {file} already, and SQLite takes one process only. Stop "
                "that one first, or set POSTAL_DATABASE_URL to another database."
            )
        yield


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what can go wrong with a record into a sentence and exit code 1."""
    try:
        yield
    except Problem as problem:
        beside.print(problem.en, markup=False)
        for fault in problem.faults:
            if fault.en != problem.en:
                beside.print(f"  {fault.field}: {fault.en}", markup=False)
        raise typer.Exit(REFUSED) from None
    except migrations.NewerDatabase as newer:
        stop(str(newer))
    except OperationalError as fault:
        stop(f"The database cannot be used: {_first_line(fault)}.")


def _first_line(fault: DBAPIError) -> str:
    return str(fault.orig).strip().splitlines()[0].rstrip(".")


def about_database(house: House) -> str:
    """Return which database runs: of SQLite, the library's version decides what it can promise."""
    if house.database.is_sqlite:
        return f"SQLite {sqlite.sqlite_version} ({sqlite.__name__.split('.')[0]})"
    with house.database.engine.connect() as connection:
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"


def _refuse_absent(url: str) -> None:
    """Opening a SQLite database that is not there would make an empty one."""
    if not has_record(url):
        file = database_file(url)
        stop(f"There is no database at {file}: run `postal-tracker migrate` first.")


def has_record(url: str) -> bool:
    """Tell whether there is a database; of a server's that is taken for granted."""
    try:
        file = database_file(url)
    except ArgumentError:
        stop("POSTAL_DATABASE_URL is no database address.", WRONGLY_ASKED)
    return file is None or file.exists()


def read_as(kind: type[FormT], values: Mapping[str, Any]) -> FormT:
    """Judge arguments by one of the forms that programs send too. Raises Invalid."""
    try:
        return kind.model_validate(values)
    except ValidationError as fault:
        raise invalid(fault.errors()) from None


# Printing


def write_file(output: Path, content: bytes) -> None:
    """Write a file, or to stdout for -. Leaves with 1 if that cannot be done."""
    if output == STDOUT:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as fault:
        stop(f"{output} cannot be written ({fault.strerror}).")
    beside.print(f"{output}: {len(content):,} bytes.", markup=False)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_as_json))


def _as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print rows: JSON if wanted, a table on a terminal, else lines of cells between tabs."""
    if as_json:
        print_json(rows)
    elif not rows:
        beside.print("None.")
    elif console.is_terminal:
        console.print(_table(rows))
    else:
        for row in [{name: name for name in rows[0]}, *rows]:
            print("\t".join(said(cell) for cell in row.values()))


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(said(cell) for cell in row.values()))
    return table


def said(cell: Any, lang: Lang = "en") -> str:
    """Return a value as people read it: local time, yes and no, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, list):
        return ", ".join(cell)
    if isinstance(cell, datetime):
        return dates.moment(cell, lang)
    if isinstance(cell, date):
        return dates.day(cell, lang)
    return str(cell)


def waiting(words: str) -> AbstractContextManager[object]:
    """Show that something takes its time; only on a terminal."""
    return beside.status(words) if beside.is_terminal else nullcontext()


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show how many of all are done; only on a terminal."""
    if not beside.is_terminal:
        yield None
        return
    with Progress(console=beside, transient=True) as bar:
        task = bar.add_task(words)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def read_password(*, from_stdin: bool) -> str:
    """Return a password that was typed twice without being shown, or that stands on stdin."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        stop("There is nobody to ask: give the password with --password-stdin.", WRONGLY_ASKED)
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
