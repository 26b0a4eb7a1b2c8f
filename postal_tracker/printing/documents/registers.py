"""Form 07 from the record: the register of an office and year, a book at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import literal, true
from sqlmodel import Session, col, select

from labels.papers import editions, register
from labels.papers.editions import Form
from labels.papers.register import Book, Entry
from postal_tracker.access import Scope
from postal_tracker.core import dates, register_books
from postal_tracker.core.bilingual_terms import ACTS, Lang, pick
from postal_tracker.core.journey import Act, Stage
from postal_tracker.core.problems import no_such
from postal_tracker.core.working_days import local_day
from postal_tracker.printing.documents import anchors
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.parties import name_above, spoken
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    DaySerial,
    Dossier,
    Office,
    Procedure,
)
from postal_tracker.views.parcels import address_of


@dataclass(frozen=True, slots=True)
class Register:
    """What an office took in during a year, and in how many books it stands."""

    code: str
    office: str
    dossiers: int
    books: Iterable[int]


MOST = 100
"""Registers on one page."""


def registers_of(
    session: Session, year: int, *, scope: Scope, lang: Lang, after: str = ""
) -> tuple[list[Register], str]:
    """Return the registers of a year within reach, by office; and behind which others follow."""
    within = true() if scope.offices is None else col(Office.id).in_(sorted(scope.offices))
    rows = session.exec(
        select(Office.code, Office.name_vi, Office.name_en, DaySerial.last)
        .join(DaySerial, col(DaySerial.series) == literal(register_books.SERIES) + col(Office.code))
        .where(DaySerial.day == date(year, 1, 1), Office.code > after, within)
        .order_by(col(Office.code))
        .limit(MOST + 1)
    ).all()
    found = [
        Register(code, pick((vi, en), lang), last, register_books.books_up_to(last))
        for code, vi, en, last in rows[:MOST]
    ]
    return found, found[-1].code if len(rows) > MOST else ""


def book_for(
    session: Session, office_code: str, year: int, number: int, *, scope: Scope, now: datetime
) -> Book:
    """Return one book of a register in words. Raises NotFound."""
    office = session.exec(select(Office).where(Office.code == office_code)).first()
    if office is None or not scope.holds(office.id):
        raise no_such("office")
    entries = [_entry(row) for row in _rows(session, office, year, number, scope)]
    if not entries:
        raise no_such("book")
    return Book(
        heading=editions.heading(Form.REGISTER, min(local_day(now), date(year, 12, 31))),
        above=name_above(session, office),
        office=office.name_vi,
        year=year,
        number=number,
        printed=dates.moment(now),
        entries=entries,
        anchor=anchors.newest(session),
    )


def draw(words: Book) -> bytes:
    """Return the book as a PDF. Raises Invalid."""
    return pdf(
        lambda: register.pages(words), f"Sổ theo dõi hồ sơ năm {words.year}, quyển {words.number}"
    )


Line = tuple[Dossier, str, str, Applicant]


def _rows(session: Session, office: Office, year: int, book: int, scope: Scope) -> Iterable[Line]:
    """Return the dossiers of a book in order: at most `register_books.A_BOOK`."""
    first, last = register_books.numbers_of(book)
    rows = session.exec(
        select(Dossier, Procedure.name_vi, Authority.name_vi, Applicant)
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(Authority, col(Authority.id) == col(Dossier.authority_id))
        .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
        .where(scope.covers(Dossier), Dossier.office_id == office.id, Dossier.register_year == year)
        .where(col(Dossier.register_number).between(first, last))
        .order_by(col(Dossier.register_number))
    )
    return rows.all()


def _entry(row: Line) -> Entry:
    dossier, procedure, authority, applicant = row
    return Entry(
        number=dossier.register_number or 0,
        code=dossier.code,
        procedure=procedure,
        applicant=applicant.name,
        address=", ".join(filter(None, (address_of(applicant), spoken(applicant.phone)))),
        authority=authority,
        received=dates.day(dossier.received_at),
        due=dates.day(dossier.due_at),
        result=dates.day(dossier.result_ready_at) if dossier.result_ready_at else "",
        returned=_returned(dossier),
    )


_GIVEN_BACK: Mapping[str, str] = {
    Stage.COLLECTED.value: "Trả tại quầy",
    Stage.DELIVERED.value: "Trả qua bưu chính",
}


def _returned(dossier: Dossier) -> str:
    """Return how the result was given back and when, or how the dossier ended; else nothing."""
    if how := _GIVEN_BACK.get(dossier.stage):
        return f"{how}, {dates.day(dossier.since)}"
    if dossier.closed_by and dossier.settled_at:
        return f"{ACTS[Act(dossier.closed_by)][0]}, {dates.day(dossier.settled_at)}"
    return ""
