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
from postal_tracker.problems import no_such
from postal_tracker.staff import Caller
from postal_tracker.tables import Handover, HandoverLine, Parcel, PrintedLabel
from postal_tracker.working_days import VIETNAM

MOST = 500
"""Labels named in one request, as in all lists of ours."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class PrintsForm(Form):
    """Which labels shall come out where: a handover's, a day's, or those named.

    `day` is when parcels were sealed. What was printed before is left out, unless it is asked for
    `again`.
    """

    parcels: list[AnyNumber] = Field(default_factory=list, max_length=MOST)
    dossiers: list[DossierCodeText] = Field(default_factory=list, max_length=MOST)
    handover: Short = ""
    day: Day | None = None
    printer: PrinterName
    media: Short = ""
    """What lies in the printer, unless told."""
    skip: Annotated[int, Field(ge=0, le=100)] = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """One label to be printed."""

    kind: Literal["parcels", "dossiers"]
    id: int
    code: str


def wanted(session: Session, form: PrintsForm, *, by: Caller) -> list[Wanted]:
    """Return every label asked for, whether it was printed before or not.

    Raises NotFound (a parcel, dossier, handover), Invalid (nothing is asked for).
    """
    if form.handover:
        return of_handover(session, form.handover.upper())
    if form.day:
        return of_day(session, form.day, by=by)
    parcels = [views.find_parcel(session, number) for number in dict.fromkeys(form.parcels)]
    codes = list(dict.fromkeys(form.dossiers))
    dossiers = find_dossiers(session, codes) if codes else []
    if not parcels and not dossiers:
        raise printing.nothing_to_print()
    return [
        *(Wanted("parcels", p.id, p.tracking_number) for p in parcels),
        *(Wanted("dossiers", d.id, d.code) for d in dossiers),
    ]


def of_handover(session: Session, number: str) -> list[Wanted]:
    """Return the parcels of a list, in its order. Raises NotFound."""
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


def of_day(session: Session, day: date, *, by: Caller) -> list[Wanted]:
    """Return the open parcels that the caller's office sealed on a day, oldest first."""
    begins = datetime.combine(day, time(), VIETNAM)
    query = (
        select(Parcel.id, Parcel.tracking_number)
        .where(Parcel.created_at >= begins, Parcel.created_at < begins + timedelta(days=1))
        .where(col(Parcel.open))
        .order_by(col(Parcel.id))
    )
    if by.office_id:
        query = query.where(Parcel.office_id == by.office_id)
    return [Wanted("parcels", id_, code) for id_, code in session.exec(query)]


def not_printed(session: Session, asked: Sequence[Wanted]) -> list[Wanted]:
    """Return those of which no label has been printed yet."""
    columns = {"parcels": PrintedLabel.parcel_id, "dossiers": PrintedLabel.dossier_id}
    done = {
        (kind, id_)
        for kind, column in columns.items()
        for id_ in session.exec(
            select(column).where(col(column).in_([one.id for one in asked if one.kind == kind]))
        )
    }
    return [one for one in asked if (one.kind, one.id) not in done]
