"""What citizens told the hotline: a list for the desk, one of them, and what a citizen is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.feedback import (
    ASKED_MORE,
    CATEGORIES,
    CHANNELS,
    KINDS,
    STATES,
    ActName,
    Category,
    FeedbackChannel,
    FeedbackKind,
    FeedbackState,
)
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Dossier, Feedback, FeedbackAct, Parcel, StaffMember
from postal_tracker.views.keyset import behind, moment, number, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRow:
    """One complaint or question in short, without what was said."""

    number: str
    """Its number, to ask about it."""
    dossier: str
    """The code of the dossier that it is about."""
    kind: FeedbackKind
    """What is wanted."""
    kind_text: str
    """The kind in words."""
    category: Category
    """What it is about."""
    category_text: str
    """The category in words."""
    channel: FeedbackChannel
    """By which way it came."""
    channel_text: str
    """The channel in words."""
    state: FeedbackState
    """How far it is."""
    state_text: str
    """The state in words."""
    opened_at: datetime
    """When it came in."""
    answer_by: datetime
    """Until when it is answered, by law."""
    next_due_at: datetime | None
    """Until when somebody takes it, then until when it is answered; null: its clock has ended."""
    overdue: bool
    """Whether that is over."""
    owner: str
    """The sign-in name of whose it is; empty: nobody's."""
    owner_name: str
    """The name of whose it is."""
    parcel: str
    """The number of the parcel whose delivery it disputes; empty: of none."""
    disputed: bool
    """Whether that delivery is disputed still."""


FeedbackActName = Literal["open", "release", ActName]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackActView:
    """What somebody did about it."""

    at: datetime
    """When it was done."""
    act: FeedbackActName
    """What was done."""
    by: str
    """Which account or key did it; empty: the citizen."""
    to: str
    """The account or body to which it was given."""
    text: str
    """What was written beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackView(FeedbackRow):
    """One complaint or question as a whole. Personal data."""

    text: str
    """What was said; empty once it was erased."""
    answer: str
    """What the citizen was answered."""
    answered_at: datetime | None
    """When it was answered."""
    closed_at: datetime | None
    """When it was closed."""
    settled_at: datetime | None
    """When the disputed delivery was settled."""
    history: list[FeedbackActView]
    """What was done about it, the oldest first."""


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """Some of a list: the newest first, of what is overdue the longest first."""

    items: list[FeedbackRow]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class WantedFeedback:
    """Which part of the list is wanted."""

    state: str = ""
    kind: str = ""
    overdue: bool = False
    owner: str = ""
    """Only what belongs to this account, by its sign-in name."""


_ROW: Any = (
    select(
        *(col(getattr(Feedback, name)) for name in ("id", "number", "kind", "category", "channel")),
        *(col(Feedback.state), col(Feedback.opened_at), col(Feedback.answer_by)),
        *(col(Feedback.next_due_at), col(Feedback.settled_at)),
        col(Dossier.code).label("dossier"),
        col(StaffMember.username).label("owner"),
        col(StaffMember.name).label("owner_name"),
        col(Parcel.tracking_number).label("parcel"),
    )
    .join(Dossier, col(Dossier.id) == col(Feedback.dossier_id))
    .join(StaffMember, col(StaffMember.id) == col(Feedback.assignee_id), isouter=True)
    .join(Parcel, col(Parcel.id) == col(Feedback.parcel_id), isouter=True)
)


def feedback_list(
    session: Session,
    wanted: WantedFeedback,
    *,
    scope: Scope,
    now: datetime,
    lang: Lang,
    cursor: str | None = None,
    limit: int = 100,
) -> FeedbackPage:
    """Return a page of what citizens said. Raises Invalid (the cursor)."""
    query = _ROW.where(scope.covers(Feedback), *_narrowed(wanted, now))
    due = (col(Feedback.next_due_at), col(Feedback.id))
    if wanted.overdue:
        query = query.where(*behind(due, cursor, moment, number)).order_by(*due)
    else:
        order = (col(Feedback.id),)
        query = query.where(*behind(order, cursor, number, is_down=True))
        query = query.order_by(col(Feedback.id).desc())
    rows = session.connection().execute(query.limit(limit + 1)).all()
    names = ("next_due_at", "id") if wanted.overdue else ("id",)
    following = place_of(rows[limit - 1], *names) if len(rows) > limit else None
    return FeedbackPage([FeedbackRow(**_short(r, now, lang)) for r in rows[:limit]], following)


def _narrowed(wanted: WantedFeedback, now: datetime) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state:
        conditions.append(col(Feedback.state) == wanted.state)
    if wanted.kind:
        conditions.append(col(Feedback.kind) == wanted.kind)
    if wanted.overdue:
        due = col(Feedback.next_due_at)
        conditions += [due.is_not(None), due < now]
    if wanted.owner:
        named = select(col(StaffMember.id)).where(col(StaffMember.username) == wanted.owner)
        conditions.append(col(Feedback.assignee_id) == named.scalar_subquery())
    return conditions


def _short(row: Any, now: datetime, lang: Lang) -> dict[str, Any]:
    kind, category = FeedbackKind(row.kind), Category(row.category)
    channel, state = FeedbackChannel(row.channel), FeedbackState(row.state)
    plain = ("number", "dossier", "opened_at", "answer_by", "next_due_at")
    return {
        **{name: getattr(row, name) for name in plain},
        **{"kind": kind, "kind_text": pick(KINDS[kind], lang)},
        **{"category": category, "category_text": pick(CATEGORIES[category], lang)},
        **{"channel": channel, "channel_text": pick(CHANNELS[channel], lang)},
        **{"state": state, "state_text": pick(STATES[state], lang)},
        "overdue": row.next_due_at is not None and row.next_due_at < now,
        "owner": row.owner or "",
        "owner_name": row.owner_name or "",
        "parcel": row.parcel or "",
        "disputed": row.parcel is not None and row.settled_at is None,
    }


def feedback(
    session: Session, which: str, *, scope: Scope, now: datetime, lang: Lang
) -> FeedbackView:
    """Return one as a whole. Raises NotFound."""
    more = ("text", "answer", "answered_at", "closed_at")
    query = _ROW.add_columns(*(col(getattr(Feedback, name)) for name in more))
    wanted = query.where(col(Feedback.number) == which, scope.covers(Feedback))
    row = session.connection().execute(wanted).first()
    if row is None:
        raise no_such("feedback")
    return FeedbackView(
        **_short(row, now, lang),
        **{name: getattr(row, name) for name in more},
        settled_at=row.settled_at,
        history=_history(session, row.id),
    )


_SHOWN = ("at", "by", "to", "text")


def _history(session: Session, id_: int) -> list[FeedbackActView]:
    shown = (col(getattr(FeedbackAct, name)) for name in _SHOWN)
    query = select(*shown, col(FeedbackAct.what).label("act"))
    rows = query.where(col(FeedbackAct.feedback_id) == id_).order_by(col(FeedbackAct.id))
    return [FeedbackActView(**row._mapping) for row in session.connection().execute(rows)]


@dataclass(frozen=True, slots=True)
class OwnFeedbackView:
    """What a citizen is told of what they said."""

    number: str
    kind_text: str
    text: str
    opened_at: datetime
    answer_by: datetime
    answer: str
    answered_at: datetime | None
    asked: str
    """What they are asked for; empty: nothing."""


_MOST_OWN = 20
_ASKED = (
    select(col(FeedbackAct.text))
    .where(col(FeedbackAct.feedback_id) == col(Feedback.id), col(FeedbackAct.what) == ASKED_MORE)
    .order_by(col(FeedbackAct.id).desc())
    .limit(1)
    .scalar_subquery()
    .label("asked")
)


def own_feedback(session: Session, code: str, lang: Lang) -> list[OwnFeedbackView]:
    """Return what was said of a dossier whose citizen has proved himself, the newest first."""
    names = ("number", "text", "opened_at", "answer_by", "answer", "answered_at")
    query = (
        select(*(col(getattr(Feedback, name)) for name in names))
        .add_columns(col(Feedback.kind), col(Feedback.state), _ASKED)
        .join(Dossier, col(Dossier.id) == col(Feedback.dossier_id))
        .where(col(Dossier.code) == code)
        .order_by(col(Feedback.id).desc())
        .limit(_MOST_OWN)
    )
    return [
        OwnFeedbackView(
            **{name: getattr(row, name) for name in names},
            kind_text=pick(KINDS[FeedbackKind(row.kind)], lang),
            asked=row.asked if row.state == FeedbackState.ASKED else "",
        )
        for row in session.connection().execute(query)
    ]
