"""Alembic migrations: one file per change, the same on SQLite and PostgreSQL.

`upgrade(engine)` brings a database to the newest; a developer makes the next file with
`python -m postal_tracker.storage.migrations "what changes"`.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def config(engine: Engine) -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["engine"] = engine
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; nothing happens if it is there."""
    command.upgrade(config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    command.downgrade(config(engine), revision)


def is_current(engine: Engine) -> bool:
    """Tell whether the database has every migration, though others write to it meanwhile."""
    with engine.execution_options(reading=True).connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return set(present) == set(ScriptDirectory.from_config(config(engine)).get_heads())
