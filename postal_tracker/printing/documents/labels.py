"""The labels of parcels and dossiers: the words on them, and the drawn file."""

from collections.abc import Sequence

from sqlmodel import Session

import labels
from labels import DossierLabel, ParcelLabel, Unprintable
from postal_tracker import views
from postal_tracker.access import EVERYTHING
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import DIRECTIONS, Pair, pick
from postal_tracker.core.journey import Direction
from postal_tracker.forms import field_invalid
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.parties import sender_and_recipient
from postal_tracker.printing.documents.unprintable import LabelsUnprintable, reason
from postal_tracker.printing.reservations import Reservation
from postal_tracker.printing.sheets import Sheet
from postal_tracker.storage.tables import Dossier, Office, Parcel, Procedure

Label = ParcelLabel | DossierLabel


def labels_for(session: Session, imprint: Imprint, reserved: Sequence[Reservation]) -> list[Label]:
    """Return the labels that are reserved, in order; a reprint says so on paper."""
    return [_label(session, imprint, reservation) for reservation in reserved]


def _label(session: Session, imprint: Imprint, reservation: Reservation) -> Label:
    if reservation.wanted.kind == "parcels":
        parcel = session.get_one(Parcel, reservation.wanted.id)
        return _parcel_label(session, imprint, parcel, reservation.reprint)
    dossier = session.get_one(Dossier, reservation.wanted.id)
    return _dossier_label(session, imprint, dossier, reservation.reprint)


def _parcel_label(session: Session, imprint: Imprint, parcel: Parcel, reprint: int) -> ParcelLabel:
    sender, recipient = sender_and_recipient(session, parcel)
    return ParcelLabel(
        tracking_number=parcel.tracking_number,
        direction_text=pick(DIRECTIONS[Direction(parcel.direction)], "vi").upper(),
        carrier_title=imprint.title(parcel.carrier),
        sender=sender,
        recipient=recipient,
        dossier_codes=tuple(views.dossier_codes(session, [parcel.id], scope=EVERYTHING)[parcel.id]),
        qr=f"{imprint.address}/courier/{parcel.tracking_number}",
        centre=session.get_one(Office, parcel.office_id).name_vi,
        reprint=reprint,
    )


def _dossier_label(
    session: Session, imprint: Imprint, dossier: Dossier, reprint: int
) -> DossierLabel:
    return DossierLabel(
        code=dossier.code,
        procedure=session.get_one(Procedure, dossier.procedure_id).name_vi,
        office=session.get_one(Office, dossier.office_id).name_vi,
        received_on=dates.moment(dossier.received_at),
        qr=imprint.link(dossier),
        reprint=reprint,
    )


def draw(wanted: Sequence[Label], sheet: Sheet) -> bytes:
    """Return the labels as a file.

    Raises Invalid (more stickers left free than the sheet has), LabelsUnprintable.
    """
    try:
        return labels.draw(
            wanted,
            medium=sheet.medium,
            format=sheet.format,
            skip=sheet.skip,
            offset=sheet.offset,
        )
    except labels.NoSuchPlace as beyond:
        raise field_invalid(
            "skip",
            f"Tờ này có {beyond.places} nhãn: chỉ chừa được ít hơn số đó.",
            f"The sheet has {beyond.places} stickers: fewer than that can be left free.",
        ) from None
    except Unprintable:
        raise LabelsUnprintable.of(_reasons(wanted, sheet)) from None


def _reasons(wanted: Sequence[Label], sheet: Sheet) -> dict[int, Pair]:
    """Return the places of those that cannot be printed, each with the reason: one by one."""
    reasons: dict[int, Pair] = {}
    for place, label in enumerate(wanted):
        try:
            labels.draw([label], medium=sheet.medium, format=sheet.format)
        except Unprintable as refused:
            reasons[place] = reason(_code_of(label), refused)
    return reasons


def _code_of(label: Label) -> str:
    return label.tracking_number if isinstance(label, ParcelLabel) else label.code
