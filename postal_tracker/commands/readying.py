"""Before a service starts: what it refuses, and its database brought to the newest form."""

from postal_tracker.access import is_rehearsal_centre
from postal_tracker.commands.https import check_listening
from postal_tracker.commands.terminal import WRONGLY_ASKED, refuse_unmigrated, sentences, stop
from postal_tracker.house import House
from postal_tracker.settings import Settings, UnsafeSettings, check_for_service
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine


def refuse_unsafe(settings: Settings) -> None:
    try:
        check_for_service(settings)
    except UnsafeSettings as unsafe:
        stop(str(unsafe), WRONGLY_ASKED)


def refuse_in_the_clear(settings: Settings) -> None:
    try:
        check_listening(settings)
    except UnsafeSettings as unsafe:
        stop(str(unsafe), WRONGLY_ASKED)


def refuse_many_on_sqlite(house: House, instead: str) -> None:
    if house.database.is_sqlite:
        stop(
            f"SQLite takes one process only. {instead}, or set POSTAL_DATABASE_URL to a "
            "PostgreSQL database.",
            WRONGLY_ASKED,
        )


def prepare(house: House, *, migrate: bool) -> None:
    # Not the house's own engine: a migration of many rows may take its time.
    engine = make_engine(house.settings.database_url)
    with sentences():
        try:
            if migrate:
                migrations.upgrade(engine)
            else:
                refuse_unmigrated(engine)
        except BaseException:
            house.close()
            raise
        finally:
            engine.dispose()


def refuse_rehearsal(house: House) -> None:
    """Refuse it before anything is done to it: what is refused stays as it is."""
    with sentences():
        if house.database.read_now(is_rehearsal_centre):
            house.close()
            stop(_REHEARSAL, WRONGLY_ASKED)


_REHEARSAL = (
    "This database is a rehearsal centre's: its dossiers are invented, and everybody knows its "
    "sign-ins. Nothing was started. Set POSTAL_DATABASE_URL to a database of your own, such as "
    "sqlite:///data/centre.db, or move this one away."
)
