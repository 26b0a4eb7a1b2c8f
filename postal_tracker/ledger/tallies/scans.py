"""How we learnt of scans: by a webhook, or only because we asked. By month, office and carrier.

A scan is of the local month in which it was first recorded here. A claim and its confirmation are
one scan: of such twins the first counts. What people reported is left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from adapters.event import Source
from postal_tracker.core.journey import FINAL_MILESTONES
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger.tallies.local_days import FirstOfMonth
from postal_tracker.ledger.tallies.sums import Cell, Changes, change
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Echo, LedgerEntry, Parcel

TOLD_FIRST, TOLD_LATER, NEVER_TOLD = "told_first", "told_later", "never_told"
"""By a webhook before we found it; found by asking, and told afterwards, or not yet."""

HOW_LEARNT = (TOLD_FIRST, TOLD_LATER, NEVER_TOLD)

_ASKED = Source.POLL.value
_TELLERS = (_ASKED, Source.SIGNED.value, Source.SHARED_TOKEN.value, Source.UNSIGNED.value)
_FINAL = frozenset(milestone.value for milestone in FINAL_MILESTONES)


class Scan(NamedTuple):
    """An entry of the ledger, as far as it matters how it was learnt."""

    id: int
    parcel_id: int
    what: str
    happened_at: datetime
    claimed: bool
    source: str
    recorded_at: datetime
    heard: bool = False
    """Whether a webhook told it after we had found it."""


def learn(
    connection: Connection,
    new: Iterable[tuple[int, Any]],
    parcels: Sequence[Row[Any]],
    at: datetime,
) -> Changes:
    """Return how tallies change by entries that were recorded at a moment, each with its id.

    `parcels` are theirs, and locked: who tells the twin of one of these now waits for us.
    """
    scans = [
        Scan(id_, e.parcel_id, e.what.value, e.happened_at, e.is_claim, e.source.value, at)
        for id_, e in new
        if e.dossier_id is None and e.source.value in _TELLERS
    ]
    lone = [scan for scan in scans if scan.what not in _FINAL]
    ends = [scan for scan in scans if scan.what in _FINAL]
    was, is_ = _with_twins(connection, ends) if ends else ([], [])
    return _in_cells(was, parcels), _in_cells([*lone, *is_], parcels)


def _with_twins(connection: Connection, new: Sequence[Scan]) -> tuple[list[Scan], list[Scan]]:
    """Return which ends of these journeys counted before the new ones came, and which do now."""
    rows = _ENDS.all(connection, {"ids": sorted({scan.parcel_id for scan in new})})
    known, ids = [Scan(*row) for row in rows], {scan.id for scan in new}
    return list(_counted(s for s in known if s.id not in ids)), list(_counted(known))


def _counted(scans: Iterable[Scan]) -> Iterator[Scan]:
    """Leave out the confirmation of a claim, and a claim of what was found before."""
    alike: dict[Any, list[Scan]] = defaultdict(list)
    for scan in sorted(scans):
        before = alike[scan.parcel_id, scan.what, scan.happened_at]
        if all(one.claimed == scan.claimed for one in before):
            yield scan
        before.append(scan)


def _in_cells(scans: Iterable[Scan], parcels: Sequence[Row[Any]]) -> list[Cell]:
    whose = {row.id: row for row in parcels}
    return [_cell(scan, whose[scan.parcel_id]) for scan in scans]


def _cell(scan: Scan, parcel: Any) -> Cell:
    how = TOLD_FIRST if scan.source != _ASKED else TOLD_LATER if scan.heard else NEVER_TOLD
    month = local_day(scan.recorded_at).replace(day=1)
    return Cell(how, month, parcel.office_id, carrier=parcel.carrier)


def hear(connection: Connection, ids: Collection[int]) -> None:
    """Count that webhooks told now of what asking had found: the entries with these ids."""
    rows = _HEARD.all(connection, {"ids": sorted(ids)})
    found = [(Cell(NEVER_TOLD, _month(row), row.office_id, carrier=row.carrier)) for row in rows]
    change(connection, found, [cell._replace(kind=TOLD_LATER) for cell in found])


def _month(row: Any) -> Any:
    return local_day(row.recorded_at).replace(day=1)


# In SQL

_SCAN: Any = aliased(LedgerEntry)
_EARLIER: Any = aliased(LedgerEntry)


def _is_scan(entry: Any) -> ColumnElement[bool]:
    told = or_(*(entry.source == teller for teller in _TELLERS))
    return and_(entry.dossier_id.is_(None), told)


def _is_told_twice() -> ColumnElement[bool]:
    same = (
        _is_scan(_EARLIER),
        _EARLIER.parcel_id == _SCAN.parcel_id,
        _EARLIER.what == _SCAN.what,
        _EARLIER.happened_at == _SCAN.happened_at,
        _EARLIER.claimed != _SCAN.claimed,
        _EARLIER.id < _SCAN.id,
    )
    return and_(or_(*(_SCAN.what == end for end in sorted(_FINAL))), exists().where(*same))


_ENDS = Prepared(
    select(
        *(_SCAN.id, _SCAN.parcel_id, _SCAN.what, _SCAN.happened_at, _SCAN.claimed, _SCAN.source),
        *(_SCAN.recorded_at, col(Echo.entry_id).is_not(None).label("heard")),
    )
    .join(Echo, col(Echo.entry_id) == _SCAN.id, isouter=True)
    .where(
        among(_SCAN.parcel_id, "ids"),
        or_(*(_SCAN.what == end for end in sorted(_FINAL))),
        _is_scan(_SCAN),
    )
)

_HEARD = Prepared(
    select(_SCAN.recorded_at, col(Parcel.office_id), col(Parcel.carrier))
    .join(Parcel, col(Parcel.id) == _SCAN.parcel_id)
    .where(among(_SCAN.id, "ids"), _is_scan(_SCAN), _SCAN.source == _ASKED, not_(_is_told_twice()))
)


def right() -> Any:
    """Return how many there are in each cell by a count of the ledger, with a minus."""
    heard = col(Echo.entry_id).is_not(None)
    how = case((_SCAN.source != _ASKED, TOLD_FIRST), (heard, TOLD_LATER), else_=NEVER_TOLD)
    none: Mapping[str, Any] = {"authority_id": literal(0), "empty": literal("")}
    cell = (how.label("how"), FirstOfMonth(_SCAN.recorded_at).label("month"), col(Parcel.office_id))
    minus = -cast(func.count(), Integer)
    return (
        select(
            *cell, none["authority_id"], none["empty"], col(Parcel.carrier), none["empty"], minus
        )
        .join_from(_SCAN, Parcel, col(Parcel.id) == _SCAN.parcel_id)
        .join(Echo, col(Echo.entry_id) == _SCAN.id, isouter=True)
        .where(_is_scan(_SCAN), not_(_is_told_twice()))
        .group_by(cell[0], cell[1], col(Parcel.office_id), col(Parcel.carrier))
    )
