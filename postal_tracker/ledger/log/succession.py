"""Another key, after one that is lost or in others' hands: the log goes on, and says so itself."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlmodel import Session, col

from postal_tracker.ledger.log import keys
from postal_tracker.ledger.log.due import leaf_of
from postal_tracker.ledger.log.leaves import KINDS
from postal_tracker.ledger.log.sequencing import Turn, append, grown
from postal_tracker.storage.tables import LogHead, LogKey, table_of


def go_on_with(session: Session, key: Ed25519PrivateKey, *, now: datetime) -> str:
    """Let this key sign from the next leaf on, which tells of it; return the one before.

    Whoever appends with the former key meanwhile is told that it is no longer the log's.
    """
    connection = session.connection()
    new = keys.verifier_key_of(key)
    former = connection.execute(select(col(LogHead.verifier_key)).with_for_update()).scalar()
    if former in (None, new):
        return former or ""
    row = LogKey(at=now, former_key=former, key=new)
    session.add(row)
    session.flush()
    connection.execute(update(table_of(LogHead)).values(verifier_key=new, held_by=""))
    size = connection.execute(select(col(LogHead.size))).scalar_one()
    growth = grown(connection, size, [leaf_of(connection, KINDS["key"], row.model_dump())])
    signed = keys.sign(key, growth.size, growth.root)
    append(session, growth=growth, signed=signed, turn=Turn("new-key", now, timedelta(0)))
    return former
