"""The audit log: what is written of who did and who looked, and how it is found again.

An audit trail, append-only: the database refuses to change it, and lets go of what is older than
an entry of its own names (`forget_old`). It holds no personal data: see `AuditEntry`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, tuple_
from sqlmodel import Session, col, select

from postal_tracker.core.codes import is_dossier_code
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import (
    AuditEntry,
    AuditSubject,
    Dossier,
    Enclosure,
    Parcel,
    table_of,
)


class Audited(StrEnum):
    """What is written down."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    LOCKED_OUT = "locked-out"
    SIGNED_OUT = "signed-out"
    REFUSED = "refused"
    FORGED_HOOK = "forged-hook"
    READ = "read"
    EXPORTED = "exported"
    AUDIT_READ = "audit-read"
    ACCOUNT = "account"
    KEY_MADE = "key-made"
    KEY_REVOKED = "key-revoked"
    KEY_FROM_ELSEWHERE = "key-from-elsewhere"
    SETTINGS = "settings"
    COMMAND = "command"  # done at the server itself
    LINK_REVOKED = "link-revoked"
    ERASED = "erased"
    AGED_OUT = "aged-out"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be written down; dossiers by code, or by the parcels that they are in."""

    what: Audited
    at: datetime
    who: str = ""
    network: str = ""
    door: str = ""
    dossiers: Sequence[str] = ()
    parcels: Sequence[str] = ()
    fields: Sequence[str] = ()
    detail: str = ""
    many: int = 1

    def as_line(self) -> str:
        """Return it as one line of JSON, ASCII alone, so that no line can be forged in it."""
        told = {
            "time": self.at.isoformat(timespec="milliseconds"),
            "event": self.what.value,
            "who": self.who,
            "network": self.network,
            "door": self.door,
            "dossiers": list(self.dossiers),
            "parcels": list(self.parcels),
            "fields": list(self.fields),
            "detail": self.detail,
            "many": self.many,
        }
        return json.dumps({name: value for name, value in told.items() if value})


MOST_NAMED = 1000
"""Dossiers that one entry names; what shows more is written as several."""


def record(session: Session, notes: Iterable[Note]) -> None:
    """Write down what happened, in the transaction of whoever calls."""
    for note in notes:
        ids = _ids_of(session, note)
        for start in range(0, max(1, len(ids)), MOST_NAMED):
            _write(session, note, ids[start : start + MOST_NAMED])


def _write(session: Session, note: Note, ids: Sequence[int]) -> None:
    values = {
        "at": note.at,
        "what": note.what.value,
        "who": note.who[:80],
        "network": note.network[:64],
        "door": note.door[:120],
        "dossiers": " ".join(map(str, ids)),
        "fields": " ".join(note.fields)[:200],
        "detail": note.detail[:120],
        "many": note.many,
        "erased_before": None,
    }
    made = session.connection().execute(_ENTRY, values).scalar_one()
    if ids:
        session.connection().execute(
            _SUBJECT, [{"dossier_id": id_, "entry_id": made} for id_ in ids]
        )


_ENTRY = insert(table_of(AuditEntry)).returning(table_of(AuditEntry).c.id)
_SUBJECT = insert(table_of(AuditSubject))


def _ids_of(session: Session, note: Note) -> list[int]:
    connection, found = session.connection(), set[int]()
    if note.dossiers:
        found.update(connection.execute(_BY_CODE, {"codes": list(note.dossiers)}).scalars())
    if note.parcels:
        found.update(connection.execute(_BY_PARCEL, {"numbers": list(note.parcels)}).scalars())
    return sorted(found)


_BY_CODE = select(col(Dossier.id)).where(among(col(Dossier.code), "codes"))
_BY_PARCEL = (
    select(col(Enclosure.dossier_id))
    .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
    .where(among(col(Parcel.tracking_number), "numbers"))
)


# Found again


@dataclass(frozen=True, slots=True)
class AuditView:
    """One thing that somebody did or looked at."""

    id: int
    at: datetime
    """When."""
    what: Audited
    """`read`: data seen; `erased`: those of a dossier's people; else of the service itself."""
    who: str
    """`staff:3`, `key:AB12CD34`; empty: somebody who is not known."""
    network: str
    """From where: an IPv4 address or an IPv6 /64."""
    door: str
    """Through which address, with names for its parts."""
    dossiers: list[str]
    """Codes of the dossiers whose data were seen."""
    fields: list[str]
    """Which data were seen; never what they hold."""
    detail: str
    """A word of ours: a problem's slug, a report's name, by what a list was narrowed."""
    many: int
    """How many it stands for."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the audit log, the newest first."""

    items: list[AuditView]
    next_cursor: int | None = None
    count: int = 0
    """How many there are on all pages, counted to 1,000."""
    is_more: bool = False
    """Whether there are more than that."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; what is empty narrows nothing."""

    dossier: str = ""
    who: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    cursor: int | None = None
    limit: int = 100

    def about(self) -> list[str]:
        """Return whose entries are wanted; of what is no code nothing: it may be a name."""
        return [self.dossier] if is_dossier_code(self.dossier) else []

    def kinds(self) -> str:
        """Return by what was searched, for the entry that tells of it."""
        told = ("dossier", "who", "what", "since", "until")
        return " ".join(name for name in told if getattr(self, name))


def entries(session: Session, wanted: AuditFilter) -> AuditPage:
    """Return the entries that are wanted. Of a dossier that is not known: none."""
    query = _narrowed(select(AuditEntry), wanted)
    if wanted.cursor is not None:
        last = session.get(AuditEntry, wanted.cursor)
        if last is None:
            return AuditPage([])
        place = tuple_(col(AuditEntry.at), col(AuditEntry.id))
        query = query.where(place < tuple_(literal(last.at, _AT.type), literal(last.id)))
    newest = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    found = list(session.exec(newest.limit(wanted.limit + 1)))
    codes = _codes_of(session, shown := found[: wanted.limit])
    more = shown[-1].id if len(found) > wanted.limit else None
    return AuditPage([_view(entry, codes) for entry in shown], more)


def fitting(wanted: AuditFilter) -> Any:
    """Return the query for all that are wanted, to be counted."""
    return _narrowed(select(AuditEntry.id), wanted)


_AT: Any = table_of(AuditEntry).c.at


def _narrowed(query: Any, wanted: AuditFilter) -> Any:
    if wanted.dossier:
        query = (
            query.join(AuditSubject, col(AuditSubject.entry_id) == col(AuditEntry.id))
            .join(Dossier, col(Dossier.id) == col(AuditSubject.dossier_id))
            .where(col(Dossier.code) == wanted.dossier)
        )
    if wanted.who:
        query = query.where(col(AuditEntry.who) == wanted.who)
    if wanted.what:
        query = query.where(col(AuditEntry.what) == wanted.what)
    if wanted.since:
        query = query.where(col(AuditEntry.at) >= wanted.since)
    if wanted.until:
        query = query.where(col(AuditEntry.at) < wanted.until)
    return query


def _codes_of(session: Session, shown: Sequence[AuditEntry]) -> dict[str, str]:
    ids = {int(id_) for entry in shown for id_ in entry.dossiers.split()}
    found = session.connection().execute(_CODES, {"ids": sorted(ids)}) if ids else ()
    return {str(id_): code for id_, code in found}


_CODES = select(col(Dossier.id), col(Dossier.code)).where(among(col(Dossier.id), "ids"))


def _view(entry: AuditEntry, codes: dict[str, str]) -> AuditView:
    return AuditView(
        id=entry.id,
        at=entry.at,
        what=Audited(entry.what),
        who=entry.who,
        network=entry.network,
        door=entry.door,
        dossiers=[codes.get(id_, id_) for id_ in entry.dossiers.split()],
        fields=entry.fields.split(),
        detail=entry.detail,
        many=entry.many,
    )


# The one door out

SHORTEST = timedelta(days=90)
"""What the database itself holds on to, whatever is asked: see migration 0019."""

LetGo = Callable[[Connection, Sequence[int]], object]


def forget_old(
    session: Session, most: int, *, kept_for: timedelta, now: datetime, let_go: LetGo
) -> int:
    """Delete entries older than this, the oldest first; return how many went.

    That, too, is written down, and the database deletes nothing of which that is not told.
    `let_go` is told of the ids: the log above us keeps what opens its leaves.
    """
    before = now - max(kept_for, SHORTEST)
    at, number = col(AuditEntry.at), col(AuditEntry.id)
    oldest = select(number).where(at < before).order_by(at, number).limit(most)
    ids = list(session.exec(oldest))
    if not ids:
        return 0
    if not session.exec(_told_already(before)).first():
        session.add(AuditEntry(at=now, what=Audited.AGED_OUT.value, erased_before=before))
        session.flush()
    connection = session.connection()
    gone = connection.execute(delete(AuditEntry).where(number.in_(ids))).rowcount
    connection.execute(delete(AuditSubject).where(col(AuditSubject.entry_id).in_(ids)))
    let_go(connection, ids)
    return gone


def _told_already(before: datetime) -> Any:
    """Ask whether an entry lets these go already: one for each night is enough."""
    told = col(AuditEntry.what) == Audited.AGED_OUT.value
    return select(AuditEntry.id).where(told, col(AuditEntry.erased_before) >= before).limit(1)
