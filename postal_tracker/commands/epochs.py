"""A copy that is put back: the log says so, and how it stood before that.

A copy of before there was a log, and a record that cannot be read any more, have nothing to say.
"""

from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from postal_tracker.access.audit import Audited
from postal_tracker.commands.noted import note_now
from postal_tracker.commands.own_files import database_file
from postal_tracker.commands.terminal import beside, build_house
from postal_tracker.ledger.log import epochs, proofs
from postal_tracker.settings import Settings


def last_known(settings: Settings) -> str:
    """Return the newest checkpoint of the record that is to be replaced; empty if there is none."""
    file = database_file(settings.database_url)
    if file and not file.exists():
        return ""
    try:
        with closing(build_house(settings)) as house:
            found = house.database.read_now(proofs.newest)
            return found.note if found else ""
    except DBAPIError:
        return ""


def note_restored(settings: Settings, before: str) -> None:
    now = datetime.now(UTC)
    try:
        with closing(build_house(settings)) as house:
            house.database.write_now(lambda s: epochs.note_restored(s, before, now=now))
            note_now(house, Audited.COMMAND, "restore")
    except DBAPIError:
        beside.print("The copy is of before there was a log: it does not say that it was put back.")
