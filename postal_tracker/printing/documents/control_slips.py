"""Form 06 from the ledger: who gave a dossier to whom, what was decided, when, by whose word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlmodel import Session

from adapters.event import Milestone, Source
from labels.papers import control_slip, editions
from labels.papers.control_slip import ControlSlip, Step
from labels.papers.editions import Form
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import REASONS, SOURCES, say_what
from postal_tracker.core.journey import LIMIT_ACTS, Act, Direction, What
from postal_tracker.core.working_days import local_day
from postal_tracker.printing.documents import anchors
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.parties import name_above
from postal_tracker.printing.documents.receipts import dossier_of
from postal_tracker.storage.tables import Office
from postal_tracker.views.dossier import DossierView
from postal_tracker.views.history import TimelineEntry
from postal_tracker.views.worklists import names_of


def control_slip_for(
    session: Session, imprint: Imprint, code: str, *, scope: Scope, now: datetime
) -> ControlSlip:
    """Return a dossier's slip in words. Raises NotFound."""
    row = dossier_of(session, code, scope)
    office = session.get_one(Office, row.office_id)
    dossier = views.dossier(
        session, code, scope=scope, today=local_day(now), titles=imprint.titles, lang="vi"
    )
    names = names_of(session, {entry.by for entry in dossier.timeline})
    return ControlSlip(
        heading=editions.heading(Form.CONTROL, local_day(now)),
        code=dossier.code,
        above=name_above(session, office),
        office=office.name_vi,
        authority=dossier.authority.name,
        procedure=dossier.procedure.name,
        received=dates.moment(dossier.received_at),
        due=dates.moment(dossier.due_at),
        printed=dates.moment(now),
        steps=list(_Steps(dossier, imprint, names, row.stopped)),
        anchor=anchors.newest(session),
    )


def draw(words: ControlSlip, paper: str) -> bytes:
    """Return the slip as a PDF, on one of `control_slip.PAPERS`. Raises Invalid."""
    return pdf(lambda: control_slip.pages(words, paper), f"Phiếu kiểm soát {words.code}")


class _Hand(Enum):
    """In whose hands a dossier can be, on this form."""

    APPLICANT = "Người nộp hồ sơ"
    OFFICE = "office"
    POST = "post"
    AUTHORITY = "authority"
    NOBODY = ""


_ENDS: Mapping[Direction, tuple[_Hand, _Hand]] = {
    Direction.TO_AUTHORITY: (_Hand.OFFICE, _Hand.AUTHORITY),
    Direction.TO_CENTRE: (_Hand.AUTHORITY, _Hand.OFFICE),
    Direction.TO_CITIZEN: (_Hand.OFFICE, _Hand.APPLICANT),
    Direction.TO_OFFICE: (_Hand.OFFICE, _Hand.OFFICE),
}
_AT_THE_DESK: Mapping[What, tuple[_Hand, _Hand]] = {
    Act.REGISTERED: (_Hand.APPLICANT, _Hand.OFFICE),
    Act.RECEIVED_BACK: (_Hand.NOBODY, _Hand.OFFICE),
    Act.COLLECTED: (_Hand.OFFICE, _Hand.APPLICANT),
}
_BY_POST = (
    Milestone.HANDED_OVER,
    Milestone.ACCEPTED,
    Milestone.DELIVERED,
    Milestone.RETURNED,
    Milestone.EXCEPTION,
)
_DECIDED = (
    *(Act.SEALED, Act.TAKEN_OUT, Act.RESULT_READY, Act.CANCELLED, Act.REFUSED, Act.STOPPED),
    *LIMIT_ACTS,
)
_SHOWN = frozenset({*_AT_THE_DESK, *_BY_POST, *_DECIDED})
"""What the form asks for: hands and decisions, not where a parcel passed on its way."""


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of one dossier, oldest first; what was struck out is none."""

    dossier: DossierView
    imprint: Imprint
    names: Mapping[str, str]
    is_stopped: bool
    """Whether the clock stands, and stood at the result: then it cannot be late."""

    def __iter__(self) -> Iterator[Step]:
        for entry in self.dossier.timeline:
            if entry.what in _SHOWN and not entry.struck_out:
                giver, taker = self._hands(entry)
                yield Step(
                    at=dates.moment(entry.happened_at),
                    what=say_what(entry.what.value, "vi"),
                    giver=giver,
                    taker=taker,
                    by=self._teller(entry),
                    outcome="; ".join(self._outcome(entry)),
                )

    def _hands(self, entry: TimelineEntry) -> tuple[str, str]:
        giver, taker = _AT_THE_DESK.get(entry.what, (_Hand.NOBODY, _Hand.NOBODY))
        parcel = next((p for p in self.dossier.parcels if p.tracking_number == entry.parcel), None)
        if parcel and entry.what in _BY_POST:
            sender, recipient = _ENDS[parcel.direction]
            giver, taker = {
                Milestone.HANDED_OVER: (sender, _Hand.POST),
                Milestone.ACCEPTED: (sender, _Hand.POST),
                Milestone.DELIVERED: (_Hand.POST, recipient),
                Milestone.RETURNED: (_Hand.POST, sender),
            }.get(Milestone(entry.what), (_Hand.NOBODY, _Hand.NOBODY))
        carrier = self.imprint.title(parcel.carrier) if parcel else ""
        return self._name(giver, carrier), self._name(taker, carrier)

    def _name(self, hand: _Hand, carrier: str) -> str:
        return {
            _Hand.OFFICE: self.dossier.office_name,
            _Hand.POST: carrier,
            _Hand.AUTHORITY: self.dossier.authority.name,
        }.get(hand, hand.value)

    def _teller(self, entry: TimelineEntry) -> str:
        return self.names.get(entry.by or "") or SOURCES[Source(entry.source)][0]

    def _outcome(self, entry: TimelineEntry) -> Iterator[str]:
        if entry.parcel:
            yield entry.parcel
        if entry.claimed:
            yield "chưa xác nhận"
        if entry.reason:
            yield REASONS[entry.reason][0]
        if entry.what is Act.RESULT_READY:
            yield self._punctuality(entry)
        if entry.due_at:
            yield f"hẹn lại {dates.moment(entry.due_at)}"
        if why := entry.details.get("reason"):
            yield why

    def _punctuality(self, entry: TimelineEntry) -> str:
        """By days, as the reports have it."""
        on, due = local_day(entry.happened_at), self.dossier.due_on
        if on < due:
            return "Trước hạn"
        return "Đúng hạn" if on == due or self.is_stopped else "Quá hạn"
