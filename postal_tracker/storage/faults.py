"""What a database's fault means for those whose work was under way: what is lost, what is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from postal_tracker.core.problems import uncertain
from postal_tracker.storage.engines import sqlite

SERIALIZATION = {"40001", "40P01"}
"""PostgreSQL: could not serialize, deadlock. Nothing is wrong with the commands; run them again."""

_UNKNOWN = {"08007", "40003"}
"""PostgreSQL: transaction resolution unknown, statement completion unknown (its appendix A)."""

_SQLITE_ERROR = 1
_SQLITE_IOERR = 10


@contextmanager
def transaction_of(session: Session) -> Iterator[None]:
    """Commit what is done within, or roll it back.

    Raises Uncertain if the commit itself was broken off: the database may have made it durable
    before, and its answer be lost.
    """
    is_committing = False
    try:
        with session.begin():
            yield
            is_committing = True
    except BaseException as failure:
        if is_committing and not _is_refusal(failure):
            raise uncertain() from failure
        raise


def _is_refusal(failure: BaseException) -> bool:
    """Tell whether the database said no to a commit, so that nothing of it is kept.

    A SQLite that could not sync its log has written it: a power cut may still bring it back.
    """
    if not isinstance(failure, DBAPIError) or failure.connection_invalidated:
        return False
    return sqlite_code(failure) != _SQLITE_IOERR and sqlstate(failure) not in _UNKNOWN


def is_our_mistake(failure: BaseException) -> bool:
    """Tell whether a statement of ours is wrong, though it is called a fault of operation.

    Python's sqlite3 calls all alike that SQLite reports as SQLITE_ERROR: no such table or column,
    a wrong syntax (SQLite, "Result and Error Codes"). PostgreSQL's have a class of their own (42).
    """
    return sqlite_code(failure) == _SQLITE_ERROR


def is_fatal(failure: Exception) -> bool:
    """Tell whether the whole transaction is lost, not just one command."""
    if not isinstance(failure, DBAPIError):
        return False
    return failure.connection_invalidated or sqlstate(failure) in SERIALIZATION


def has_lost_its_transaction(session: Session) -> bool:
    """Tell whether SQLite rolled everything back by itself, as it may when the disk is full.

    What came after would be kept statement by statement, whatever its callers are told.
    """
    used: Any = session.connection().connection.dbapi_connection
    return isinstance(used, sqlite.Connection) and not used.in_transaction


def sqlstate(failure: BaseException) -> str:
    """Return PostgreSQL's five-character code of what went wrong; SQLite has none."""
    return getattr(getattr(failure, "orig", None), "sqlstate", None) or ""


def sqlite_code(failure: BaseException) -> int:
    """Return SQLite's primary result code of what went wrong; 0 is none of SQLite's."""
    code: int = getattr(getattr(failure, "orig", None), "sqlite_errorcode", 0) or 0
    return code & 0xFF
