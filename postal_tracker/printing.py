"""From the record to paper: the words on a label, and who printed it for the how-manieth time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

import labels
from labels import DossierLabel, ParcelLabel, Party, Unprintable
from postal_tracker import views
from postal_tracker.desk import find_dossiers
from postal_tracker.forms import LabelsForm
from postal_tracker.house import House
from postal_tracker.journey import Direction
from postal_tracker.lookup import link_token
from postal_tracker.problems import Invalid
from postal_tracker.staff import Caller
from postal_tracker.tables import (
    Applicant,
    Authority,
    Dossier,
    Enclosure,
    Office,
    Parcel,
    PrintedLabel,
    Procedure,
    Recipient,
)
from postal_tracker.words import DIRECTIONS, pick
from postal_tracker.working_days import VIETNAM

Label = ParcelLabel | DossierLabel


def labels_for(
    session: Session, house: House, form: LabelsForm, *, by: Caller, now: datetime
) -> list[Label]:
    """Return the labels asked for, and note that they were printed; a reprint says so on paper.

    Raises NotFound (a parcel or dossier), Invalid (none asked for).
    """
    if not form.parcels and not form.dossiers:
        raise Invalid(
            "nothing-to-print",
            "Hãy chọn ít nhất một bưu gửi hoặc hồ sơ để in.",
            "Choose at least one parcel or dossier to print.",
        )
    parcels = [views.find_parcel(session, number) for number in form.parcels]
    dossiers = find_dossiers(session, form.dossiers) if form.dossiers else []
    made: list[Label] = []
    for parcel in parcels:
        copy = _note(session, form, by=by, now=now, parcel_id=parcel.id)
        made.append(_parcel_label(session, house, parcel, copy))
    for dossier in dossiers:
        copy = _note(session, form, by=by, now=now, dossier_id=dossier.id)
        made.append(_dossier_label(session, house, dossier, copy))
    return made


def draw(wanted: Sequence[Label], form: LabelsForm) -> bytes:
    """Return the labels as a file. Raises Invalid: medium, format, or a label that would not scan."""
    try:
        return labels.draw(wanted, medium=form.media, format=form.format)
    except (labels.UnknownMedium, labels.UnknownFormat) as unknown:
        allowed = ", ".join(unknown.allowed)
        raise Invalid(
            "unknown-medium-or-format",
            f"Không có khổ giấy hoặc định dạng này; chọn một trong: {allowed}.",
            f"There is no such medium or format; choose one of: {allowed}.",
        ) from None
    except Unprintable as refused:
        raise Invalid(
            "label-would-not-scan",
            "Nhãn này máy quét sẽ không đọc được nên không in. Hãy rút ngắn tên hoặc địa chỉ.",
            f"This label would not scan, so it is not printed ({refused.why}). "
            "Shorten the name or address.",
        ) from None


def _note(
    session: Session,
    form: LabelsForm,
    *,
    by: Caller,
    now: datetime,
    parcel_id: int | None = None,
    dossier_id: int | None = None,
) -> int:
    """Note one printing and return which copy it is."""
    column = PrintedLabel.parcel_id if parcel_id else PrintedLabel.dossier_id
    before = session.exec(
        select(func.count()).where(col(column) == (parcel_id or dossier_id))
    ).one()
    session.add(
        PrintedLabel(
            parcel_id=parcel_id,
            dossier_id=dossier_id,
            copy_number=before + 1,
            medium=form.media,
            format=form.format,
            printed_at=now,
            printed_by=by.label,
        )
    )
    session.flush()
    return int(before) + 1


def _parcel_label(session: Session, house: House, parcel: Parcel, copy: int) -> ParcelLabel:
    office = session.get_one(Office, parcel.office_id)
    authority = session.get(Authority, parcel.authority_id) if parcel.authority_id else None
    centre = _office_party(office)
    there = _authority_party(authority) if authority else centre
    direction = Direction(parcel.direction)
    sender, recipient = centre, there
    if direction is Direction.TO_CENTRE:
        sender, recipient = there, centre
    if direction is Direction.TO_CITIZEN:
        recipient = _citizen(session, parcel)
    return ParcelLabel(
        tracking_number=parcel.tracking_number,
        direction_text=pick(DIRECTIONS[direction], "vi").upper(),
        carrier_title=house.titles.get(parcel.carrier, parcel.carrier),
        sender=sender,
        recipient=_chosen(session, parcel) or recipient,
        dossier_codes=tuple(views.dossier_codes(session, [parcel.id])[parcel.id]),
        qr=f"{house.settings.address}/courier/{parcel.tracking_number}",
        centre=office.name_vi,
        reprint=copy - 1,
    )


def _office_party(office: Office) -> Party:
    return Party(office.name_vi, _lines(office.address, office.phone))


def _authority_party(authority: Authority) -> Party:
    return Party(authority.name_vi, _lines(authority.address, authority.phone))


def _chosen(session: Session, parcel: Parcel) -> Party | None:
    recipient = session.get(Recipient, parcel.id)
    return recipient and Party(recipient.name, _lines(recipient.address, recipient.phone))


def _citizen(session: Session, parcel: Parcel) -> Party:
    applicant = session.exec(
        select(Applicant)
        .join(Enclosure, col(Enclosure.dossier_id) == Applicant.dossier_id)
        .where(Enclosure.parcel_id == parcel.id)
        .order_by(col(Applicant.dossier_id))
    ).first()
    if applicant is None:
        return Party("", ())
    place = ", ".join(filter(None, (applicant.address, applicant.ward, applicant.province)))
    return Party(applicant.name, _lines(place, applicant.phone))


def _lines(address: str, phone: str) -> tuple[str, ...]:
    national = "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone
    return tuple(filter(None, (address, f"ĐT: {national}" if national else "")))


def _dossier_label(session: Session, house: House, dossier: Dossier, copy: int) -> DossierLabel:
    token = link_token(dossier.lookup_code, house.secret)
    return DossierLabel(
        code=dossier.code,
        procedure=session.get_one(Procedure, dossier.procedure_id).name_vi,
        office=session.get_one(Office, dossier.office_id).name_vi,
        received_on=dossier.received_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M"),
        qr=f"{house.settings.address}/t/{token}",
        reprint=copy - 1,
    )
