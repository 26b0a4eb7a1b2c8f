"""Backup while the service writes, and restore while nobody does.

A copy appears under its name whole or not at all (an atomic replace): it is written to a draft,
examined, synced to the disk, and only then renamed. SQLite is copied by its own backup interface,
PostgreSQL by pg_dump.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from sqlalchemy import URL, Engine, make_url

from postal_tracker.access.audit import Audited
from postal_tracker.commands import epochs, erased
from postal_tracker.commands.giving_way import giving_way
from postal_tracker.commands.noted import is_noted
from postal_tracker.commands.own_files import database_file
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    alone_on,
    beside,
    build_house,
    load_settings,
    opened,
    sentences,
    stop,
    waiting,
)
from postal_tracker.settings import Settings
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine, sqlite

File = Annotated[Path, typer.Argument(help="The copy.", dir_okay=False)]

_PAGES_AT_ONCE = 1024
"""Then the copy is synced: were all of it left to the end, the service's commits would wait for it,
since a file system keeps the order of what it promised."""


def backup(file: File) -> None:
    """Copy the database to FILE while the service goes on; the copy is examined.

    SQLite: a database file. PostgreSQL: an archive for pg_restore.
    """
    with giving_way(), opened() as house:
        source = database_file(house.settings.database_url)
        with _whole_or_not(file) as draft:
            erased.write_down(house, file.parent)
            if source:
                _copy(source, draft, "Copying")
                _examine(draft)
            else:
                _dump(house.database.engine.url, draft)
        if not is_noted(house, Audited.EXPORTED, "backup"):
            beside.print("The database is busy: the audit log does not tell of this copy.")
    size = file.stat().st_size
    beside.print(f"{file} holds the whole record now ({size:,} bytes).", markup=False)


def restore(
    file: File,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it: what is in the database now is lost.")
    ] = False,
) -> None:
    """Put the copy FILE in the place of the database. Stop the service first.

    The log notes it, and the last checkpoint of what is lost by it. Erasures since are done again.
    """
    if not yes:
        stop("What is in the database now would be lost. Say --yes if you mean it.", WRONGLY_ASKED)
    if not file.exists():
        stop(f"There is no {file}.")
    settings = load_settings()
    target = database_file(settings.database_url)
    before, gone = epochs.last_known(settings), erased.known(settings, file)
    if target:
        with alone_on(settings.database_url):
            _restore_sqlite(file, target)
    else:
        _restore_postgres(settings, file)
    epochs.note_restored(settings, before)
    erased.erase_again(settings, gone)
    beside.print(f"The database holds what {file} held. Run `postal-tracker verify`.", markup=False)


# Whole or not at all


@contextmanager
def _whole_or_not(file: Path) -> Iterator[Path]:
    """Give a draft to write; if that succeeds, it is synced and renamed to the file."""
    if not file.parent.is_dir():
        stop(f"There is no folder {file.parent}.")
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # it holds citizens
        if file.exists():  # the service may run as somebody else than who restores
            _give_to_the_same(draft, file.stat())
        yield draft
        _sync(draft)
        draft.replace(file)
        _sync(file.parent)
    except OSError as fault:
        stop(f"{file} cannot be written ({fault.strerror or fault}).")
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            draft.with_name(f"{draft.name}{end}").unlink(missing_ok=True)


def _give_to_the_same(draft: Path, was: os.stat_result) -> None:
    draft.chmod(was.st_mode & 0o777)
    if sys.platform != "win32":
        with suppress(PermissionError):
            os.chown(draft, was.st_uid, was.st_gid)


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():  # it opens none; NTFS keeps a journal of names
        return
    # Windows syncs only what may be written.
    opened_ = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(opened_)
    finally:
        os.close(opened_)


# SQLite


def _connect(file: Path, *, timeout: float = 5.0) -> Any:
    return sqlite.connect(str(file), timeout=timeout, isolation_level=None)


def _copy(source: Path, draft: Path, words: str) -> None:
    """Copy a snapshot of a database that others may write to meanwhile."""
    with closing(_connect(source)) as origin, closing(_connect(draft)) as copy:
        # A transaction pins the snapshot; without one, each write would make the copy begin again.
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with _progress(words) as tell:

            def go_on(status: int, left: int, total: int) -> None:
                _sync(draft)
                tell(status, left, total)

            origin.backup(copy, pages=_PAGES_AT_ONCE, progress=go_on)
        origin.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


@contextmanager
def _progress(words: str) -> Iterator[Callable[[int, int, int], None]]:
    if not beside.is_terminal:
        yield lambda *_: None
        return
    with Progress(console=beside, transient=True) as bar:
        task = bar.add_task(words)
        yield lambda _status, left, total: bar.update(task, total=total, completed=total - left)


def _examine(file: Path) -> None:
    """Refuse a file that is no sound database of ours; leaves with 1."""
    try:
        with closing(_connect(file)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
            ours = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'ledger_entry'")
            is_ours = ours.fetchone() is not None
            known = migrations.are_known(_revisions(copy) if is_ours else ())
    except sqlite.DatabaseError as fault:
        stop(f"{file} is no database ({fault}).")
    if found != ["ok"]:
        stop(f"{file} is damaged: {'; '.join(found[:3])}.")
    if not is_ours:
        stop(f"{file} is a database, but not of a postal tracker.")
    if not known:
        stop(
            f"{file} was made by a newer version of this program. Install that version (or a later "
            "one), or take an older copy."
        )


def _revisions(copy: Any) -> list[str]:
    return [row[0] for row in copy.execute("SELECT version_num FROM alembic_version")]


def _restore_sqlite(file: Path, target: Path) -> None:
    if target.exists() and file.samefile(target):
        stop("That is the database itself.", WRONGLY_ASKED)
    _examine(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    with held_alone(target) as held, _whole_or_not(target) as draft:
        _copy(file, draft, "Restoring")
        _examine(draft)
        if held and sys.platform == "win32":  # where no open file is replaced
            held.close()


@contextmanager
def held_alone(target: Path) -> Iterator[Any]:
    """Keep everybody else out of a database, by a connection; leaves with 1 if somebody is in it.

    Its write-ahead log is checkpointed first, so that none lies beside what takes its place.
    """
    if not target.exists():
        yield None
        return
    with closing(_connect(target, timeout=0.5)) as old:
        try:
            # SQLite lets nobody change the journal mode while another has it open.
            old.execute("PRAGMA journal_mode=DELETE")
            old.execute("BEGIN EXCLUSIVE")
        except sqlite.OperationalError:
            stop(f"{target} is in use. Stop the service first.")
        except sqlite.DatabaseError:  # not a database any more: nobody can use it
            yield old
            return
        yield old
        with suppress(sqlite.Error):
            old.execute("ROLLBACK")


# PostgreSQL


def _dump(url: URL, draft: Path) -> None:
    _run("pg_dump", url, "--format=custom", f"--file={draft}")


def _restore_postgres(settings: Settings, file: Path) -> None:
    house = build_house(settings)
    try:
        with sentences():
            others = house.database.read_now(
                lambda s: s.connection().exec_driver_sql(_OTHERS).scalar_one()
            )
            if others:
                stop(f"{others} others are connected to the database. Stop the service first.")
    finally:
        house.close()
    _drop_newer_tables(make_engine(settings.database_url), file)
    how = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run("pg_restore", make_url(settings.database_url), *how, str(file))


def _drop_newer_tables(engine: Engine, file: Path) -> None:
    """Drop what a later version has made: pg_restore drops only what the copy holds.

    Left behind, such a table would stand in the way of the next upgrade.
    """
    listed = _asked("pg_restore", "--list", str(file))
    held = set(re.findall(r"^\d+; \d+ \d+ TABLE (\S+ \S+) ", listed, re.MULTILINE))
    with engine.begin() as connection:
        for schema, table in connection.exec_driver_sql(_TABLES).all():
            if f"{schema} {table}" not in held:
                connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{schema}"."{table}" CASCADE')
    engine.dispose()


_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, not by name."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    with waiting(f"{program}…"):
        _asked(program, f"--dbname={address}", "--no-password", *arguments, **secret)


def _asked(program: str, *arguments: str, **secret: str) -> str:
    """Return what such a program prints; leaves with 1 if there is none, or it fails."""
    found = shutil.which(program)
    if found is None:
        stop(f"{program} is not installed: it comes with PostgreSQL's client programs.")
    ended = subprocess.run(  # noqa: S603 - the program is PostgreSQL's, the address our own
        [found, *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        stop(f"{program} failed: {ended.stderr.strip().splitlines()[-1:] or ended.returncode}")
    return ended.stdout
