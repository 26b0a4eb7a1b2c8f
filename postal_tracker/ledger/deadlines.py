"""When dossiers are due, beside the ledger: the date that was promised last, or the first one."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, not_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from postal_tracker.core.journey import Act, changes_of
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger import tallies
from postal_tracker.ledger.dossiers import cells, facts_of
from postal_tracker.storage.tables import Dossier, LedgerEntry


def settle(session: Session, dossier: Dossier) -> None:
    """Work out when a dossier is due, from what was promised, and count it there."""
    session.refresh(dossier)
    stood = cells(dossier)
    keep_promise(session, dossier)
    session.flush()
    tallies.change(session.connection(), stood, cells(dossier))


def keep_promise(session: Session, dossier: Dossier) -> None:
    """Let a dossier be due when that was promised last; its cells are the caller's to move."""
    promised = [one.due_at for one in sorted(changes_of(facts_of(session, dossier.id)))]
    dossier.due_at = promised[-1] if promised else dossier.first_due_at
    dossier.due_on = local_day(dossier.due_at)


_STRIKE = aliased(LedgerEntry)

_LAST_PROMISE = (
    select(col(LedgerEntry.due_at))
    .where(
        col(LedgerEntry.dossier_id) == col(Dossier.id),
        col(LedgerEntry.what) == Act.EXTENDED.value,
        not_(
            select(col(_STRIKE.id))
            .where(
                col(_STRIKE.dossier_id) == col(Dossier.id),
                col(_STRIKE.strikes_id) == col(LedgerEntry.id),
            )
            .exists()
        ),
    )
    .order_by(col(LedgerEntry.happened_at).desc(), col(LedgerEntry.due_at).desc())
    .limit(1)
    .correlate(Dossier)
    .scalar_subquery()
)

_ALL = select(
    col(Dossier.id),
    col(Dossier.due_at),
    col(Dossier.due_on),
    func.coalesce(_LAST_PROMISE, col(Dossier.first_due_at)).label("promised"),
).execution_options(yield_per=500)


def differing(connection: Connection) -> dict[int, datetime]:
    """Return when the dossiers are due, by id, of which something else is stored."""
    return {
        row.id: row.promised
        for row in connection.execute(_ALL)
        if row.due_at != row.promised or row.due_on != local_day(row.promised)
    }


_UPDATE = (
    update(Dossier)
    .where(col(Dossier.id) == bindparam("dossier"))
    .values(due_at=bindparam("at"), due_on=bindparam("day"))
)


def mend(connection: Connection, right: Mapping[int, datetime]) -> None:
    rows = [{"dossier": id_, "at": at, "day": local_day(at)} for id_, at in right.items()]
    if rows:
        connection.execute(_UPDATE, rows)
