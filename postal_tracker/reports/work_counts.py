"""How many things need somebody, kind by kind, as far as a thousand: of the worklist's own rows."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import false
from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.worklist import WorkKind
from postal_tracker.house import House
from postal_tracker.reports.feedback import due_by, due_feedback_ids
from postal_tracker.reports.follow_ups import parcels_on
from postal_tracker.reports.nearly_late import nearly_late_dossiers
from postal_tracker.reports.parcels import silent_parcels, unaccepted_parcels
from postal_tracker.reports.waiting import Waiting, all_waiting
from postal_tracker.reports.work_rows import FOLLOW_UPS, STATES
from postal_tracker.storage.tables import (
    CarrierMessage,
    Dossier,
    Feedback,
    Handover,
    Parcel,
    WorkItem,
)
from postal_tracker.views import MOST_COUNTED, Count, counted_each, worklists
from postal_tracker.views.messages import messages_in


def work_counts(
    session: Session,
    house: House,
    *,
    scope: Scope,
    now: datetime,
    snoozed: bool = False,
    most: int = MOST_COUNTED,
) -> dict[WorkKind, Count]:
    """Count what needs somebody, of each kind; also what was put off, if that is `snoozed`."""
    off = {} if snoozed else _put_off(session, now)
    queries = {
        kind.value: query.where(code.not_in(off[kind])) if kind in off else query
        for kind, (query, code) in _lists(house, scope, now).items()
    }
    counts = {WorkKind(k): n for k, n in counted_each(session, queries, most=most).items()}
    low = worklists.numbers_running_out(session, house.titles) if scope.is_whole else {}
    left = set(low) - set(off.get(WorkKind.NUMBERS_LOW, ()))
    return {kind: counts.get(kind, Count(len(left))) for kind in WorkKind}


def _put_off(session: Session, now: datetime) -> Mapping[WorkKind, list[Any]]:
    """Return the codes, of messages the ids, of what is put off, by kind."""
    codes: dict[WorkKind, list[Any]] = defaultdict(list)
    for key in session.exec(select(WorkItem.key).where(col(WorkItem.snoozed_until) > now)):
        kind, _, code = key.partition(":")
        if WorkKind(kind) not in STATES:
            codes[WorkKind(kind)].append(code)
        elif code.isdecimal():
            codes[WorkKind(kind)].append(int(code))
    return codes


def _lists(house: House, scope: Scope, now: datetime) -> dict[WorkKind, tuple[Any, Any]]:
    """Return, for each kind, the query for the ids of what is on its list, and its code."""
    number, code = col(Parcel.tracking_number), col(Dossier.code)
    settings, ids = house.settings, [col(Parcel.id)]
    unaccepted = now - timedelta(hours=settings.unaccepted_after_hours)
    silent = timedelta(hours=settings.silent_after_hours)
    in_reach = [] if scope.is_whole else [false()]
    return {
        WorkKind.NEARLY_LATE: (nearly_late_dossiers(scope, house.today(), house.calendar), code),
        WorkKind.SILENT: (silent_parcels(ids, scope, now, silent), number),
        WorkKind.FEEDBACK: (
            due_feedback_ids(scope, due_by(now, house.calendar)),
            col(Feedback.number),
        ),
        WorkKind.UNACCEPTED: (unaccepted_parcels(ids, scope, unaccepted), number),
        **{kind: (parcels_on(name, scope), number) for kind, name in FOLLOW_UPS.items()},
        **{kind: (all_waiting(name, scope), which) for kind, (name, which) in _WAITING.items()},
        **{
            kind: (messages_in(state).where(*in_reach), col(CarrierMessage.id))
            for kind, state in STATES.items()
        },
    }


_WAITING: Mapping[WorkKind, tuple[Waiting, Any]] = {
    WorkKind.TO_SEAL: ("to_seal", col(Dossier.code)),
    WorkKind.RESULT_TO_SEND: ("result_to_send", col(Dossier.code)),
    WorkKind.RESULT_WAITING: ("result_waiting", col(Dossier.code)),
    WorkKind.TO_PRINT: ("to_print", col(Parcel.tracking_number)),
    WorkKind.UNSIGNED_LIST: ("unsigned_list", col(Handover.number)),
}
