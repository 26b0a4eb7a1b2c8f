"""What in the record bears one of these codes: dossiers, parcels and lists, by one question.

A round's scans come all at once; so many codes are asked for together as there are.
"""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, false, literal, select, union_all
from sqlmodel import col

from postal_tracker.access import Scope
from postal_tracker.core.codes import ScanKind
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Dossier, Handover, Parcel


@dataclass(frozen=True, slots=True)
class Named:
    """A dossier, parcel or list that bears a code."""

    kind: ScanKind
    code: str
    """By which the desk knows it."""
    printed: str
    """Which of its codes was asked for."""
    state: str
    """A dossier's stage, a parcel's milestone; of a list `open` or `signed`."""
    open: bool
    direction: str
    """A parcel's; empty of others, as the carrier is."""
    carrier: str
    office_id: int

    def is_within(self, scope: Scope) -> bool:
        return scope.reaches(_TABLES[self.kind], self.office_id, self.carrier)


Bearing = type[Dossier] | type[Parcel] | type[Handover]

_TABLES: dict[ScanKind, Bearing] = {
    ScanKind.DOSSIER: Dossier,
    ScanKind.PARCEL: Parcel,
    ScanKind.HANDOVER: Handover,
}


class Bearers:
    """What was found; who asks for it says how far his reach goes."""

    def __init__(self, rows: Collection[Named] = ()) -> None:
        self._rows = rows

    def within(self, scope: Scope, wanted: Set[str]) -> Iterator[Named]:
        """Give what bears one of these codes; of a parcel's number the one that counts last."""
        return (r for r in self._rows if {r.printed, r.code} & wanted and r.is_within(scope))

    def dossier(self, scope: Scope, code: str) -> Named | None:
        """Return the dossier of a code, or of a lookup code or its link."""
        return self._one(ScanKind.DOSSIER, scope, {code, code[:LOOKUP_CODE]})

    def parcel(self, scope: Scope, number: str) -> Named | None:
        """Return the parcel of a number: the open one, else the latest (numbers come back)."""
        return self._one(ScanKind.PARCEL, scope, {number})

    def handover(self, scope: Scope, number: str) -> Named | None:
        return self._one(ScanKind.HANDOVER, scope, {number})

    def _one(self, kind: ScanKind, scope: Scope, wanted: Set[str]) -> Named | None:
        found = [row for row in self.within(scope, wanted) if row.kind is kind]
        return found[-1] if found else None


LOOKUP_CODE = 13
"""So many signs of a link's token are a lookup code."""


def bearers(connection: Connection, codes: Collection[str]) -> Bearers:
    """Return what bears these codes, everybody's: what is not `within` reach is not to be told."""
    if not codes:
        return Bearers()
    rows = _BEARERS.all(connection, {"codes": sorted(codes)})
    return Bearers([Named(ScanKind(kind), *rest) for kind, *rest, _ in rows])


def _selected(table: Bearing, code: Any, printed: Any, state: Any) -> Any:
    is_parcel = table is Parcel
    return select(
        literal(next(kind for kind, of in _TABLES.items() if of is table).value).label("kind"),
        code.label("code"),
        printed.label("printed"),
        state.label("state"),
        (col(Parcel.open) if is_parcel else false()).label("open"),
        (col(Parcel.direction) if is_parcel else literal("")).label("direction"),
        (col(Parcel.carrier) if is_parcel else literal("")).label("carrier"),
        col(table.office_id).label("office_id"),
        col(table.id).label("id"),
    ).where(among(printed, "codes"))


_STATE = case((col(Handover.signed_at).is_(None), "open"), else_="signed")
_ALL = union_all(
    _selected(Dossier, col(Dossier.code), col(Dossier.code), col(Dossier.stage)),
    _selected(Dossier, col(Dossier.code), col(Dossier.lookup_code), col(Dossier.stage)),
    _selected(Parcel, *(col(Parcel.tracking_number),) * 2, col(Parcel.milestone)),
    _selected(Handover, col(Handover.number), col(Handover.number), _STATE),
)
_BEARERS = Prepared(_ALL.order_by("open", "id"))
