"""Before a service starts: what it refuses, and its database brought to the newest form."""

import logging
import secrets

from pydantic import SecretStr
from sqlalchemy import inspect
from sqlmodel import Session, select

from postal_tracker.access import first_admin, is_rehearsal_centre
from postal_tracker.commands.https import check_listening
from postal_tracker.commands.own_files import own_key_file, private_files
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    beside,
    refuse_unmigrated,
    sentences,
    stop,
)
from postal_tracker.house import House
from postal_tracker.settings import DEMO_SECRET, Settings, UnsafeSettings
from postal_tracker.storage import migrations, private
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import Dossier

log = logging.getLogger(__name__)


def refuse_unsafe(settings: Settings) -> None:
    try:
        check_for_service(settings)
    except UnsafeSettings as unsafe:
        stop(str(unsafe), WRONGLY_ASKED)


def check_for_service(settings: Settings) -> None:
    """Refuse to serve citizens with a rehearsal's secrets. Raises UnsafeSettings."""
    key = settings.secret_key.get_secret_value()
    if len(key) < 32 or key == DEMO_SECRET:
        raise UnsafeSettings("Set POSTAL_SECRET_KEY to at least 32 random characters.")
    for name, carrier in settings.carriers.items():
        for secret in carrier.hook_secrets:
            if len(secret) < 16 or secret.startswith(DEMO_SECRET):
                raise UnsafeSettings(f"The hook secret of {name} is shorter than 16 characters.")


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


def give_own_key(house: House) -> None:
    """Make an empty centre's secret key, in a file beside its record.

    Not where there are dossiers: their receipts are signed with another, which is missing. Not on
    PostgreSQL: there several processes must have the same.
    """
    file = own_key_file(house.settings)
    if file is None or house.settings.secret_key.get_secret_value():
        return
    if house.database.read_now(_has_dossiers):
        return
    private.write_new(file, secrets.token_urlsafe(48) + "\n")
    beside.print(f"A secret key was made: {file}. Keep a copy, apart from backups.", markup=False)
    own = SecretStr(file.read_text(encoding="utf-8").strip())
    house.settings = house.settings.model_copy(update={"secret_key": own})


def _has_dossiers(session: Session) -> bool:
    if not inspect(session.connection()).has_table("dossier"):
        return False
    return session.exec(select(Dossier.id).limit(1)).first() is not None


def keep_files_private(settings: Settings) -> None:
    """Take from others what they may do with this service's files, and say so."""
    for file in filter(private.mended, private_files(settings)):
        log.warning("others could read this; now its owner alone can", extra={"file": file})


def say_first_address(house: House) -> None:
    """Print, on the terminal alone, where an empty centre's first administrator signs up."""
    if house.database.read_now(first_admin.is_without_people):
        token = first_admin.first_admin_token(house.secret)
        at = f"{house.settings.address}/first-admin/{token}"
        beside.print(
            f"Open the first administrator's account at {at}", markup=False, soft_wrap=True
        )
