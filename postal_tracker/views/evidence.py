"""What is known of a disputed delivery, gathered: for a claim against the carrier, on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from adapters.event import Source
from postal_tracker.access import Scope
from postal_tracker.carriers import inbox
from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.problems import no_such
from postal_tracker.ledger.log import proofs
from postal_tracker.storage.tables import (
    CarrierMessage,
    Feedback,
    Handover,
    HandoverLine,
    LedgerEntry,
    LogLeaf,
    Parcel,
)


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One entry of the ledger, with its place in the log that cannot be rewritten."""

    entry: int
    what: str
    happened_at: datetime
    recorded_at: datetime
    source: Source
    place: str
    carrier_code: str
    claimed: bool
    struck_out: bool
    leaf: int | None
    """Its number in the log; None: it is not in it yet."""
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class EvidenceMessage:
    """What the carrier wrote, byte for byte as it was kept."""

    id: int
    received_at: datetime
    source: Source
    digest: str
    """SHA-256 of the body."""
    body: str
    withheld: str
    """Why the body is not shown: `erased`, or `others`: it tells of other people's parcels."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """All that is known of the delivery of one parcel."""

    tracking_number: str
    carrier: str
    lines: list[EvidenceLine]
    messages: list[EvidenceMessage]
    handover: str
    """The number of the list on which it was handed over; empty: on none."""
    signed_by: str
    signed_at: datetime | None
    checkpoint: str
    """The newest signed checkpoint of the log; empty: there is none yet."""


def evidence(session: Session, carriers: Carriers, number: str, *, scope: Scope) -> EvidenceView:
    """Gather it for the feedback of a number. Raises NotFound: it disputes no delivery."""
    query = select(
        col(Feedback.dossier_id),
        col(Feedback.parcel_id),
        col(Parcel.tracking_number),
        col(Parcel.carrier),
    ).join(Parcel, col(Parcel.id) == col(Feedback.parcel_id))
    wanted = query.where(col(Feedback.number) == number, scope.covers(Feedback))
    about = session.connection().execute(wanted).first()
    if about is None:
        raise no_such("feedback")
    rows = _entries(session, about.dossier_id, about.parcel_id)
    told = sorted({row.message_id for row in rows if row.message_id})
    handed = _handover(session, about.parcel_id)
    newest = proofs.newest(session)
    return EvidenceView(
        about.tracking_number,
        about.carrier,
        _lines(rows),
        [m for id_ in told if (m := _message(session, carriers, id_, about.tracking_number))],
        handed.number if handed else "",
        handed.signed_by if handed else "",
        handed.signed_at if handed else None,
        newest.note if newest else "",
    )


def _entries(session: Session, dossier_id: int, parcel_id: int) -> Sequence[Any]:
    of_parcel = and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id) == parcel_id)
    leaf = and_(col(LogLeaf.kind) == "entry", col(LogLeaf.row_id) == col(LedgerEntry.id))
    query = (
        select(*(col(getattr(LedgerEntry, name)) for name in _TOLD))
        .add_columns(col(LogLeaf.seq), col(LogLeaf.hash))
        .join(LogLeaf, leaf, isouter=True)
        .where(or_(col(LedgerEntry.dossier_id) == dossier_id, of_parcel))
        .order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    )
    return session.connection().execute(query).all()


_TOLD = (
    *("id", "what", "happened_at", "recorded_at", "source", "place", "carrier_code", "claimed"),
    *("strikes_id", "message_id"),
)


def _lines(rows: Sequence[Any]) -> list[EvidenceLine]:
    struck = {row.strikes_id for row in rows if row.strikes_id}
    return [
        EvidenceLine(
            entry=row.id,
            what=row.what,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            source=Source(row.source),
            place=row.place,
            carrier_code=row.carrier_code,
            claimed=row.claimed,
            struck_out=row.id in struck,
            leaf=row.seq,
            leaf_hash=row.hash or "",
        )
        for row in rows
    ]


def _message(session: Session, carriers: Carriers, id_: int, number: str) -> EvidenceMessage | None:
    """Return one message; what tells of other people's parcels too is named by its digest only."""
    row = session.get(CarrierMessage, id_)
    if row is None:
        return None
    events = inbox.inspect(session, carriers, id_).events if row.erased_at is None else ()
    of_others = any(event.tracking_number != number for event, _ in events)
    withheld = "erased" if row.erased_at else "others" if of_others else ""
    body = "" if withheld else _text(row.body)
    return EvidenceMessage(row.id, row.received_at, Source(row.source), row.digest, body, withheld)


def _text(body: bytes) -> str:
    """Return bytes as text; in hexadecimal, where they are none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.hex(" ")


def _handover(session: Session, parcel_id: int) -> Any:
    query = (
        select(col(Handover.number), col(Handover.signed_by), col(Handover.signed_at))
        .join(HandoverLine, col(HandoverLine.handover_id) == col(Handover.id))
        .where(col(HandoverLine.parcel_id) == parcel_id)
    )
    return session.connection().execute(query).first()
