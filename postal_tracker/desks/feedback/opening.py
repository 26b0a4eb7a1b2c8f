"""Feedback comes in: it gets a number and the law's clock, and the dossier's timeline says so."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.event import Source
from postal_tracker import ledger, views
from postal_tracker.access import EVERYTHING, Caller
from postal_tracker.access.callers import source_of
from postal_tracker.core.feedback import RIGHTS, WAITING, FeedbackChannel, FeedbackKind, deadlines
from postal_tracker.core.journey import Act, Direction, Flag, Stage
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks.common import find_dossiers, moment_after
from postal_tracker.desks.feedback.shapes import FeedbackForm, OpenedView
from postal_tracker.ledger import outbox
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import Dossier, Enclosure, Feedback, FeedbackAct, Parcel

MOST_WAITING = 5
"""Of one dossier, requests for one's data apart; whoever has more to say is called."""


def open_feedback(
    session: Session,
    code: str,
    form: FeedbackForm,
    *,
    by: Caller | None,
    calendar: Calendar,
    now: datetime,
) -> OpenedView:
    """Take in what a citizen said. `by`: who entered it; None: the citizen, by a proof.

    Raises NotFound, Conflict (too many wait for an answer already).
    """
    dossier = _about(session, code, by)
    _refuse_many(session, dossier, form.kind)
    until = deadlines(form.kind, now, calendar)
    parcel = _disputed_parcel(session, dossier) if form.kind is FeedbackKind.NOT_RECEIVED else None
    feedback = Feedback(
        number=_number(session, now),
        office_id=dossier.office_id,
        dossier_id=dossier.id,
        parcel_id=parcel.id if parcel else None,
        kind=form.kind,
        category=form.category,
        channel=_channel(by),
        by=by.label if by else "",
        opened_at=now,
        answer_by=until.answer_by,
        next_due_at=until.take_by,
        state=WAITING[0],
        text=form.text,
    )
    session.add(feedback)
    session.flush()
    session.add(FeedbackAct(feedback_id=feedback.id, at=now, what="open", by=feedback.by))
    at = _tell(session, dossier, by, now, is_disputed=parcel is not None)
    outbox.put_feedback(session, dossier, feedback.number, at=at, now=now)
    return OpenedView(feedback.number, feedback.answer_by)


def _about(session: Session, code: str, by: Caller | None) -> Dossier:
    """Return the dossier, locked; a courier has parcels to do with, and names one of his."""
    if by is None:
        return find_dossiers(session, [code], scope=EVERYTHING)[0]
    if by.scope.sees_dossiers:
        return find_dossiers(session, [code], scope=by.scope)[0]
    parcel = views.find_parcel(session, code, scope=by.scope)
    inside = select(Enclosure.dossier_id).where(Enclosure.parcel_id == parcel.id)
    first = session.exec(inside.order_by(col(Enclosure.dossier_id))).first()
    found = session.get(Dossier, first, with_for_update={"key_share": True}) if first else None
    if found is None:
        raise no_such("parcel")
    return found


def _refuse_many(session: Session, dossier: Dossier, kind: FeedbackKind) -> None:
    """Refuse more than can be meant; no question takes the place of what one has a right to."""
    alike = [one for one in FeedbackKind if (one in RIGHTS) is (kind in RIGHTS)]
    waiting = col(Feedback.state).in_(WAITING), col(Feedback.kind).in_(alike)
    ours = Feedback.dossier_id == dossier.id, *waiting
    if session.exec(select(func.count()).where(*ours)).one() >= MOST_WAITING:
        raise Conflict(
            "feedback-waits",
            "Các câu hỏi, phản ánh trước về hồ sơ này đang được xử lý. Ông/Bà vui lòng chờ trả "
            "lời, hoặc gọi điểm tiếp nhận.",
            "What was said of this dossier before is being seen to. Please wait for the answer, "
            "or call the office.",
        )


def _disputed_parcel(session: Session, dossier: Dossier) -> Parcel | None:
    """Return the parcel that is said to have come, unless its delivery is disputed already."""
    claimed = dossier.stage == Stage.DELIVERED or Flag.DELIVERY_CLAIMED in dossier.flags
    if not claimed or Flag.DELIVERY_DISPUTED in dossier.flags:
        return None
    query = (
        select(Parcel)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(Enclosure.dossier_id == dossier.id, Parcel.direction == Direction.TO_CITIZEN.value)
        .order_by(col(Parcel.id).desc())
    )
    return session.exec(query.limit(1)).first()


def _number(session: Session, now: datetime) -> str:
    today = local_day(now)
    return f"PA-{today:%Y%m%d}-{next_serial(session, 'feedback', today):04}"


def _channel(by: Caller | None) -> FeedbackChannel:
    if by is None:
        return FeedbackChannel.PAGE
    return FeedbackChannel.TELEPHONE if by.scope.sees_dossiers else FeedbackChannel.COURIER


def _tell(
    session: Session, dossier: Dossier, by: Caller | None, now: datetime, *, is_disputed: bool
) -> datetime:
    """Write down that there was a question, and return when; what it says is no entry's."""
    at = moment_after([dossier], now)
    acts = [Act.FEEDBACK_OPENED, *[Act.DELIVERY_DISPUTED] * is_disputed]
    entries = [
        ledger.NewEntry(
            key=f"feedback:{uuid4().hex}",
            what=what,
            happened_at=at,
            source=source_of(by) if by else Source.CITIZEN,
            by=by.label if by else "",
            dossier_id=dossier.id,
        )
        for what in acts
    ]
    ledger.record(session, entries, now=now)
    return at
