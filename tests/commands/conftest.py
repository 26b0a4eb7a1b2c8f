"""The command line on a database of its own: in this process where that will do."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from postal_tracker.__main__ import app
from postal_tracker.demo.catalogue import load_sample_catalogue
from tests.centre import PRINTERS, Centre

Run = Callable[..., Any]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run commands on an empty, migrated database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTAL_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("POSTAL_PRINTER_NETWORKS", PRINTERS)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*arguments: str, typed_in: str = "") -> Any:
        return CliRunner().invoke(app, list(arguments), input=typed_in)

    before = list(logging.getLogger().handlers)
    yield typed
    assert logging.getLogger().handlers == before


@pytest.fixture
def furnished(run: Run, sqlite_url: str) -> Iterator[Centre]:
    """The centre whose database the commands work on."""
    with Centre(sqlite_url) as made:
        yield made


@pytest.fixture
def catalogue(run: Run, sqlite_url: str) -> None:
    from postal_tracker.storage.database import Database

    database = Database(sqlite_url)
    database.write_now(load_sample_catalogue)
    database.close()
