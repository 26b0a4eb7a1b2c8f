"""Where people stand: every column that may name somebody, and by what its rows are found.

One list for all who need it: what is told to whoever asks what is held of him, what is emptied when
his data are erased, and which tables a test of the house looks for people in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlmodel import col

from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import (
    Applicant,
    CarrierMessage,
    Correction,
    Enclosure,
    EntryDetail,
    EntryNote,
    Feedback,
    FeedbackAct,
    LedgerEntry,
    NoticeChoice,
    Recipient,
    table_of,
)


class Of(StrEnum):
    """What a row belongs to; each is found from the dossier."""

    DOSSIER = "dossier"
    PARCEL = "parcel"
    ENTRY = "entry"
    FEEDBACK = "feedback"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Personal:
    """One table's columns that may name people."""

    model: Any
    columns: tuple[str, ...]
    of: Of
    key: str
    """The column that says whose a row is."""


PERSONAL = (
    Personal(
        Applicant,
        (
            *("name", "name_folded", "phone", "email", "id_number", "address", "ward"),
            *("province", "note"),
        ),
        Of.DOSSIER,
        "dossier_id",
    ),
    Personal(Recipient, ("name", "phone", "address"), Of.PARCEL, "parcel_id"),
    Personal(EntryNote, ("text",), Of.ENTRY, "entry_id"),
    Personal(EntryDetail, ("text",), Of.ENTRY, "entry_id"),
    Personal(Correction, ("was", "became"), Of.ENTRY, "entry_id"),
    Personal(Feedback, ("text", "answer"), Of.DOSSIER, "dossier_id"),
    Personal(FeedbackAct, ("text",), Of.FEEDBACK, "feedback_id"),
    Personal(NoticeChoice, (), Of.DOSSIER, "dossier_id"),
    Personal(CarrierMessage, ("body",), Of.MESSAGE, "id"),
)
"""A table of which no column is named goes row by row; messages are emptied by `carriers.inbox`."""

BY_THEMSELVES: Mapping[str, str] = {
    "search_term": "made anew of what is left of the applicant",
    "rating_text": "belongs to no dossier; goes after 400 days",
    "list_work": "a file that is brought in; goes when that is done",
    "denunciation": "belongs to no dossier; emptied once it was kept long enough",
}
"""Other tables in which people may stand, and why they are not in the list."""


def reached(connection: Connection, dossiers: Sequence[int]) -> Mapping[Of, Mapping[int, int]]:
    """Return the keys of all that belongs to dossiers, each with the dossier whose it is."""
    found: dict[Of, dict[int, int]] = {Of.DOSSIER: {id_: id_ for id_ in dossiers}}
    found[Of.PARCEL] = dict(_pairs(connection, _PARCELS, dossiers))
    found[Of.FEEDBACK] = dict(_pairs(connection, _FEEDBACK, dossiers))
    own = connection.execute(_ENTRIES, {"ids": list(dossiers)}).all()
    scans = connection.execute(_SCANS, {"ids": list(found[Of.PARCEL])}).all()
    entries = [(row.id, row.dossier_id, row.message_id) for row in own]
    entries += [(row.id, found[Of.PARCEL][row.parcel_id], row.message_id) for row in scans]
    found[Of.ENTRY] = {id_: dossier for id_, dossier, _ in entries}
    found[Of.MESSAGE] = {message: dossier for _, dossier, message in entries if message}
    return found


def _pairs(connection: Connection, query: Any, ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((key, dossier) for key, dossier in connection.execute(query, {"ids": list(ids)}))


_PARCELS = select(col(Enclosure.parcel_id), col(Enclosure.dossier_id)).where(
    among(col(Enclosure.dossier_id), "ids")
)
_FEEDBACK = select(col(Feedback.id), col(Feedback.dossier_id)).where(
    among(col(Feedback.dossier_id), "ids")
)
_ENTRIES = select(
    col(LedgerEntry.id), col(LedgerEntry.dossier_id), col(LedgerEntry.message_id)
).where(col(LedgerEntry.dossier_id).is_not(None), among(col(LedgerEntry.dossier_id), "ids"))
_SCANS = select(col(LedgerEntry.id), col(LedgerEntry.parcel_id), col(LedgerEntry.message_id)).where(
    col(LedgerEntry.dossier_id).is_(None), among(col(LedgerEntry.parcel_id), "ids")
)


def empty(connection: Connection, found: Mapping[Of, Mapping[int, int]]) -> None:
    """Empty all that may name people in what was reached, but for carriers' messages."""
    for one in PERSONAL:
        if one.of is Of.MESSAGE or not found[one.of]:
            continue
        table = table_of(one.model)
        ours = among(table.c[one.key], "ids")
        change = (
            update(table).values(dict.fromkeys(one.columns, "")) if one.columns else delete(table)
        )
        connection.execute(change.where(ours), {"ids": list(found[one.of])})
