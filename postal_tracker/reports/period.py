"""How dossiers stood in a period: what came in, what was settled and how, what was left.

One row for each way in which they can be told apart, counted by the database; II.06a and the
indices of Decision 766 are sums of these rows. A dossier stands as its clock stood at the end of
the period (`deadline_step`), whatever was promised later.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Act
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.storage.bulk import how_often
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


class Stood(NamedTuple):
    """How a clock stood at the end of a period: columns."""

    since: Any
    """Since when it stands or runs so."""
    due_at: Any
    due_on: Any
    stopped: Any
    waits_for_papers: Any
    supplements: Any
    """How often papers were asked for."""
    apologies: Any
    """How often a later date was promised, with an apology (form 04)."""


UNMOVED = Stood(
    *(col(Dossier.first_due_at), col(Dossier.first_due_at), col(Dossier.due_on)),
    *(false(), false(), literal(0), literal(0)),
)
"""Of dossiers without a step, as most are."""


def moved(period: Period) -> Stood:
    """Return the columns of a dossier's last step until then; see `to_last_step`."""
    due = func.coalesce(_LAST.due_at, col(Dossier.first_due_at))
    return Stood(
        func.coalesce(_LAST.at, col(Dossier.first_due_at)),
        due,
        LocalDay(due),
        func.coalesce(_LAST.stopped, false()),
        func.coalesce(_LAST.waiting_for, "").contains("supplement"),
        _how_often(period, Act.SUPPLEMENT_REQUESTED),
        _how_often(period, Act.EXTENDED),
    )


def _how_often(period: Period, act: Act) -> Any:
    steps = select(func.count()).where(*_steps_before(period, _EARLIER))
    return steps.where(_EARLIER.what == act.value).correlate(Dossier).scalar_subquery()


def to_last_step(period: Period) -> tuple[Any, ColumnElement[bool]]:
    """Return what to join a dossier to, and how: by its steps alone, however many others have."""
    number = select(func.max(_EARLIER.number)).where(*_steps_before(period, _EARLIER))
    last = number.correlate(Dossier).scalar_subquery()
    return _LAST, and_(_LAST.dossier_id == col(Dossier.id), _LAST.number == last)


_LAST: Any = aliased(DeadlineStep)
_EARLIER: Any = aliased(DeadlineStep)


def _steps_before(period: Period, step: Any) -> tuple[Any, Any]:
    return step.dossier_id == col(Dossier.id), step.at < period.until


def in_period(period: Period) -> ColumnElement[bool]:
    """Return the condition for what came in, or was not settled when the period began."""
    return or_(*_halves(period))


def _halves(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the same for what is not settled yet and for what is, which have an index each."""
    came = col(Dossier.received_at) < period.until
    settled_at = col(Dossier.settled_at)
    return (
        and_(came, col(Dossier.open), settled_at.is_(None)),
        # Between two bounds, or SQLite would go by the days of receipt, from the first day on.
        and_(came, settled_at >= period.since, settled_at < _NEVER),
    )


_NEVER = datetime.max.replace(tzinfo=UTC)


def is_settled(period: Period) -> ColumnElement[bool]:
    return and_(col(Dossier.settled_at).is_not(None), col(Dossier.settled_at) < period.until)


def ended_in(period: Period) -> ColumnElement[bool]:
    """Return the condition for what was settled in the period, which an index answers alone."""
    return and_(col(Dossier.settled_at) >= period.since, col(Dossier.settled_at) < period.until)


def fate(period: Period, stood: Stood) -> Any:
    """Return the place in FATES of a dossier; refused, withdrawn and stopped ones are never late.

    Nor are those whose clock stands: waiting for papers they count as settled (column 9), waiting
    for money, or with the post, as open and in time.
    """
    due_on, settled_on = stood.due_on, LocalDay(col(Dossier.settled_at))
    begins = datetime.combine(period.told_on, time(), VIETNAM)
    end = case(
        (col(Dossier.closed_by) != "", ON_TIME),
        # Decided while the clock stood: so much time was left as on the day when it was stopped.
        (and_(stood.stopped, LocalDay(stood.since) < due_on), EARLY),
        (stood.stopped, ON_TIME),
        (settled_on < due_on, EARLY),
        (settled_on == due_on, ON_TIME),
        else_=LATE,
    )
    return case(
        (is_settled(period), end),
        (and_(stood.stopped, stood.waits_for_papers), ON_TIME),
        (stood.stopped, IN_TIME),
        (stood.due_at < begins, OVERDUE),
        else_=IN_TIME,
    )


def fate_column(period: Period) -> "Column":
    return Column("fate", len(FATES), lambda stood: fate(period, stood))


def may_be_late(period: Period) -> ColumnElement[bool]:
    """Return what is so of all that is late, and is told by the dossier's own columns.

    Most others are passed over by it without a look at their steps.
    """
    first_due_at, settled_at = col(Dossier.first_due_at), col(Dossier.settled_at)
    begins = datetime.combine(period.told_on, time(), VIETNAM)
    return or_(
        col(Dossier.steps) > 0,
        first_due_at < settled_at,
        and_(settled_at.is_(None), first_due_at < begins),
    )


def is_punctual(period: Period, stood: Stood) -> Any:
    """Return 1 where 2.1 of Decision 766 counts a dossier as on time, else 0.

    Whatever ended it, by the day; more than one request for papers is late, whoever is to blame.
    """
    settled_at, due = col(Dossier.settled_at), stood.due_at
    begins = datetime.combine(period.told_on, time(), VIETNAM)
    end = case(
        (settled_at <= due, 1),  # as most are: days are dearer to compare
        (LocalDay(settled_at) <= stood.due_on, 1),
        else_=0,
    )
    return case(
        (stood.supplements > 1, 0),
        (stood.stopped, 1),  # what ends it ends the stop, too
        (is_settled(period), end),
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


class Column(NamedTuple):
    """By what dossiers are told apart: a number from 0 on that is less than `size`."""

    name: str
    size: int
    of: Callable[[Stood], Any]


def counted(
    session: Session, period: Period, by: By, scope: Scope, *columns: Column
) -> Iterator[Any]:
    """Count a period's dossiers by `of` (an id) and these columns, in rows of no order.

    All of them are told as one number, which is sooner counted than a row of them.
    Those whose clock was never moved are counted without looking for its steps.
    """
    connection = session.connection()
    for stood, whose in (
        (UNMOVED, col(Dossier.steps) == 0),
        (moved(period), col(Dossier.steps) > 0),
    ):
        told = GROUPS[by][0]
        for column in columns:
            told = told * column.size + column.of(stood)
        query = select(told).select_from(Dossier)
        if stood is not UNMOVED:
            query = query.join(*to_last_step(period), isouter=True)
        query = query.where(scope.covers(Dossier, leads=False), whose)
        for half in _halves(period):
            for number, n in how_often(connection, query.where(half)).items():
                yield _told_apart(number, n, columns)


def _told_apart(number: int, n: int, columns: Sequence[Column]) -> Any:
    row = SimpleNamespace(n=n)
    for column in reversed(columns):
        number, place = divmod(number, column.size)
        setattr(row, column.name, place)
    row.of = number
    return row


def beside(session: Session, by: By) -> Column:
    """Return the column `beside`: the id of what else a dossier is counted by."""
    column, table, _ = GROUPS[by]
    newest = session.connection().scalar(select(func.max(table.id)))
    return Column("beside", (newest or 0) + 1, lambda _: column)


def names(session: Session, by: By, lang: Lang) -> Mapping[int, tuple[str, str]]:
    """Return the code and the name of what a row stands for, by the id that `counted` tells."""
    _, table, (key, name_vi, name_en) = GROUPS[by]
    rows = session.connection().execute(select(table.id, key, name_vi, name_en))
    return {id_: (code, pick((vi, en), lang)) for id_, code, vi, en in rows}
