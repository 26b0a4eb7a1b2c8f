"""What the printed verifier finds in a record's log."""

from sqlalchemy import Connection

from postal_tracker.commands.verify_log import Checker
from postal_tracker.ledger.log import exporting
from tests.centre import Centre


def check(connection: Connection, *checkpoints: str, key: str = "", opened: bool = True) -> Checker:
    checker = Checker(key, checkpoints)
    checker.run(exporting.lines(connection, opened=opened))
    return checker


def checked(centre: Centre, *checkpoints: str, key: str = "", opened: bool = True) -> Checker:
    return centre.database.read_now(
        lambda s: check(s.connection(), *checkpoints, key=key, opened=opened)
    )
