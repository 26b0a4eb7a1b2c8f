"""What lies at our own desks and waits for a hand: to be sealed, printed, signed, given out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, literal, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Direction, Stage
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import Dossier, Handover, Parcel, PrintedLabel, Procedure

Waiting = Literal["to_seal", "result_to_send", "result_waiting", "to_print", "unsigned_list"]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One dossier, parcel or list, by its code or number."""

    code: str
    since: datetime
    carrier: str = ""
    """Of a parcel or list: its name in the registry."""
    procedure: str = ""
    """What is asked for, of a dossier."""


def waiting(
    session: Session,
    kind: Waiting,
    *,
    scope: Scope,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return what waits for one thing: the first come first, of results the first lodged."""
    table, columns, order, conditions = _OF[kind]
    rest = behind(order, cursor, *_KINDS[len(order)])
    query = select(col(table.id), *columns).where(scope.covers(table), *conditions, *rest)
    page = fetch(session, query.order_by(*order), limit)
    items = [
        WaitingRow(row.code, row.since, row.carrier, pick((row.name_vi, row.name_en), lang))
        for row in page.rows
    ]
    return Report(WaitingRow, items, page.cursor(*_NAMES[len(order)]))


def all_waiting(kind: Waiting, scope: Scope) -> Any:
    """Return the query for the ids of all that waits for one thing."""
    table, _, _, conditions = _OF[kind]
    return select(col(table.id)).where(scope.covers(table), *conditions)


_KINDS: Mapping[int, Sequence[Any]] = {1: (number,), 2: (moment, number)}
_NAMES = {1: ("id",), 2: ("since", "id")}


def _of_procedure(column: Any) -> Any:
    return select(column).where(col(Procedure.id) == col(Dossier.procedure_id)).scalar_subquery()


def _dossiers(stage: Stage, *more: Any) -> Any:
    columns: Any = (
        col(Dossier.code),
        col(Dossier.since).label("since"),
        literal("").label("carrier"),
        _of_procedure(Procedure.name_vi).label("name_vi"),
        _of_procedure(Procedure.name_en).label("name_en"),
    )
    return Dossier, columns, (col(Dossier.id),), (col(Dossier.stage) == stage.value, *more)


_NO_NAMES = (literal("").label("name_vi"), literal("").label("name_en"))

_NO_LABEL = ~exists().where(col(PrintedLabel.parcel_id) == col(Parcel.id))

_OF: Mapping[Waiting, tuple[Any, Any, Any, Any]] = {
    # While the citizen is asked for something, nothing can be sent.
    "to_seal": _dossiers(
        Stage.WITH_OFFICE, ~col(Dossier.stopped), col(Dossier.settled_at).is_(None)
    ),
    "result_to_send": _dossiers(Stage.AT_CENTRE, col(Dossier.return_by_post)),
    "result_waiting": _dossiers(Stage.AT_CENTRE, ~col(Dossier.return_by_post)),
    "to_print": (
        Parcel,
        (
            col(Parcel.tracking_number).label("code"),
            col(Parcel.milestone_at).label("since"),
            col(Parcel.carrier),
            *_NO_NAMES,
        ),
        (col(Parcel.milestone_at), col(Parcel.id)),
        (
            col(Parcel.open),
            col(Parcel.milestone) == Milestone.ANNOUNCED.value,
            col(Parcel.direction) != Direction.TO_CENTRE.value,
            _NO_LABEL,
        ),
    ),
    "unsigned_list": (
        Handover,
        (
            col(Handover.number).label("code"),
            col(Handover.created_at).label("since"),
            col(Handover.carrier),
            *_NO_NAMES,
        ),
        (col(Handover.id),),
        (col(Handover.signed_at).is_(None),),
    ),
}
