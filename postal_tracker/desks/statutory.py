"""What the law knows between receipt and result: more asked for, a later date, an end without one.

None of it moves a paper, but an end at the desk: the applicant takes along what lies there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core.journey import CLOSINGS, LIMIT_ACTS, Act, Stage
from postal_tracker.core.problems import Conflict, FieldFault, Invalid
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks.common import desk_entry
from postal_tracker.forms import ActForm
from postal_tracker.storage.tables import DeadlineStep, Dossier

MOST_STEPS = 100
"""How often one dossier's limit can be stopped, continued and extended."""


class StatutoryAct(NamedTuple):
    """One act, and what is told of it: fields of an ActForm."""

    act: Act
    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return self.needs + self.may_have


ACTS: Mapping[str, StatutoryAct] = {
    "request_supplement": StatutoryAct(
        Act.SUPPLEMENT_REQUESTED, ("missing", "reason"), ("guidance",)
    ),
    "receive_supplement": StatutoryAct(Act.SUPPLEMENT_RECEIVED),
    "request_payment": StatutoryAct(Act.PAYMENT_REQUESTED, ("amount_vnd", "what")),
    "receive_payment": StatutoryAct(Act.PAYMENT_RECEIVED, ("amount_vnd",), ("receipt",)),
    "extend": StatutoryAct(Act.EXTENDED, ("reason", "new_due_at", "signed_by")),
    "refuse": StatutoryAct(Act.REFUSED, ("reason",)),
    "withdraw": StatutoryAct(Act.CANCELLED, ("reason",)),
    "cancelled": StatutoryAct(Act.CANCELLED),
    "stop": StatutoryAct(Act.STOPPED, ("reason",), ("decision",)),
}
"""By the word of an ActForm."""


def possible(*, is_owed: bool, waiting_for: Sequence[str]) -> list[str]:
    """Return which of ACTS a desk may be offered; an answer where something was asked for."""
    if not is_owed:
        return []
    return [
        "request_supplement",
        *(["receive_supplement"] if "supplement" in waiting_for else []),
        "request_payment",
        *(["receive_payment"] if "payment" in waiting_for else []),
        *("extend", "refuse", "withdraw", "stop"),
    ]


def act(
    session: Session,
    dossier: Dossier,
    form: ActForm,
    *,
    by: Caller,
    calendar: Calendar,
    at: datetime,
    now: datetime,
) -> None:
    """Do one of ACTS. Raises Conflict (nothing is owed any more, too often), Invalid.

    An answer is recorded although nothing was asked for: what was may be told later.
    """
    wanted = ACTS[form.act]
    _refuse_unfit(session, dossier, wanted.act, at)
    if faults := [*_lacking(form, wanted), *_too_early(session, dossier, form, at)]:
        raise Invalid("invalid-form", faults[0].vi, faults[0].en, faults=faults)
    entry = desk_entry(
        wanted.act,
        by=by,
        at=at,
        dossier_id=dossier.id,
        due_at=form.new_due_at if wanted.act is Act.EXTENDED else None,
        note=form.note,
        details=details_of(form, wanted),
    )
    ledger.record(session, [entry], now=now)
    if wanted.act in LIMIT_ACTS:
        ledger.settle(session, dossier, calendar)


def details_of(form: ActForm, wanted: StatutoryAct) -> dict[str, str]:
    """Return what is kept beside the entry: of a list a line each; a date stands in the entry."""
    told = {name: getattr(form, name) for name in wanted.fields if name != "new_due_at"}
    texts = {
        name: "\n".join(value) if isinstance(value, list) else str(value)
        for name, value in told.items()
        if value
    }
    return {name: text for name, text in texts.items() if text.strip()}


def _refuse_unfit(session: Session, dossier: Dossier, act: Act, at: datetime) -> None:
    at_desk = Stage(dossier.stage) in (Stage.WITH_OFFICE, Stage.RETURNED)
    is_owed = dossier.settled_at is None or at < dossier.settled_at
    if not is_owed and not (act in CLOSINGS and at_desk):
        raise Conflict(
            "not-at-this-stage",
            f"Hồ sơ {dossier.code} đã có kết quả hoặc đã kết thúc nên không làm được việc này.",
            f"Dossier {dossier.code} has its result or is over: this cannot be done any more.",
        )
    if act in LIMIT_ACTS and _steps(session, dossier) >= MOST_STEPS:
        raise Conflict(
            "too-many-changes",
            f"Thời hạn của hồ sơ {dossier.code} đã thay đổi {MOST_STEPS} lần. Vui lòng báo người "
            "quản trị.",
            f"The limit of dossier {dossier.code} was changed {MOST_STEPS} times. Please tell the "
            "administrator.",
        )


def _steps(session: Session, dossier: Dossier) -> int:
    """Count what desks told: what the post takes and gives is no limit to them."""
    acts = col(DeadlineStep.what).in_([act.value for act in LIMIT_ACTS])
    count = select(func.count()).where(col(DeadlineStep.dossier_id) == dossier.id, acts)
    return session.exec(count).one()


_LACKING = {
    "missing": ("Vui lòng ghi giấy tờ còn thiếu.", "Say which papers are lacking."),
    "reason": ("Vui lòng ghi lý do.", "Say why."),
    "signed_by": ("Vui lòng ghi ai đã ký văn bản xin lỗi.", "Say who signed the apology."),
    "amount_vnd": ("Vui lòng ghi số tiền (đồng).", "Say how much (VND)."),
    "what": ("Vui lòng ghi khoản phải nộp.", "Say what is to be paid."),
}


def _lacking(form: ActForm, wanted: StatutoryAct) -> Iterator[FieldFault]:
    for name in wanted.needs:
        value = getattr(form, name)
        given = any(line.strip() for line in value) if isinstance(value, list) else value
        if name != "new_due_at" and not given:
            yield FieldFault(name, *_LACKING[name])


def _too_early(
    session: Session, dossier: Dossier, form: ActForm, at: datetime
) -> Iterator[FieldFault]:
    """A promise is of a date to come, and later than the one before: when it was made."""
    until = form.new_due_at
    if form.act == "extend" and (
        until is None or until <= max(at, _due_then(session, dossier, at))
    ):
        yield FieldFault(
            "new_due_at",
            "Ngày hẹn mới phải sau ngày hẹn lúc xin lỗi và sau lúc đó.",
            "The new date must be after the one it replaces, and after the apology.",
        )


def _due_then(session: Session, dossier: Dossier, at: datetime) -> datetime:
    """Return when a dossier was due by what was promised until then."""
    mine = col(DeadlineStep.dossier_id) == dossier.id, col(DeadlineStep.at) <= at
    last = select(DeadlineStep.due_at).where(*mine).order_by(col(DeadlineStep.number).desc())
    return session.exec(last.limit(1)).first() or dossier.first_due_at
