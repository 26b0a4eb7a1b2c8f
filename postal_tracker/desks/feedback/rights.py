"""What somebody asks of his own data: who he is was seen, the time extended once, data erased.

Law 91/2025, Decree 356/2025. What the law keeps is not erased: he is told so, and until when.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from postal_tracker.access import Caller
from postal_tracker.access.audit import Audited, Note
from postal_tracker.core.feedback import RIGHTS, FeedbackKind, extended
from postal_tracker.core.problems import Conflict
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks import erasing
from postal_tracker.desks.feedback.shapes import FeedbackActForm
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Feedback, FeedbackAct
from postal_tracker.views.held import dossiers_of_person

_ONLY = {"identify": RIGHTS, "extend": RIGHTS, "erase": (FeedbackKind.ERASE,)}
"""Which acts are done with which kinds alone."""

_OTHERS = frozenset({"ask_more", "receive_more"})
"""Acts of all other feedback: no law lets the clock of a right rest."""


def is_for(feedback: Feedback, act: str) -> bool:
    """Tell whether an act is one for feedback of this kind."""
    if act in _OTHERS:
        return feedback.kind not in RIGHTS
    return feedback.kind in _ONLY.get(act, (feedback.kind,))


def extend(session: Session, feedback: Feedback, form: FeedbackActForm, calendar: Calendar) -> None:
    """Put the answer off by what the law allows. Raises Invalid, Conflict (once is all)."""
    if not form.text:
        raise field_invalid("text", "Vui lòng ghi lý do.", "Say why.")
    if is_done(session, feedback, "extend"):
        raise Conflict(
            "extended-already",
            "Yêu cầu này đã được gia hạn một lần; luật chỉ cho một lần.",
            "Its time was extended before; the law allows that once.",
        )
    feedback.answer_by = extended(FeedbackKind(feedback.kind), feedback.answer_by, calendar)
    feedback.next_due_at = feedback.answer_by


def is_done(session: Session, feedback: Feedback, act: str) -> bool:
    """Tell whether this was done with it before."""
    query = select(FeedbackAct.id).where(FeedbackAct.feedback_id == feedback.id)
    return session.exec(query.where(FeedbackAct.what == act)).first() is not None


def unidentified() -> Conflict:
    """Return the refusal to show or to erase what is held before it was seen who asks."""
    return Conflict(
        "identity-not-checked",
        "Vui lòng đối chiếu giấy tờ của người yêu cầu trước.",
        "Check who asks by his identity paper first.",
    )


def erase(
    session: Session, feedback: Feedback, by: Caller, required_for: timedelta, now: datetime
) -> str:
    """Erase what may go of this person's dossiers within reach; return the answer to it."""
    if not is_done(session, feedback, "identify"):
        raise unidentified()
    rows = dossiers_of_person(session, feedback.dossier_id, scope=by.scope)
    live = [row for row in rows if row.erased_at is None]
    kept = {
        row.code: row.kept_until(required_for) for row in live if row.is_kept(required_for, now)
    }
    gone = [row for row in live if row.code not in kept]
    if gone:
        codes = [row.code for row in gone]
        note = Note(Audited.ERASED, now, who=by.label, dossiers=codes, detail=feedback.number)
        erasing.erase(session, [row.id for row in gone], note)
    return _answer([row.code for row in gone], kept)


def _answer(gone: list[str], kept: dict[str, date | None]) -> str:
    """Return what the citizen is told: what was erased, what the law keeps, and until when."""
    told = []
    if gone:
        told.append(f"Đã xóa dữ liệu cá nhân trong hồ sơ: {', '.join(gone)}.")
    if kept:
        each = [
            f"{code} (phải lưu đến {until:%d/%m/%Y})" if until else f"{code} (đang giải quyết)"
            for code, until in kept.items()
        ]
        told.append(
            "Chưa xóa được vì pháp luật yêu cầu lưu: "
            f"{', '.join(each)}. Ông/Bà có quyền yêu cầu lại sau thời gian đó."
        )
    return " ".join(told)[:2000] or "Không còn dữ liệu cá nhân nào để xóa."
