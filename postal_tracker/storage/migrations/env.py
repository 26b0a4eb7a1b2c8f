"""Alembic runs this file for each command; the engine comes from `migrations.config`."""

from typing import Any

from alembic import context

from postal_tracker.storage.tables import metadata


def _is_ours(_object: Any, name: str | None, type_: str, *_rest: Any) -> bool:
    """Leave the background engine's tables alone; it migrates them itself."""
    return type_ != "table" or name in metadata.tables


with context.config.attributes["engine"].begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        include_object=_is_ours,
    )
    context.run_migrations()
