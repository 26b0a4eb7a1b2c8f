"""Alembic migrations: one file per change, the same on SQLite and PostgreSQL.

`upgrade(engine)` brings a database to the newest; a developer makes the next file with
`python -m postal_tracker.storage.migrations "what changes"`.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_HERE = Path(__file__).parent


def config(engine: Engine) -> Config:
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.attributes["engine"] = engine
    return made


class NewerDatabase(Exception):
    """The database has migrations that this program does not know."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; nothing happens if it is there. Raises NewerDatabase."""
    refuse_newer(engine)
    command.upgrade(config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    command.downgrade(config(engine), revision)


def is_current(engine: Engine) -> bool:
    """Tell whether the database has every migration, though others write to it meanwhile."""
    return is_newest(_present(engine))


def refuse_newer(engine: Engine) -> None:
    """Raises NewerDatabase."""
    if not are_known(_present(engine)):
        raise NewerDatabase(
            "The database was made by a newer version of this program. Install "
            "that version (or a later one), or restore a backup from before the upgrade."
        )


def are_known(revisions: Iterable[str]) -> bool:
    """Tell whether this program knows a database of these revisions."""
    known = ScriptDirectory(str(_HERE)).walk_revisions()
    return set(revisions) <= {script.revision for script in known}


def is_newest(revisions: frozenset[str]) -> bool:
    """Tell whether a database of these revisions has every migration, and none beyond them."""
    return revisions == _newest()


@cache
def _newest() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(_HERE)).get_heads())


def _present(engine: Engine) -> frozenset[str]:
    with engine.execution_options(reading=True).connect() as connection:
        return frozenset(MigrationContext.configure(connection).get_current_heads())
