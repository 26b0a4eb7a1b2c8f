"""Which labels shall come out of a printer: those named, those of a list, those of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session, col, select

from postal_tracker import printing, views
from postal_tracker.desk import find_dossiers
from postal_tracker.forms import AnyNumber, DossierCodeText, Form, Short
from postal_tracker.printers.records import PrinterName
from postal_tracker.printing.prints import is_receipt
from postal_tracker.problems import no_such
from postal_tracker.staff import Caller
from postal_tracker.tables import Handover, HandoverLine, Parcel, PrintedLabel
from postal_tracker.working_days import VIETNAM

MOST = 500
"""Labels named in one request, as in all lists of ours."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class ChoiceForm(Form):
    """Which labels: a handover's, a day's, or those named.

    `day` is when parcels were sealed. What was printed before is left out, unless it is asked for
    `again`.
    """

    parcels: list[AnyNumber] = Field(default_factory=list, max_length=MOST)
    dossiers: list[DossierCodeText] = Field(default_factory=list, max_length=MOST)
    handover: Short = ""
    day: Day | None = None
    again: bool = False


class PrintsForm(ChoiceForm):
    """Which labels shall come out where, and on what."""

    printer: PrinterName
    media: Short = ""
    """What lies in the printer, unless told."""
    skip: Annotated[int, Field(ge=0, le=100)] = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One label to be printed."""

    kind: Literal["parcels", "dossiers"]
    id: int
    code: str


def to_print(session: Session, form: ChoiceForm, *, by: Caller) -> tuple[list[Wanted], int]:
    """Return the labels to be printed, and how many are left out for they were printed before.

    Raises NotFound (a parcel, dossier, handover), Invalid (nothing is asked for).
    """
    every = _wanted(session, form, by)
    fresh = every if form.again else not_printed(session, every)
    return fresh, len(every) - len(fresh)


def _wanted(session: Session, form: ChoiceForm, by: Caller) -> list[Wanted]:
    if form.handover:
        return _of_handover(session, form.handover.upper())
    if form.day:
        return _of_day(session, form.day, by.office_id)
    parcels = [views.find_parcel(session, number) for number in dict.fromkeys(form.parcels)]
    codes = list(dict.fromkeys(form.dossiers))
    dossiers = find_dossiers(session, codes) if codes else []
    if not parcels and not dossiers:
        raise printing.nothing_to_print()
    return [
        *(Wanted("parcels", p.id, p.tracking_number) for p in parcels),
        *(Wanted("dossiers", d.id, d.code) for d in dossiers),
    ]


def _of_handover(session: Session, number: str) -> list[Wanted]:
    handover = session.exec(select(Handover.id).where(Handover.number == number)).first()
    if handover is None:
        raise no_such("handover")
    rows = session.exec(
        select(Parcel.id, Parcel.tracking_number)
        .join(HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id))
        .where(HandoverLine.handover_id == handover)
        .order_by(col(HandoverLine.position))
    )
    return [Wanted("parcels", id_, code) for id_, code in rows]


def _of_day(session: Session, day: date, office_id: int | None) -> list[Wanted]:
    """Return the open parcels that an office sealed on a day, oldest first."""
    begins = datetime.combine(day, time(), VIETNAM)
    query = (
        select(Parcel.id, Parcel.tracking_number)
        .where(Parcel.created_at >= begins, Parcel.created_at < begins + timedelta(days=1))
        .where(col(Parcel.open))
        .order_by(col(Parcel.id))
    )
    if office_id:
        query = query.where(Parcel.office_id == office_id)
    return [Wanted("parcels", id_, code) for id_, code in session.exec(query)]


def not_printed(session: Session, asked: Sequence[Wanted]) -> list[Wanted]:
    """Return those of which no label has been printed yet."""
    columns = {"parcels": PrintedLabel.parcel_id, "dossiers": PrintedLabel.dossier_id}
    done = {
        (kind, id_)
        for kind, column in columns.items()
        for id_ in session.exec(
            select(column).where(
                col(column).in_([one.id for one in asked if one.kind == kind]), ~is_receipt()
            )
        )
    }
    return [one for one in asked if (one.kind, one.id) not in done]
