"""Care of the data: migrations, replays, checks, copies."""

from postal_tracker import migrations
from postal_tracker.commands.terminal import about_database, beside, opened


def migrate() -> None:
    """Bring the database to the newest form; nothing happens if it is there."""
    with opened(migrated=False) as house:
        migrations.upgrade(house.database.engine)
        beside.print(f"The database is up to date ({about_database(house)}).")
