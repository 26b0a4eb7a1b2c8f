"""Form 07 (06 before 2025): what an office took in during a year, in books of numbered lines.

"Sổ theo dõi hồ sơ", on A4 lying: its columns have no room on anything smaller. Book and number are
those that stand on the receipts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing, sheet
from labels.papers.anchor import Anchor
from labels.papers.editions import Heading
from labels.papers.listing import Column, Listing
from labels.papers.strips import Pair

_COLUMNS = (
    Column(Pair("Mã hồ sơ", "Code"), 36),
    Column(Pair("Thủ tục", "Procedure"), 45),
    Column(Pair("Cá nhân, tổ chức", "Applicant"), 34),
    Column(Pair("Địa chỉ, điện thoại", "Address, telephone"), 38),
    Column(Pair("Cơ quan giải quyết", "Authority"), 27),
    Column(Pair("Nhận hồ sơ", "Received"), 18, 0.5),
    Column(Pair("Hẹn trả", "Due"), 18, 0.5),
    Column(Pair("Có kết quả", "Result"), 18, 0.5),
    Column(Pair("Trả kết quả: cách, ký nhận, ghi chú", "Returned: how, signed, note"), 33),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dossier; days as they shall be read."""

    number: int
    code: str
    procedure: str
    applicant: str
    address: str
    authority: str
    received: str
    due: str
    result: str
    """The day of the result; empty before."""
    returned: str
    """How the result is or was given back, or how the dossier ended."""


@dataclass(frozen=True, slots=True)
class Book:
    """One book of a register."""

    heading: Heading
    above: str
    office: str
    year: int
    number: int
    printed: str
    entries: Sequence[Entry]
    anchor: Anchor | None = None


def pages(book: Book) -> list[Page]:
    """Return the book. Raises Unprintable."""
    return listing.pages(
        Listing(
            form=book.heading.number,
            above=book.above,
            office=book.office,
            title=Pair(
                f"{book.heading.title.vi} NĂM {book.year}", f"{book.heading.title.en} {book.year}"
            ),
            number="",
            facts=[
                (Pair("Quyển số", "Book"), str(book.number)),
                (Pair("Số thứ tự", "Numbers"), _span(book.entries)),
                (Pair("In lúc", "Printed at"), book.printed),
            ],
            columns=_COLUMNS,
            lines=[_line(each) for each in book.entries],
            totals=((Pair("Số hồ sơ trong quyển", "Dossiers"), str(len(book.entries))),),
            signers=(
                (Pair("NGƯỜI LẬP SỔ", "Kept by"), ""),
                (Pair("THỦ TRƯỞNG ĐƠN VỊ", "Head of the office"), ""),
            ),
            anchor=book.anchor,
            medium=sheet.A4_LYING,
            numbered=[each.number for each in book.entries],
            size_pt=7.5,
        )
    )


def _span(entries: Sequence[Entry]) -> str:
    return f"{entries[0].number} – {entries[-1].number}" if entries else ""


def _line(entry: Entry) -> tuple[str, ...]:
    return (
        entry.code,
        entry.procedure,
        entry.applicant,
        entry.address,
        entry.authority,
        entry.received,
        entry.due,
        entry.result,
        entry.returned,
    )
