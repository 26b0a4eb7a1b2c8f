"""What the desk does with feedback: take, assign, forward, ask for more, answer, decline, close."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from postal_tracker.access import Caller
from postal_tracker.core.feedback import (
    ASKED_MORE,
    RECEIVED_MORE,
    WAITING,
    Deadlines,
    FeedbackKind,
    FeedbackState,
    deadlines,
)
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.core.time_limits import Stop
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks.colleagues import account_of
from postal_tracker.desks.common import act_on, moment_after
from postal_tracker.desks.feedback import rights
from postal_tracker.desks.feedback.settling import settle
from postal_tracker.desks.feedback.shapes import FeedbackActForm
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Dossier, Feedback, FeedbackAct, WorkItem

_IN_HAND = FeedbackState.OPEN, FeedbackState.TAKEN

_FROM: Mapping[str, tuple[FeedbackState, ...]] = {
    **dict.fromkeys(("take", "assign", "forward", "answer", "decline"), WAITING),
    **dict.fromkeys(("identify", "extend", "erase"), WAITING),
    ASKED_MORE: _IN_HAND,
    RECEIVED_MORE: (FeedbackState.ASKED,),
    "close": (FeedbackState.ANSWERED,),
    "settle": tuple(FeedbackState),
}
"""In which states each act can be done."""


class _Deed(NamedTuple):
    """One act, and what it needs."""

    session: Session
    feedback: Feedback
    form: FeedbackActForm
    by: Caller
    calendar: Calendar
    required_for: timedelta
    now: datetime


def act_on_feedback(
    session: Session,
    number: str,
    form: FeedbackActForm,
    *,
    by: Caller,
    calendar: Calendar,
    required_for: timedelta,
    now: datetime,
) -> None:
    """Do one thing with feedback. Raises NotFound, Invalid, Conflict (not as it stands).

    `required_for`: how long after a dossier's end its people may not be erased.
    """
    feedback = _found(session, number, by)
    _refuse_state(feedback, form.act)
    to = _ACTS[form.act](_Deed(session, feedback, form, by, calendar, required_for, now))
    text = "" if form.act in ("answer", "decline") else form.text
    session.add_all([feedback, _told(feedback, form.act, by, now, to=to, text=text)])


def receive_more(
    session: Session, code: str, number: str, text: str, *, calendar: Calendar, now: datetime
) -> None:
    """Keep what the citizen of a dossier, who has proved himself, says when asked for more.

    Raises NotFound, Invalid, Conflict (was not asked).
    """
    of_it = Feedback.number == number, Dossier.code == code
    query = select(Feedback).join(Dossier, col(Dossier.id) == col(Feedback.dossier_id))
    feedback = session.exec(query.where(*of_it).with_for_update(of=Feedback)).first()
    if feedback is None:
        raise no_such("feedback")
    _refuse_state(feedback, RECEIVED_MORE)
    if not text:
        raise field_invalid("more", *_NOTHING)
    _goes_on(session, feedback, calendar, now)
    session.add_all([feedback, _told(feedback, RECEIVED_MORE, None, now, text=text)])


def own(session: Session, number: str, account: int | None, *, by: Caller, now: datetime) -> None:
    """Make feedback somebody's, or of None nobody's any more, as the worklist says."""
    feedback = _found(session, number, by)
    _refuse_state(feedback, "take")
    feedback.assignee_id = account
    if account:
        _taken(feedback, now)
    what, to = ("assign", f"staff:{account}") if account else ("release", "")
    session.add_all([feedback, _told(feedback, what, by, now, to=to)])


def _told(
    feedback: Feedback, what: str, by: Caller | None, now: datetime, *, to: str = "", text: str = ""
) -> FeedbackAct:
    label = by.label if by else ""
    return FeedbackAct(feedback_id=feedback.id, at=now, what=what, by=label, to=to, text=text)


def _found(session: Session, number: str, by: Caller) -> Feedback:
    query = select(Feedback).where(Feedback.number == number, by.scope.covers(Feedback))
    found = session.exec(query.with_for_update()).first()
    if found is None:
        raise no_such("feedback")
    return found


def _refuse_state(feedback: Feedback, act: str) -> None:
    if feedback.state not in _FROM[act] or not rights.is_for(feedback, act):
        raise Conflict(
            "feedback-not-so",
            "Không thể làm việc này với phản ánh ở tình trạng hiện tại.",
            "That cannot be done with this feedback as it stands.",
        )


def _taken(feedback: Feedback, now: datetime) -> None:
    """Whoever takes it has until the answer is due; what was taken is never open again."""
    if feedback.state == FeedbackState.OPEN and feedback.next_due_at:
        feedback.taken_late = now > feedback.next_due_at
        feedback.state, feedback.next_due_at = FeedbackState.TAKEN, feedback.answer_by


def _give(deed: _Deed) -> str:
    session, feedback = deed.session, deed.feedback
    wanted = deed.form.assignee if deed.form.act == "assign" else None
    account = feedback.assignee_id = account_of(session, wanted, deed.by)
    _taken(feedback, deed.now)
    key = f"feedback:{feedback.number}"
    item = session.get(WorkItem, key, with_for_update=True) or WorkItem(
        key=key, changed_at=deed.now
    )
    item.assignee_id, item.changed_at = account, deed.now
    session.add(item)
    return f"staff:{account}"


def _forward(deed: _Deed) -> str:
    if not deed.form.to:
        raise field_invalid("to", "Vui lòng ghi nơi nhận.", "Say to whom.")
    _taken(deed.feedback, deed.now)
    return deed.form.to


def _ask_more(deed: _Deed) -> str:
    """Ask the citizen, who is told of it; the clock rests until the answer."""
    feedback = deed.feedback
    _refuse_no_text(deed)
    _taken(feedback, deed.now)
    if feedback.asked_late is None:
        feedback.asked_late = deed.now > _until(feedback, deed.calendar).ask_by
    feedback.state, feedback.next_due_at = FeedbackState.ASKED, None
    _tell_timeline(deed, Act.FEEDBACK_ASKED)
    return ""


def _receive_more(deed: _Deed) -> str:
    """Write down what the citizen said by telephone or at the desk."""
    _refuse_no_text(deed)
    _goes_on(deed.session, deed.feedback, deed.calendar, deed.now)
    return ""


def _goes_on(session: Session, feedback: Feedback, calendar: Calendar, now: datetime) -> None:
    """Let the clock go on: the answer is due later by as long as it rested."""
    moves = select(FeedbackAct.at).where(
        FeedbackAct.feedback_id == feedback.id,
        col(FeedbackAct.what).in_((ASKED_MORE, RECEIVED_MORE)),
    )
    times = [*session.exec(moves.order_by(col(FeedbackAct.id))).all(), now]
    rests = map(Stop, times[::2], times[1::2])
    feedback.answer_by = feedback.next_due_at = _until(feedback, calendar, rests).answer_by
    feedback.state = FeedbackState.TAKEN


def _until(feedback: Feedback, calendar: Calendar, rests: Iterable[Stop] = ()) -> Deadlines:
    return deadlines(FeedbackKind(feedback.kind), feedback.opened_at, calendar, rests)


def _answer(deed: _Deed) -> str:
    """Answer, or say why not; the citizen reads it at once."""
    _refuse_no_text(deed)
    return _answered(deed, deed.form.text)


def _erase(deed: _Deed) -> str:
    """Erase what may be, and say what was."""
    erased = rights.erase(deed.session, deed.feedback, deed.by, deed.required_for, deed.now)
    return _answered(deed, erased)


def _extend(deed: _Deed) -> str:
    _taken(deed.feedback, deed.now)
    rights.extend(deed.session, deed.feedback, deed.form, deed.calendar)
    return ""


def _identify(_deed: _Deed) -> str:
    """What was seen is that it was done: no paper's number is kept."""
    return ""


def _answered(deed: _Deed, answer: str) -> str:
    feedback, now = deed.feedback, deed.now
    if feedback.state == FeedbackState.ASKED:
        _goes_on(deed.session, feedback, deed.calendar, now)
    _taken(feedback, now)
    is_declined = deed.form.act == "decline"
    if is_declined:
        feedback.taken_late = now > _until(feedback, deed.calendar).take_by
    feedback.answer, feedback.answered_at = answer, now
    feedback.state = FeedbackState.DECLINED if is_declined else FeedbackState.ANSWERED
    feedback.next_due_at = None
    _tell_timeline(deed, Act.FEEDBACK_ANSWERED)
    return ""


def _tell_timeline(deed: _Deed, act: Act) -> None:
    id_, now = deed.feedback.dossier_id, deed.now
    dossier = deed.session.get_one(Dossier, id_, with_for_update={"key_share": True})
    at = moment_after([dossier], now)
    act_on(deed.session, [dossier], act, by=deed.by, at=at, now=now)


def _refuse_no_text(deed: _Deed) -> None:
    if not deed.form.text:
        raise field_invalid("text", *_NOTHING)


_NOTHING = "Vui lòng ghi nội dung.", "Write it down."


def _close(deed: _Deed) -> str:
    feedback = deed.feedback
    if feedback.parcel_id and feedback.settled_at is None:
        raise Conflict(
            "delivery-disputed",
            "Việc phát còn tranh chấp. Vui lòng kết luận việc phát trước.",
            "The delivery is still disputed. Settle that first.",
        )
    feedback.state, feedback.closed_at = FeedbackState.CLOSED, deed.now
    return ""


def _settle(deed: _Deed) -> str:
    session, feedback, form, by = deed.session, deed.feedback, deed.form, deed.by
    settle(session, feedback, form, by=by, calendar=deed.calendar, now=deed.now)
    return ""


_ACTS: Mapping[str, Callable[[_Deed], str]] = {
    "take": _give,
    "assign": _give,
    "forward": _forward,
    ASKED_MORE: _ask_more,
    RECEIVED_MORE: _receive_more,
    "answer": _answer,
    "decline": _answer,
    "close": _close,
    "settle": _settle,
    "identify": _identify,
    "extend": _extend,
    "erase": _erase,
}
"""Each returns to whom it gave the feedback; empty: to nobody."""
