"""How dossiers stood in a period: what came in, what was settled and how, what was left.

One row for each way in which they can be told apart, counted by the database; II.06a and the
indices of Decision 766 are sums of these rows. A dossier stands as its clock stood at the end of
the period (`deadline_step`), whatever was promised later.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Act
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.storage.tables import Authority, DeadlineStep, Dossier, Office, Procedure

By = Literal["field", "office", "authority"]

Fate = Literal["settled_early", "settled_on_time", "settled_late", "open_in_time", "open_late"]
"""Settled before the appointed day, on it (or without a result), after it; in hand."""

FATES: tuple[Fate, ...] = get_args(Fate)
"""In one of these each dossier of a period is at its end; queries tell its place in this row."""

EARLY, ON_TIME, LATE, IN_TIME, OVERDUE = range(len(FATES))


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, the last one included; and now, where they are not over."""

    first: date
    last: date
    now: datetime

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), VIETNAM)

    @property
    def until(self) -> datetime:
        """Its end, which is no moment of it any more."""
        return datetime.combine(self.last + timedelta(days=1), time(), VIETNAM)

    @property
    def told_on(self) -> date:
        """The day on which it is told: what was due before it is late."""
        return min(self.last + timedelta(days=1), local_day(self.now))


def standing_at_end(period: Period) -> Any:
    """Return how the clocks stood at the end that anything had moved: a subquery of last steps."""
    until = col(DeadlineStep.at) < period.until
    asked = case((col(DeadlineStep.what) == Act.SUPPLEMENT_REQUESTED.value, 1), else_=0)
    extended = case((col(DeadlineStep.what) == Act.EXTENDED.value, 1), else_=0)
    theirs = col(DeadlineStep.dossier_id) == col(Dossier.id)
    last = (
        select(
            col(DeadlineStep.dossier_id),
            func.max(col(DeadlineStep.number)).label("number"),
            func.sum(asked).label("supplements"),
            func.sum(extended).label("apologies"),
        )
        .join_from(Dossier, DeadlineStep, theirs)
        .where(until, in_period(period))
        .group_by(col(DeadlineStep.dossier_id))
        .subquery("last_step")
    )
    same = and_(
        col(DeadlineStep.dossier_id) == last.c.dossier_id,
        col(DeadlineStep.number) == last.c.number,
    )
    return (
        select(
            last,
            *(col(DeadlineStep.at), col(DeadlineStep.due_at), col(DeadlineStep.stopped)),
            _waits_for_papers(),
        )
        .join_from(last, DeadlineStep, same)
        .subquery("stood")
    )


def _waits_for_papers() -> Any:
    return col(DeadlineStep.waiting_for).contains("supplement").label("waits_for_papers")


def in_period(period: Period) -> ColumnElement[bool]:
    """Return the condition for what came in, or was not settled when the period began."""
    return and_(
        col(Dossier.received_at) < period.until,
        or_(col(Dossier.settled_at).is_(None), col(Dossier.settled_at) >= period.since),
    )


def is_settled(period: Period) -> ColumnElement[bool]:
    return and_(col(Dossier.settled_at).is_not(None), col(Dossier.settled_at) < period.until)


def ended_in(period: Period) -> ColumnElement[bool]:
    """Return the condition for what was settled in the period, which an index answers alone."""
    return and_(col(Dossier.settled_at) >= period.since, col(Dossier.settled_at) < period.until)


def due_in(stood: Any) -> Any:
    """Return when a dossier was due, as it stood at the end."""
    return func.coalesce(stood.c.due_at, col(Dossier.first_due_at))


def fate(period: Period, stood: Any) -> Any:
    """Return the place in FATES of a dossier; refused, withdrawn and stopped ones are never late.

    Nor are those whose clock stands: waiting for papers they count as settled (column 9), waiting
    for money as open and in time.
    """
    due_on, settled_on = LocalDay(due_in(stood)), LocalDay(col(Dossier.settled_at))
    settled = is_settled(period)
    begins = datetime.combine(period.told_on, time(), VIETNAM)
    return case(
        (and_(settled, col(Dossier.closed_by) != ""), ON_TIME),
        # Decided while the clock stood: so much time was left as on the day when it was stopped.
        (and_(settled, stood.c.stopped, LocalDay(stood.c.at) < due_on), EARLY),
        (and_(settled, stood.c.stopped), ON_TIME),
        (and_(settled, settled_on < due_on), EARLY),
        (and_(settled, settled_on == due_on), ON_TIME),
        (settled, LATE),
        (and_(stood.c.stopped, stood.c.waits_for_papers), ON_TIME),
        (stood.c.stopped, IN_TIME),
        (due_in(stood) < begins, OVERDUE),
        else_=IN_TIME,
    )


def is_punctual(period: Period, stood: Any) -> Any:
    """Return 1 where 2.1 of Decision 766 counts a dossier as on time, else 0.

    Whatever ended it, by the day; more than one request for papers is late, whoever is to blame.
    """
    settled_at, due = col(Dossier.settled_at), due_in(stood)
    settled, begins = is_settled(period), datetime.combine(period.told_on, time(), VIETNAM)
    return case(
        (stood.c.supplements > 1, 0),
        (stood.c.stopped, 1),  # what ends it ends the stop, too
        (and_(settled, settled_at <= due), 1),  # as most are: days are dearer to compare
        (and_(settled, LocalDay(settled_at) <= LocalDay(due)), 1),
        (settled, 0),
        (due < begins, 0),
        else_=1,
    )


GROUPS: Mapping[By, tuple[Any, Any, tuple[Any, Any, Any]]] = {
    "field": (
        col(Dossier.procedure_id),
        Procedure,
        (Procedure.field, Procedure.field, literal("")),
    ),
    "office": (col(Dossier.office_id), Office, (Office.code, Office.name_vi, Office.name_en)),
    "authority": (
        col(Dossier.authority_id),
        Authority,
        (Authority.code, Authority.name_vi, Authority.name_en),
    ),
}
"""By what the rows of a report are told apart: a dossier's column, whose code and names."""

Column = Callable[[Any], Any]
"""Makes a column of the subquery that `standing_at_end` returns."""


def counted(period: Period, by: By, scope: Scope, *columns: Column) -> Any:
    """Return the query that counts a period's dossiers by `of` (an id) and these columns.

    Numbers alone: a year of a large centre is sorted by them in half the time of names.
    """
    stood = standing_at_end(period)
    told = [column(stood) for column in columns]
    of = GROUPS[by][0].label("of")
    return (
        select(of, *told, func.count().label("n"))
        .select_from(Dossier)
        .join(stood, stood.c.dossier_id == col(Dossier.id), isouter=True)
        .where(in_period(period), scope.covers(Dossier))
        .group_by(of, *told)
    )


def names(session: Session, by: By, lang: Lang) -> Mapping[int, tuple[str, str]]:
    """Return the code and the name of what a row stands for, by the id that `counted` tells."""
    _, table, (key, name_vi, name_en) = GROUPS[by]
    rows = session.connection().execute(select(table.id, key, name_vi, name_en))
    return {id_: (code, pick((vi, en), lang)) for id_, code, vi, en in rows}
