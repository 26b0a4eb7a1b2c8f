"""What an act of the law says to the applicant, on paper: forms 02 to 05, and the evaluation slip.

Each tells of the newest act of its kind that was not struck out, in the edition of its day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from labels.papers import editions, evaluation, letter, notices
from labels.papers.editions import Form, Heading
from labels.papers.evaluation import EvaluationSlip
from labels.papers.letter import Letter
from labels.papers.notices import About
from labels.papers.strips import Pair
from postal_tracker.access import Scope
from postal_tracker.core import dates
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict
from postal_tracker.core.working_days import local_day
from postal_tracker.printing.documents import anchors
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.parties import name_above, spoken
from postal_tracker.printing.documents.receipts import dossier_of
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    Dossier,
    EntryDetail,
    LedgerEntry,
    Office,
    Procedure,
)
from postal_tracker.views.parcels import address_of

ACT_OF: Mapping[Form, Act] = {
    Form.SUPPLEMENT: Act.SUPPLEMENT_REQUESTED,
    Form.REFUSAL: Act.REFUSED,
    Form.APOLOGY: Act.EXTENDED,
    Form.STOP: Act.STOPPED,
}


def letter_for(session: Session, code: str, form: Form, *, scope: Scope) -> Letter:
    """Return a letter in words. Raises NotFound, Conflict (nothing of the kind was done)."""
    dossier = dossier_of(session, code, scope)
    told = _acts(session, dossier, ACT_OF[form])
    if not told:
        raise _no_occasion(dossier)
    last = told[-1]
    heading = editions.heading(form, local_day(last.happened_at))
    about = _about(session, dossier, last.happened_at)
    return _WRITERS[form](_Occasion(dossier, heading, about, _details(session, last), told))


def draw(words: Letter, paper: str) -> bytes:
    """Return the letter as a PDF, on one of `letter.PAPERS`. Raises Invalid."""
    return pdf(
        lambda: letter.pages(words, paper), f"{words.heading.title.vi.capitalize()} {words.code}"
    )


def evaluation_for(session: Session, code: str, *, scope: Scope, now: datetime) -> EvaluationSlip:
    """Return what its applicant is asked after all; nothing on it names dossier or person."""
    dossier = dossier_of(session, code, scope)
    office = session.get_one(Office, dossier.office_id)
    return EvaluationSlip(
        heading=editions.heading(Form.EVALUATION, local_day(now)),
        above=name_above(session, office),
        office=office.name_vi,
        authority=session.get_one(Authority, dossier.authority_id).name_vi,
        procedure=session.get_one(Procedure, dossier.procedure_id).name_vi,
    )


def draw_evaluation(words: EvaluationSlip, paper: str) -> bytes:
    """Return the slip as a PDF, on one of `evaluation.PAPERS`. Raises Invalid."""
    return pdf(lambda: evaluation.pages(words, paper), "Phiếu đánh giá")


def _acts(session: Session, dossier: Dossier, act: Act) -> Sequence[LedgerEntry]:
    """Return the acts of a kind that were not struck out, oldest first."""
    struck = aliased(LedgerEntry)
    standing = (
        ~select(struck.id)
        .where(struck.strikes_id == LedgerEntry.id, struck.dossier_id == LedgerEntry.dossier_id)
        .exists()
    )
    return session.exec(
        select(LedgerEntry)
        .where(LedgerEntry.dossier_id == dossier.id, LedgerEntry.what == act.value, standing)
        .order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    ).all()


def _details(session: Session, entry: LedgerEntry) -> dict[str, str]:
    rows = session.exec(select(EntryDetail).where(EntryDetail.entry_id == entry.id))
    return {row.field: row.text for row in rows}


def _no_occasion(dossier: Dossier) -> Conflict:
    return Conflict(
        "nothing-to-write-about",
        f"Hồ sơ {dossier.code} chưa có việc này nên chưa có giấy để in.",
        f"Nothing of the kind was done with dossier {dossier.code}, so there is no such paper.",
    )


def _about(session: Session, dossier: Dossier, at: datetime) -> About:
    office = session.get_one(Office, dossier.office_id)
    procedure = session.get_one(Procedure, dossier.procedure_id)
    applicant = session.get_one(Applicant, dossier.id)
    return About(
        code=dossier.code,
        above=name_above(session, office),
        office=office.name_vi,
        office_phone=spoken(office.phone),
        authority=session.get_one(Authority, dossier.authority_id).name_vi,
        applicant=applicant.name,
        address=address_of(applicant),
        phone=spoken(applicant.phone),
        email=applicant.email,
        procedure=Pair(procedure.name_vi, procedure.name_en),
        received=Pair(*dates.moment_in_full(dossier.received_at)),
        written=Pair(*dates.day_in_full(local_day(at))),
        anchor=anchors.newest(session),
    )


# What each says


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a letter is written about."""

    dossier: Dossier
    heading: Heading
    about: About
    details: Mapping[str, str]
    told: Sequence[LedgerEntry]
    """All acts of its kind, the one that it is about last."""

    def detail(self, field: str) -> str:
        return self.details.get(field, "")


def _supplement(of: _Occasion) -> Letter:
    return notices.supplement(
        of.heading,
        of.about,
        missing=of.detail("missing").splitlines(),
        reason=of.detail("reason"),
        guidance=of.detail("guidance"),
    )


def _refusal(of: _Occasion) -> Letter:
    return notices.refusal(of.heading, of.about, reason=of.detail("reason"))


def _apology(of: _Occasion) -> Letter:
    *before, new = [Pair(*dates.moment_in_full(e.due_at)) for e in of.told if e.due_at]
    return notices.apology(
        of.heading,
        of.about,
        promised=Pair(*dates.moment_in_full(of.dossier.first_due_at)),
        before=[each.vi for each in before],
        reason=of.detail("reason"),
        new_date=new,
        signed_by=of.detail("signed_by"),
    )


def _stop(of: _Occasion) -> Letter:
    return notices.stop(
        of.heading, of.about, reason=of.detail("reason"), decision=of.detail("decision")
    )


_WRITERS: Mapping[Form, Callable[[_Occasion], Letter]] = {
    Form.SUPPLEMENT: _supplement,
    Form.REFUSAL: _refusal,
    Form.APOLOGY: _apology,
    Form.STOP: _stop,
}
