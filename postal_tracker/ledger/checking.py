"""Whether the copies say what they are copies of, and mending those that do not.

Mending puts nothing into the outbox: nothing has happened to the dossier. The copy was wrong, and
what was told of it when it happened came from the ledger's entries.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlmodel import Session, col

from postal_tracker.core.working_days import Calendar
from postal_tracker.ledger import deadlines, search_terms, tallies
from postal_tracker.ledger.dossiers import UPDATE_DOSSIER, columns, put_into, replay_dossiers
from postal_tracker.ledger.parcels import UPDATE_PARCEL, parcel_columns, replay_parcels
from postal_tracker.storage.tables import Dossier, Enclosure, Parcel, table_of


def differences(session: Session, calendar: Calendar, *, mend: bool = False) -> list[str]:
    """Return what is stored otherwise than a replay of the ledger says; empty if all is well.

    So is a dossier that is found by other terms than it should be, or due when nobody promised, and
    a tally that does not say what a count says. With `mend`, also store what is right.
    """
    connection = session.connection()
    parcels = _differing(connection, Parcel, replay_parcels, parcel_columns)
    dossiers = _differing(connection, Dossier, replay_dossiers, columns)
    rides = _wrong_rides(connection, dossiers)
    lost = search_terms.differing(connection)
    due = deadlines.differing(connection, calendar)
    if mend:
        UPDATE_PARCEL.store(connection, parcels)
        UPDATE_DOSSIER.store(connection, dossiers)
        put_into(connection, rides)
        deadlines.mend(connection, due)
        search_terms.refresh(connection, lost)
    # Counted are the copies: what they say must be right first.
    miscounted = tallies.differing(connection) if mend or not (dossiers or rides or due) else {}
    if mend:
        tallies.mend(connection, miscounted)
    return [
        f"{noun} {id_}"
        for noun, found in (
            ("parcel", parcels),
            ("dossier", sorted({*dossiers, *rides, *lost, *due})),
            # Not the place: it may be somebody's street.
            ("tally", [f"{cell.kind} {cell.day}: {n:+}" for cell, n in miscounted.items()]),
        )
        for id_ in found
    ]


def _wrong_rides(
    connection: Connection, right: Mapping[int, dict[str, Any]]
) -> dict[int, int | None]:
    """Return the parcel in which a dossier should be, of those whose enclosures say otherwise.

    `right` are the right columns of dossiers that have wrong ones.
    """
    open_ride = and_(col(Enclosure.dossier_id) == col(Dossier.id), col(Enclosure.open))
    query = (
        select(col(Dossier.id), col(Dossier.resume), col(Enclosure.parcel_id))
        .join(Enclosure, open_ride, isouter=True)
        .execution_options(yield_per=500)
    )
    wrong: dict[int, int | None] = {}
    for id_, stored, parcel in connection.execute(query):
        leg = (right[id_]["resume"] if id_ in right else stored).get("leg")
        wanted = leg[0] if leg else None
        if wanted != parcel:
            wrong[id_] = wanted
    return wrong


def _differing(
    connection: Connection, table: Any, replayed: Any, columns_of: Any
) -> dict[int, dict[str, Any]]:
    """Return the right columns of the rows that have others, by id; in batches, by id."""
    wrong: dict[int, dict[str, Any]] = {}
    last = 0
    while True:
        query = (
            select(table_of(table)).where(col(table.id) > last).order_by(col(table.id)).limit(500)
        )
        rows = connection.execute(query).all()
        if not rows:
            return wrong
        last = rows[-1].id
        right = replayed(connection, [row.id for row in rows])
        for row in rows:
            wanted = columns_of(right[row.id])
            if any(getattr(row, name) != value for name, value in wanted.items()):
                wrong[row.id] = wanted
