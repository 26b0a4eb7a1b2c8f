"""The register of an office and year: numbers given at registration, printed in books."""

from contextlib import closing
from datetime import UTC, datetime

import pypdfium2
import pytest
from sqlalchemy import text
from sqlmodel import select

from postal_tracker.access import EVERYTHING
from postal_tracker.core import register_books
from postal_tracker.desks import registration
from postal_tracker.forms import ApplicantForm, DossierForm
from postal_tracker.printing.documents import registers
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Dossier
from tests.asserting import assert_problem
from tests.centre import Centre

OFFICE = "H49.12"


def read(answer):
    """Return what a person reads on each page, with single spaces."""
    assert answer.status_code == 200, answer.text
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def book(centre, office=OFFICE, year=2026, number=1, role="manager"):
    return centre.get(f"/registers/{office}/{year}/{number}.pdf", role=role)


def numbers(centre):
    """Return year and number of each dossier, by its code."""
    columns = (Dossier.code, Dossier.register_year, Dossier.register_number)
    rows = centre.database.read_now(lambda s: s.exec(select(*columns)).all())
    return {code: (year, number) for code, year, number in rows}


def received(at, **more):
    body = {"procedure": "GPLX-01", "applicant": {"name": "Ông Ba"}, "received_at": at}
    return body | more


def test_each_office_counts_its_dossiers_of_each_year(any_centre: Centre):
    first = any_centre.a_dossier()
    second = any_centre.a_dossier()
    other = any_centre.a_dossier(office="H49.12.01")
    old = any_centre.post("/dossiers", received("2025-12-31T23:30:00+07:00")).json()["code"]
    new = any_centre.post("/dossiers", received("2026-01-01T00:30:00+07:00")).json()["code"]

    assert numbers(any_centre) == {
        first: (2026, 1),
        second: (2026, 2),
        other: (2026, 1),
        old: (2025, 1),
        new: (2026, 3),
    }


def test_of_a_list_each_gets_its_number_in_the_order_of_receipt(any_centre: Centre):
    days = (20, 18, 19)
    forms = [
        DossierForm(
            procedure="GPLX-01",
            applicant=ApplicantForm(name=f"Ông {day}"),
            office=OFFICE,
            received_at=datetime(2026, 11, day, 2, tzinfo=UTC),
        )
        for day in days
    ]
    codes = any_centre.database.write_now(
        lambda s: registration.register_all(
            s,
            forms,
            by=any_centre.lan,
            calendar=any_centre.house.calendar,
            now=any_centre.clock(),
        )
    )

    assert [numbers(any_centre)[code] for code in codes] == [(2026, 3), (2026, 1), (2026, 2)]


def test_who_is_refused_uses_up_no_number(any_centre: Centre):
    code = any_centre.a_dossier()
    again = received("2026-11-23T08:00:00+07:00", code=code)
    assert_problem(any_centre.post("/dossiers", again), 409, "dossier-code-taken")

    later = any_centre.a_dossier()

    assert numbers(any_centre)[later] == (2026, 2)


def test_the_receipt_names_book_and_number(centre: Centre):
    code = centre.a_dossier()
    [words] = read(centre.post(f"/dossiers/{code}/receipt.pdf"))

    assert "Quyển số 1 Số thứ tự 1" in words


def test_a_book_tells_of_each_dossier_and_how_it_was_given_back(any_centre: Centre):
    codes = [any_centre.a_dossier(name=name) for name in ("Bà Ánh", "Ông Bình", "Bà Chi")]
    any_centre.post(f"/dossiers/{codes[0]}/acts", {"act": "result_ready"})
    any_centre.post(f"/dossiers/{codes[0]}/acts", {"act": "collected"})
    any_centre.post(f"/dossiers/{codes[1]}/acts", {"act": "withdraw", "reason": "Đổi ý"})
    pages = read(book(any_centre))
    words = " ".join(pages)

    assert "SỔ THEO DÕI HỒ SƠ NĂM 2026" in pages[0]
    assert "Mẫu số 07, Thông tư số 03/2025/TT-VPCP" in pages[0]
    found = [words.index(f"{n} {code} Đổi giấy") for n, code in enumerate(codes, start=1)]
    assert found == sorted(found)
    for told in ("Bà Ánh", "0912 345 678", "Trả tại quầy, 23/11/2026", "Rút hồ sơ, 23/11/2026"):
        assert told in words
    assert "Số hồ sơ trong quyển Dossiers 3" in words


def test_a_register_of_an_older_year_has_the_number_of_its_form(centre: Centre):
    centre.post("/dossiers", received("2024-05-06T08:00:00+07:00"))

    assert "Mẫu số 06, Thông tư số 01/2018/TT-VPCP" in read(book(centre, year=2024))[0]


def test_the_second_book_begins_behind_the_first(any_centre: Centre):
    any_centre.a_dossier()
    last = {"series": f"register {OFFICE}", "last": register_books.A_BOOK}
    any_centre.database.write_now(
        lambda s: s.connection().execute(
            text("UPDATE day_serial SET last = :last WHERE series = :series"), last
        )
    )
    code = any_centre.a_dossier(name="Người thứ 501")
    second = read(book(any_centre, number=2))[0]

    assert "Quyển số Book 2 Số thứ tự Numbers 501 – 501" in second
    assert f"501 {code}" in second
    assert code not in " ".join(read(book(any_centre)))


@pytest.mark.parametrize(
    ("number", "expected"), [(1, 1), (500, 1), (501, 2), (1000, 2), (1001, 3), (250_000, 500)]
)
def test_a_number_stands_in_a_book_that_has_room_for_it(number: int, expected: int):
    assert register_books.book_of(number) == expected
    first, last = register_books.numbers_of(expected)
    assert first <= number <= last
    assert list(register_books.books_up_to(number))[-1] == expected


def test_a_register_that_is_not_there_is_not_found(centre: Centre):
    centre.a_dossier()

    assert_problem(book(centre, number=2), 404, "no-such-book")
    assert_problem(book(centre, year=2020), 404, "no-such-book")
    assert_problem(book(centre, office="NOWHERE"), 404, "no-such-office")
    assert_problem(book(centre, year=1999), 422, "invalid-form")
    assert_problem(book(centre, number=0), 422, "invalid-form")
    assert_problem(book(centre, role="courier"), 403, "not-your-role")


def test_whoever_takes_a_register_away_stands_in_the_audit_log(centre: Centre):
    code = centre.a_dossier()
    book(centre)
    [entry] = centre.get(f"/audit?dossier={code}&what=exported", role="admin").json()["items"]

    assert entry["detail"] == "register 2026/1"


def test_dossiers_from_before_are_numbered_by_their_receipt(any_centre: Centre):
    late = any_centre.post("/dossiers", received("2026-11-20T08:00:00+07:00")).json()["code"]
    early = any_centre.post("/dossiers", received("2026-11-18T08:00:00+07:00")).json()["code"]
    turn = any_centre.post("/dossiers", received("2026-01-01T00:30:00+07:00")).json()["code"]
    ward = any_centre.a_dossier(office="H49.12.01")
    engine = any_centre.database.engine
    migrations.downgrade(engine, "0029")
    migrations.upgrade(engine)

    assert numbers(any_centre) == {
        turn: (2026, 1),
        early: (2026, 2),
        late: (2026, 3),
        ward: (2026, 1),
    }
    newest = any_centre.a_dossier()
    assert numbers(any_centre)[newest] == (2026, 4)


def test_the_page_of_registers_leads_to_each_book(centre: Centre, lan):
    code = centre.a_dossier()
    page = lan.opens("/desk/reports/registers").text
    link = f"/desk/registers/{OFFICE}/2026/1.pdf"

    assert f'href="{link}"' in page
    assert code in " ".join(read(lan.opens(link)))
    assert "Năm này chưa tiếp nhận hồ sơ nào" in lan.opens("/desk/reports/registers?year=2020").text


def test_many_registers_are_listed_a_page_at_a_time(any_centre: Centre, monkeypatch):
    monkeypatch.setattr(registers, "MOST", 1)
    any_centre.a_dossier()
    any_centre.a_dossier(office="H49.12.01")

    def page(after):
        return any_centre.database.read_now(
            lambda s: registers.registers_of(s, 2026, scope=EVERYTHING, lang="vi", after=after)
        )

    [first], behind = page("")
    [second], end = page(behind)
    assert (first.code, behind, first.dossiers, list(first.books)) == (OFFICE, OFFICE, 1, [1])
    assert (second.code, end) == ("H49.12.01", "")
