"""What goes with a parcel beside its label: the slip of its contents, and its envelope."""

from sqlmodel import Session, col, select

from labels.papers import contents_slip, envelope
from labels.papers.contents_slip import ContentsSlip, Line
from labels.papers.envelope import Envelope
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core import dates
from postal_tracker.core.journey import Direction
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.parties import name_above, sender_and_recipient
from postal_tracker.storage.tables import Dossier, Enclosure, Office, Parcel, Procedure


def contents_for(session: Session, imprint: Imprint, number: str, *, scope: Scope) -> ContentsSlip:
    """Return what lies in a parcel, in words. Raises NotFound."""
    parcel = views.find_parcel(session, number, scope=scope)
    sender, recipient = sender_and_recipient(session, parcel)
    homeward = parcel.direction == Direction.TO_CENTRE
    office = session.get_one(Office, parcel.office_id)
    return ContentsSlip(
        tracking_number=parcel.tracking_number,
        title=contents_slip.HOMEWARD if homeward else contents_slip.OUTWARD,
        above="" if homeward else name_above(session, office),
        carrier=imprint.title(parcel.carrier),
        sender=sender.name,
        recipient=recipient.name,
        sealed=dates.moment(parcel.created_at),
        lines=tuple(_lines(session, parcel)),
    )


def draw_contents(words: ContentsSlip) -> bytes:
    """Return the slip as a PDF. Raises Invalid."""
    return pdf(lambda: contents_slip.pages(words), f"Bảng kê hồ sơ {words.tracking_number}")


def envelope_for(session: Session, imprint: Imprint, number: str, *, scope: Scope) -> Envelope:
    """Return what stands on a parcel's envelope. Raises NotFound."""
    parcel = views.find_parcel(session, number, scope=scope)
    sender, recipient = sender_and_recipient(session, parcel)
    return Envelope(sender, recipient, parcel.tracking_number, imprint.title(parcel.carrier))


def draw_envelope(words: Envelope, size: str) -> bytes:
    """Return the envelope as a PDF, in one of `envelope.SIZES`. Raises Invalid."""
    return pdf(lambda: envelope.pages(words, size), f"Phong bì {words.tracking_number}")


def _lines(session: Session, parcel: Parcel) -> list[Line]:
    rows = session.exec(
        select(Dossier.code, Procedure.name_vi, Dossier.result_ready_at)
        .join(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(Enclosure.parcel_id == parcel.id)
        .order_by(col(Dossier.id))
    )
    return [Line(code, procedure, dates.day(at) if at else "") for code, procedure, at in rows]
