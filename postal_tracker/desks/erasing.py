"""Erasing what is held of people: the one place, whoever asked for it.

The history stays whole: entries, codes, numbers and times name nobody. That it was done is written
into the audit log, whose entries are leaves of the log that cannot be rewritten.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.carriers import inbox
from postal_tracker.ledger import personal, search_terms
from postal_tracker.storage.tables import Denunciation, Dossier, table_of


def erase(session: Session, dossiers: Sequence[int], note: Note) -> None:
    """Erase what is held of the people of these dossiers, and write down that it was done.

    To whom a parcel went goes with the first dossier that lay in it: it has been delivered.
    """
    connection = session.connection()
    found = personal.reached(connection, dossiers)
    personal.empty(connection, found)
    inbox.empty(connection, list(found[personal.Of.MESSAGE]), now=note.at)
    search_terms.refresh(connection, dossiers)
    table = table_of(Dossier)
    connection.execute(update(table).where(table.c.id.in_(dossiers)).values(erased_at=note.at))
    audit.record(session, [note])


def erase_old(session: Session, most: int, *, kept_for: timedelta, now: datetime) -> int:
    """Erase the people of the dossiers that ended the longest ago; return of how many."""
    since = col(Dossier.since)
    query = (
        select(col(Dossier.id), col(Dossier.code))
        .where(~col(Dossier.open), col(Dossier.erased_at).is_(None), since < now - kept_for)
        .order_by(since, col(Dossier.id))
        .limit(most)
    )
    rows = session.connection().execute(query).all()
    if rows:
        codes = [row.code for row in rows]
        note = Note(Audited.ERASED, now, dossiers=codes, detail="kept long enough")
        erase(session, [row.id for row in rows], note)
    return len(rows)


def erase_old_denunciations(
    session: Session, most: int, *, kept_for: timedelta, now: datetime
) -> int:
    """Empty the names and texts of denunciations that were settled the longest ago."""
    old = col(Denunciation.closed_at) < now - kept_for, col(Denunciation.text) != ""
    ids = select(col(Denunciation.id)).where(*old).limit(most)
    names = dict.fromkeys(("name", "contact", "text", "outcome"), "")
    table = table_of(Denunciation)
    emptied = update(table).where(table.c.id.in_(ids)).values(names)
    return session.connection().execute(emptied).rowcount
