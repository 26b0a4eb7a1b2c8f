"""The labels of parcels and dossiers: which are wanted, the words on them, the drawn file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

import labels
from labels import DossierLabel, ParcelLabel, Unprintable
from labels.paper import Medium, named
from postal_tracker import views
from postal_tracker.desk import find_dossiers
from postal_tracker.forms import LabelsForm, field_invalid
from postal_tracker.journey import Direction
from postal_tracker.printing import dates, prints
from postal_tracker.printing.imprint import Imprint
from postal_tracker.printing.parties import sender_and_recipient
from postal_tracker.printing.prints import Paper
from postal_tracker.problems import Invalid
from postal_tracker.staff import Caller
from postal_tracker.tables import Dossier, Office, Parcel, Procedure
from postal_tracker.words import DIRECTIONS, pick

Label = ParcelLabel | DossierLabel

WOULD_NOT_SCAN = "label-would-not-scan"


def labels_for(session: Session, imprint: Imprint, form: LabelsForm) -> list[Label]:
    """Return the labels asked for; a reprint says so on paper.

    Raises NotFound (a parcel or dossier), Invalid (none asked for).
    """
    if not form.parcels and not form.dossiers:
        raise nothing_to_print()
    parcels, dossiers = _wanted(session, form)
    return [
        *(_parcel_label(session, imprint, parcel) for parcel in parcels),
        *(_dossier_label(session, imprint, dossier) for dossier in dossiers),
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
    for paper in (
        *(Paper(parcel_id=parcel.id) for parcel in parcels),
        *(Paper(dossier_id=dossier.id) for dossier in dossiers),
    ):
        prints.note(
            session,
            paper,
            medium=form.media,
            format=form.format,
            by=by,
            now=now,
            printer=printer,
        )


def _parcel_label(session: Session, imprint: Imprint, parcel: Parcel) -> ParcelLabel:
    sender, recipient = sender_and_recipient(session, parcel)
    return ParcelLabel(
        tracking_number=parcel.tracking_number,
        direction_text=pick(DIRECTIONS[Direction(parcel.direction)], "vi").upper(),
        carrier_title=imprint.title(parcel.carrier),
        sender=sender,
        recipient=recipient,
        dossier_codes=tuple(views.dossier_codes(session, [parcel.id])[parcel.id]),
        qr=f"{imprint.address}/courier/{parcel.tracking_number}",
        centre=session.get_one(Office, parcel.office_id).name_vi,
        reprint=prints.copies(session, Paper(parcel_id=parcel.id)),
    )


def _dossier_label(session: Session, imprint: Imprint, dossier: Dossier) -> DossierLabel:
    return DossierLabel(
        code=dossier.code,
        procedure=session.get_one(Procedure, dossier.procedure_id).name_vi,
        office=session.get_one(Office, dossier.office_id).name_vi,
        received_on=dates.moment(dossier.received_at),
        qr=imprint.link(dossier),
        reprint=prints.copies(session, Paper(dossier_id=dossier.id)),
    )
