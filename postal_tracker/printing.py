"""From the record to paper: the words on a label, and who printed it for the how-manieth time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

import labels
from labels import DossierLabel, ParcelLabel, Party, Unprintable
from labels.paper import Medium, named
from postal_tracker import views
from postal_tracker.desk import find_dossiers
from postal_tracker.forms import LabelsForm, field_invalid
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

WOULD_NOT_SCAN = "label-would-not-scan"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What paper says of the house itself."""

    address: str
    """How a phone that reads the QR reaches us."""
    secret: str = field(repr=False)
    """Signs the links on receipts."""
    titles: Mapping[str, str]
    """The carriers' names by which people know them."""


def labels_for(session: Session, imprint: Imprint, form: LabelsForm) -> list[Label]:
    """Return the labels asked for; a reprint says so on paper.

    Raises NotFound (a parcel or dossier), Invalid (none asked for).
    """
    if not form.parcels and not form.dossiers:
        raise nothing_to_print()
    parcels, dossiers = _wanted(session, form)
    return [
        *(_parcel_label(session, imprint, p, _copies(session, parcel_id=p.id)) for p in parcels),
        *(_dossier_label(session, imprint, d, _copies(session, dossier_id=d.id)) for d in dossiers),
    ]


def nothing_to_print() -> Invalid:
    return Invalid(
        "nothing-to-print",
        "Hãy chọn ít nhất một bưu gửi hoặc hồ sơ để in.",
        "Choose at least one parcel or dossier to print.",
    )


def _wanted(session: Session, form: LabelsForm) -> tuple[list[Parcel], list[Dossier]]:
    parcels = [views.find_parcel(session, number) for number in form.parcels]
    return parcels, find_dossiers(session, form.dossiers) if form.dossiers else []


def code_of(label: Label) -> str:
    return label.tracking_number if isinstance(label, ParcelLabel) else label.code


def draw(
    wanted: Sequence[Label],
    form: LabelsForm,
    media: Mapping[str, Medium],
    *,
    offset: tuple[float, float] = (0.0, 0.0),
) -> bytes:
    """Return the labels as a file, all of it moved by a printer's `offset` in millimetres.

    `media` are those there are here. Raises Invalid: medium, format, more stickers left free than
    the sheet has, a label that would not scan.
    """
    try:
        return labels.draw(
            wanted,
            medium=named(form.media, media),
            format=form.format,
            skip=form.skip,
            offset=offset,
        )
    except (labels.UnknownMedium, labels.UnknownFormat) as unknown:
        allowed = ", ".join(unknown.allowed)
        raise Invalid(
            "unknown-medium-or-format",
            f"Không có khổ giấy hoặc định dạng này; chọn một trong: {allowed}.",
            f"There is no such medium or format; choose one of: {allowed}.",
        ) from None
    except labels.NoSuchPlace as beyond:
        raise field_invalid(
            "skip",
            f"Tờ này có {beyond.places} nhãn: chỉ chừa được ít hơn số đó.",
            f"The sheet has {beyond.places} stickers: fewer than that can be left free.",
        ) from None
    except Unprintable as refused:
        raise Invalid(
            WOULD_NOT_SCAN,
            "Nhãn này máy quét sẽ không đọc được nên không in. Hãy rút ngắn tên hoặc địa chỉ.",
            f"This label would not scan, so it is not printed ({refused.why}). "
            "Shorten the name or address.",
        ) from None


def note_printed(
    session: Session, form: LabelsForm, *, by: Caller, now: datetime, printer: str | None = None
) -> None:
    """Note who printed these labels when: once a file is drawn, or a printer has taken them."""
    parcels, dossiers = _wanted(session, form)
    about: list[dict[str, Any]] = [
        *({"parcel_id": p.id} for p in parcels),
        *({"dossier_id": d.id} for d in dossiers),
    ]
    for one in about:
        session.add(
            PrintedLabel(
                **one,
                copy_number=_copies(session, **one) + 1,
                medium=form.media,
                format=form.format,
                printed_at=now,
                printed_by=by.label,
                printer=printer,
            )
        )
        session.flush()


def _copies(
    session: Session, *, parcel_id: int | None = None, dossier_id: int | None = None
) -> int:
    """Return how often this label was printed before."""
    column = PrintedLabel.parcel_id if parcel_id else PrintedLabel.dossier_id
    counted = select(func.count()).where(col(column) == (parcel_id or dossier_id))
    return int(session.exec(counted).one())


def _parcel_label(session: Session, imprint: Imprint, parcel: Parcel, reprint: int) -> ParcelLabel:
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
        carrier_title=imprint.titles.get(parcel.carrier, parcel.carrier),
        sender=sender,
        recipient=_chosen(session, parcel) or recipient,
        dossier_codes=tuple(views.dossier_codes(session, [parcel.id])[parcel.id]),
        qr=f"{imprint.address}/courier/{parcel.tracking_number}",
        centre=office.name_vi,
        reprint=reprint,
    )


def _office_party(office: Office) -> Party:
    return Party(office.name_vi, _lines(office.address, office.phone))


def _authority_party(authority: Authority) -> Party:
    return Party(authority.name_vi, _lines(authority.address, authority.phone))


def _chosen(session: Session, parcel: Parcel) -> Party | None:
    chosen = session.get(Recipient, parcel.id)
    return Party(chosen.name, _lines(chosen.address, chosen.phone)) if chosen else None


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


def _dossier_label(
    session: Session, imprint: Imprint, dossier: Dossier, reprint: int
) -> DossierLabel:
    token = link_token(dossier.lookup_code, imprint.secret)
    return DossierLabel(
        code=dossier.code,
        procedure=session.get_one(Procedure, dossier.procedure_id).name_vi,
        office=session.get_one(Office, dossier.office_id).name_vi,
        received_on=dossier.received_at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M"),
        qr=f"{imprint.address}/t/{token}",
        reprint=reprint,
    )
