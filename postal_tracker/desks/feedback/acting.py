"""What the desk does with feedback: take, assign, forward, answer, close."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from postal_tracker.access import Caller
from postal_tracker.core.feedback import WAITING, FeedbackState
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks.colleagues import account_of
from postal_tracker.desks.common import act_on, moment_after
from postal_tracker.desks.feedback import rights
from postal_tracker.desks.feedback.settling import settle
from postal_tracker.desks.feedback.shapes import FeedbackActForm
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Dossier, Feedback, FeedbackAct, WorkItem

_FROM: dict[str, tuple[FeedbackState, ...]] = {
    **dict.fromkeys(("take", "assign", "forward", "answer"), WAITING),
    **dict.fromkeys(("identify", "extend", "erase"), WAITING),
    "close": (FeedbackState.ANSWERED,),
    "settle": tuple(FeedbackState),
}
"""In which states each act can be done."""


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
    _refuse_untimely(feedback, form.act)
    to = ""
    match form.act:
        case "take" | "assign":
            to = _give(session, feedback, form, by=by, now=now)
        case "forward":
            to = _forward(feedback, form)
        case "close":
            _close(feedback, now)
        case "settle":
            settle(session, feedback, form, by=by, calendar=calendar, now=now)
        case "extend":
            rights.extend(session, feedback, form, calendar)
        case "answer" | "erase":
            erases = form.act == "erase"
            told = rights.erase(session, feedback, by, required_for, now) if erases else form.text
            _answer(session, feedback, told, by=by, now=now)
    text = "" if form.act == "answer" else form.text
    session.add_all([feedback, _told(feedback, form.act, by, now, to=to, text=text)])


def _refuse_untimely(feedback: Feedback, act: str) -> None:
    if feedback.state not in _FROM[act] or not rights.is_for(feedback, act):
        raise _not_now()


def _told(
    feedback: Feedback, what: str, by: Caller, now: datetime, *, to: str = "", text: str = ""
) -> FeedbackAct:
    return FeedbackAct(feedback_id=feedback.id, at=now, what=what, by=by.label, to=to, text=text)


def _found(session: Session, number: str, by: Caller) -> Feedback:
    query = select(Feedback).where(Feedback.number == number, by.scope.covers(Feedback))
    found = session.exec(query.with_for_update()).first()
    if found is None:
        raise no_such("feedback")
    return found


def own(session: Session, number: str, account: int | None, *, by: Caller, now: datetime) -> None:
    """Make feedback somebody's, or of None nobody's any more, as the worklist says."""
    feedback = _found(session, number, by)
    if feedback.state not in WAITING:
        raise _not_now()
    _owned(feedback, account)
    what, to = ("assign", f"staff:{account}") if account else ("release", "")
    session.add_all([feedback, _told(feedback, what, by, now, to=to)])


def _owned(feedback: Feedback, account: int | None) -> None:
    """Whoever takes it has until the answer is due; nobody can un-take what was taken."""
    feedback.assignee_id = account
    if account:
        feedback.state, feedback.next_due_at = FeedbackState.TAKEN, feedback.answer_by


def _give(
    session: Session, feedback: Feedback, form: FeedbackActForm, *, by: Caller, now: datetime
) -> str:
    wanted = form.assignee if form.act == "assign" else None
    account = account_of(session, wanted, by)
    _owned(feedback, account)
    key = f"feedback:{feedback.number}"
    item = session.get(WorkItem, key, with_for_update=True) or WorkItem(key=key, changed_at=now)
    item.assignee_id, item.changed_at = account, now
    session.add(item)
    return f"staff:{account}"


def _forward(feedback: Feedback, form: FeedbackActForm) -> str:
    if not form.to:
        raise field_invalid("to", "Vui lòng ghi nơi nhận.", "Say to whom.")
    feedback.state, feedback.next_due_at = FeedbackState.TAKEN, feedback.answer_by
    return form.to


def _answer(
    session: Session, feedback: Feedback, answer: str, *, by: Caller, now: datetime
) -> None:
    if not answer:
        raise field_invalid("text", "Vui lòng ghi câu trả lời.", "Write the answer.")
    feedback.answer, feedback.answered_at = answer, now
    feedback.state, feedback.next_due_at = FeedbackState.ANSWERED, None
    dossier = session.get_one(Dossier, feedback.dossier_id, with_for_update={"key_share": True})
    at = moment_after([dossier], now)
    act_on(session, [dossier], Act.FEEDBACK_ANSWERED, by=by, at=at, now=now)


def _close(feedback: Feedback, now: datetime) -> None:
    if feedback.parcel_id and feedback.settled_at is None:
        raise Conflict(
            "delivery-disputed",
            "Việc phát còn tranh chấp. Vui lòng kết luận việc phát trước.",
            "The delivery is still disputed. Settle that first.",
        )
    feedback.state, feedback.closed_at = FeedbackState.CLOSED, now


def _not_now() -> Conflict:
    return Conflict(
        "feedback-not-so",
        "Không thể làm việc này với phản ánh ở tình trạng hiện tại.",
        "That cannot be done with this feedback as it stands.",
    )
