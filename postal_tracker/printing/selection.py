"""Which labels shall come out: those named, those of a list, those of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, col, select

import labels
from postal_tracker import views
from postal_tracker.access import Caller
from postal_tracker.core.dates import midnight
from postal_tracker.core.problems import Invalid, no_such
from postal_tracker.desks.common import find_dossiers
from postal_tracker.forms import AnyNumber, DossierCodeText, Form, Moment, Short, told_as
from postal_tracker.printing import reservations
from postal_tracker.printing.devices.records import PrinterName
from postal_tracker.printing.reservations import LabelRef
from postal_tracker.storage.tables import Handover, HandoverLine, Parcel

MOST = 500
"""Labels named in one request, as in all lists of ours, and labels in one file."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class ChoiceForm(Form):
    """Which labels: a handover's, a day's, or those named.

    `day` is when parcels were sealed. What was printed before is left out, unless it is asked for
    `again`; what was printed since that reprint `began` is left out all the same, so that one that
    stopped half way goes on.
    """

    parcels: list[AnyNumber] = Field(default_factory=list, max_length=MOST)
    dossiers: list[DossierCodeText] = Field(default_factory=list, max_length=MOST)
    handover: Short = ""
    """All parcels of the handover list of this number."""
    day: Day | None = None
    """All parcels sealed on this day."""
    again: bool = False
    """Also what was printed before; its paper says that it is a reprint."""
    began: Moment | None = None
    """When a reprint that stopped half way began: to go on with it."""

    @property
    def names_labels(self) -> bool:
        return bool(self.parcels or self.dossiers)

    @property
    def since(self) -> datetime:
        """From when on a print counts."""
        return (self.began or reservations.NEVER) if self.again else reservations.EVER


class PrintsForm(ChoiceForm):
    """Which labels shall come out where, and on what."""

    printer: PrinterName
    """The name of the printer that they come out of."""
    media: Short = ""
    """What lies in the printer, unless told."""
    skip: Annotated[int, Field(ge=0, le=100)] = 0


FileFormat = Annotated[Short, told_as(labels.FORMATS)]


class LabelsForm(Form):
    """Labels to be drawn as a file, by name."""

    parcels: list[AnyNumber] = Field(default_factory=list, max_length=MOST)
    dossiers: list[DossierCodeText] = Field(default_factory=list, max_length=MOST)
    media: Short = ""
    """Unless told, what lies in the office's browser printer; else A6."""
    format: FileFormat = "pdf"
    skip: Annotated[int, Field(ge=0, le=100)] = 0


class FileForm(ChoiceForm):
    """Which labels shall stand in one file, and for what paper."""

    printer: Short = ""
    """Whose paper and offset; unless told, those of the office's browser printer."""
    media: Short = ""
    format: FileFormat = "pdf"
    skip: Annotated[int, Field(ge=0, le=100)] = 0

    @property
    def since(self) -> datetime:
        """From when on a print counts: whoever names a label wants its file, printed or not."""
        return reservations.NEVER if self.names_labels else super().since


class CameOutForm(Form):
    """Labels that somebody has seen on paper after a fault, as `unsure` called them."""

    codes: list[Short] = Field(min_length=1, max_length=MOST)
    """Tracking numbers and dossier codes."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be printed."""

    fresh: Sequence[LabelRef]
    already: int
    """How many are left out, for they were printed before."""
    unsure: Sequence[LabelRef]
    """Those that may have come out as the printer failed."""
    left: int = 0
    """How many of `fresh` are for the next file."""


def to_print(session: Session, form: ChoiceForm, *, by: Caller) -> Choice:
    """Return the labels to be printed.

    Raises NotFound (a parcel, dossier, handover), Invalid (nothing is asked for, or twice).
    """
    every = _wanted(session, form, by)
    state = reservations.print_state_of(session, every, since=form.since)
    return Choice(state.fresh, len(every) - len(state.fresh), state.unsure)


def to_file(session: Session, form: FileForm, *, by: Caller) -> Choice:
    """Return the labels for one file: of a list or a day no more than MOST at once. Raises."""
    choice = to_print(session, form, by=by)
    if form.names_labels:
        return choice
    left = max(0, len(choice.fresh) - MOST)
    return Choice(choice.fresh[:MOST], choice.already, choice.unsure, left)


def _wanted(session: Session, form: ChoiceForm, by: Caller) -> list[LabelRef]:
    asked = form.names_labels, bool(form.handover), bool(form.day)
    if not any(asked):
        raise _nothing_to_print()
    if sum(asked) > 1:
        raise _asked_twice()
    if form.handover:
        return _of_handover(session, form.handover.upper(), by)
    if form.day:
        return _of_day(session, form.day, by)
    return _named(session, form, by)


def _named(session: Session, form: ChoiceForm, by: Caller) -> list[LabelRef]:
    """Return those named, each once though it is named twice."""
    scope = by.scope
    numbers = dict.fromkeys(form.parcels)
    parcels = [views.find_parcel(session, number, scope=scope) for number in numbers]
    codes = list(dict.fromkeys(form.dossiers))
    dossiers = find_dossiers(session, codes, scope=scope) if codes else []
    return [
        *(LabelRef("parcels", p.id, p.tracking_number) for p in parcels),
        *(LabelRef("dossiers", d.id, d.code) for d in dossiers),
    ]


def _nothing_to_print() -> Invalid:
    return Invalid(
        "nothing-to-print",
        "Vui lòng chọn ít nhất một bưu gửi hoặc hồ sơ để in.",
        "Choose at least one parcel or dossier to print.",
    )


def _asked_twice() -> Invalid:
    return Invalid(
        "labels-asked-for-twice",
        "Vui lòng chọn một cách: nhãn có tên, cả bảng kê, hoặc cả ngày.",
        "Ask in one way: for labels by name, for a handover, or for a day.",
    )


def _of_handover(session: Session, number: str, by: Caller) -> list[LabelRef]:
    wanted = select(Handover.id).where(Handover.number == number, by.scope.covers(Handover))
    handover = session.exec(wanted).first()
    if handover is None:
        raise no_such("handover")
    rows = session.exec(
        select(Parcel.id, Parcel.tracking_number)
        .join(HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id))
        .where(HandoverLine.handover_id == handover, by.scope.covers(Parcel))
        .order_by(col(HandoverLine.position))
    )
    return [LabelRef("parcels", id_, code) for id_, code in rows]


def _of_day(session: Session, day: date, by: Caller) -> list[LabelRef]:
    """Return the open parcels that the caller's own office sealed on a day, oldest first.

    Of somebody of no office: those of all.
    """
    begins = midnight(day)
    query = (
        select(Parcel.id, Parcel.tracking_number)
        .where(Parcel.created_at >= begins, Parcel.created_at < begins + timedelta(days=1))
        .where(col(Parcel.open), by.scope.covers(Parcel))
        .order_by(col(Parcel.id))
    )
    if by.office_id:
        query = query.where(Parcel.office_id == by.office_id)
    return [LabelRef("parcels", id_, code) for id_, code in session.exec(query)]
