"""The receipt that a citizen takes home."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from labels.papers import editions, receipt
from labels.papers.editions import Form
from labels.papers.receipt import Receipt
from labels.papers.strips import Pair
from postal_tracker.access import Caller, Scope
from postal_tracker.core import codes, dates
from postal_tracker.core.bilingual_terms import limit_in_words
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import no_such
from postal_tracker.core.register_books import book_of
from postal_tracker.core.working_days import local_day
from postal_tracker.printing import print_log
from postal_tracker.printing.documents import anchors
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.imprint import Imprint
from postal_tracker.printing.documents.parties import name_above, spoken
from postal_tracker.printing.print_log import PrintedPaper
from postal_tracker.storage.tables import Applicant, Dossier, LedgerEntry, Office, Procedure
from postal_tracker.views.parcels import address_of


def receipt_for(session: Session, imprint: Imprint, code: str, *, scope: Scope) -> Receipt:
    """Return a dossier's receipt in words; a reprint says so. Raises NotFound."""
    dossier = dossier_of(session, code, scope)
    office = session.get_one(Office, dossier.office_id)
    procedure = session.get_one(Procedure, dossier.procedure_id)
    applicant = session.get_one(Applicant, dossier.id)
    return Receipt(
        code=dossier.code,
        above=name_above(session, office),
        office=office.name_vi,
        office_phone=spoken(office.phone),
        applicant=applicant.name,
        address=address_of(applicant),
        phone=spoken(applicant.phone),
        email=applicant.email,
        procedure=Pair(procedure.name_vi, procedure.name_en),
        limit=_limit(dossier),
        received=Pair(*dates.moment_in_full(dossier.received_at)),
        due=Pair(*dates.moment_in_full(dossier.due_at)),
        return_to=_return_to(dossier, office),
        lookup_code=codes.show_lookup_code(dossier.lookup_code),
        site=urlsplit(imprint.address).netloc,
        qr=imprint.link(dossier),
        reprint=print_log.copies(session, PrintedPaper(dossier_id=dossier.id, is_receipt=True)),
        corrected=_corrected(session, dossier),
        form=editions.heading(Form.RECEIPT, local_day(dossier.received_at)).number,
        sets=dossier.sets_count or 0,
        papers_count=dossier.papers_count or 0,
        book=book_of(dossier.register_number) if dossier.register_number else 0,
        number=dossier.register_number or 0,
        anchor=anchors.newest(session),
    )


_PRINTED = {
    *("name", "phone", "email", "address", "ward", "province", "procedure", "return_by_post"),
    *("papers_count", "sets_count"),
}
"""Data that stand on a receipt: corrected, they make one that was printed before wrong."""


def _corrected(session: Session, dossier: Dossier) -> Pair | None:
    rows = session.exec(
        select(LedgerEntry.recorded_at, LedgerEntry.fields)
        .where(LedgerEntry.dossier_id == dossier.id, LedgerEntry.what == Act.CORRECTED.value)
        .order_by(col(LedgerEntry.id))
    ).all()
    days = [local_day(at) for at, fields in rows if _PRINTED & set((fields or "").split())]
    return Pair(*dates.day_in_full(days[-1])) if days else None


def draw(words: Receipt, paper: str) -> bytes:
    """Return the receipt as a PDF, on one of `receipt.PAPERS`. Raises Invalid."""
    return pdf(lambda: receipt.pages(words, paper), f"Giấy hẹn {words.code}")


def note_printed(session: Session, code: str, paper: str, *, by: Caller, now: datetime) -> None:
    """Note who printed a dossier's receipt when. Raises NotFound."""
    about = PrintedPaper(dossier_id=dossier_of(session, code, by.scope).id, is_receipt=True)
    print_log.note(session, about, medium=paper, format="pdf", by=by, now=now)


def dossier_of(session: Session, code: str, scope: Scope) -> Dossier:
    """Return a dossier within reach. Raises NotFound."""
    wanted = select(Dossier).where(Dossier.code == code, scope.covers(Dossier))
    found = session.exec(wanted).first()
    if found is None:
        raise no_such("dossier")
    return found


def _limit(dossier: Dossier) -> Pair:
    """Return the limit, and that the promised date moves where the post's time is no part of it."""
    vi, en = limit_in_words(dossier.limit)
    if dossier.post_counts:
        return Pair(vi, en)
    return Pair(
        f"{vi}, chưa kể thời gian hồ sơ ở bưu chính: ngày hẹn lùi theo thời gian đó",
        f"{en}, not counting time with the post, by which the date moves",
    )


def _return_to(dossier: Dossier, office: Office) -> Pair:
    if dossier.return_by_post:
        return Pair("Tại nhà, qua dịch vụ bưu chính công ích", "At home, by public postal service")
    return Pair(", ".join(filter(None, (office.name_vi, office.address))), office.name_en)
