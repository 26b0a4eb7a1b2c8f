"""Taking turns: who is about to do the same waits until the other has committed."""

from collections.abc import Collection

from sqlalchemy import Connection, text

PARCELS = 24225
"""Who seals a parcel of a number, and who keeps news of it. The figure is no other program's."""
PEOPLE = 24226
"""Who registers a person for a procedure on a day."""
CHANGES = 24227
"""Who numbers what has changed."""
ESCALATED = 24228
"""Who writes of what waits too long."""


def take_turns(connection: Connection, kind: int, names: Collection[str]) -> bool:
    """Wait for whoever has taken one of these names; tell whether there may be news since.

    It is an advisory lock, held until the commit: a row that another has not committed is not seen,
    and one that is not there yet cannot be locked. SQLite has but one writer.
    """
    if connection.dialect.name == "sqlite":
        return False
    connection.execute(_TAKE_TURNS, {"kind": kind, "names": sorted(names)})
    return True


# Names share 256 locks: a message or a list may have thousands of them, and the server has room for
# some thousands of locks. In one order, so that nobody waits for who waits for him.
_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(:kind, share) FROM ("
    "SELECT DISTINCT hashtext(name) & 255 AS share "
    "FROM unnest(CAST(:names AS text[])) AS name ORDER BY share) AS turns"
)


def is_my_turn(connection: Connection, kind: int) -> bool:
    """Take the only turn there is of a kind until the commit; False at once if another has it."""
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.execute(_TRY, {"kind": kind}).scalar_one())


_TRY = text("SELECT pg_try_advisory_xact_lock(:kind)")
