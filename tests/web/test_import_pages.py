"""An administrator brings in the catalogue as a file, in the browser."""

from io import BytesIO

import openpyxl
import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from postal_tracker.desks.imports import Kind, columns_told
from postal_tracker.spreadsheets import write_csv
from tests.web.conftest import Visitor, employ

IMPORT = "/desk/admin/import"


def a_list(kind, *changes):
    """Return a file of the columns' own examples, a row for each change."""
    columns = list(columns_told(kind))
    rows = [[change.get(c.heading, c.example) for c in columns] for change in changes]
    return write_csv([c.heading for c in columns], rows)


def code_heading(kind):
    return next(iter(columns_told(kind))).heading


def sends(who, kind, data, do, name="list.csv"):
    files = {"file": (name, data)} if data is not None else {"other": ("x", b"")}
    return who.client.post(f"{IMPORT}/{kind}", data={"csrf": who.token(), "do": do}, files=files)


def told(centre):
    page = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="settings")))
    return [entry.detail for entry in page.items]


@pytest.fixture
def any_quan(any_centre):
    """The administrator, on either database."""
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    return quan


def test_a_list_is_checked_without_being_kept_and_then_kept(any_quan, any_centre):
    data = a_list(Kind.AUTHORITIES, {code_heading(Kind.AUTHORITIES): "SO-MOI"})
    checked = sends(any_quan, "authorities", data, "check")
    assert checked.status_code == 200
    assert "chưa lưu gì" in checked.text
    assert "SO-MOI" not in any_centre.get("/authorities?q=SO-MOI").text
    assert told(any_centre) == []
    kept = sends(any_quan, "authorities", data, "keep")

    assert "Đã lưu 1 dòng." in kept.text
    assert "SO-MOI" in any_centre.get("/authorities?q=SO-MOI").text
    assert told(any_centre) == ["import authorities: 1 rows"]


@pytest.mark.parametrize("do", ["check", "keep"])
def test_one_bad_row_is_named_and_the_whole_list_refused(any_quan, any_centre, do):
    heading = code_heading(Kind.AUTHORITIES)
    data = a_list(Kind.AUTHORITIES, {heading: "SO-MOI"}, {heading: ""})
    answer = sends(any_quan, "authorities", data, do)

    assert answer.status_code == 422
    assert f"{heading}:" in answer.text
    assert "<td>3</td>" in answer.text
    assert "SO-MOI" not in any_centre.get("/authorities?q=SO-MOI").text
    assert told(any_centre) == []


@pytest.mark.parametrize("kind", ["offices", "authorities", "procedures"])
def test_a_template_has_the_headings_that_are_read(visitor, kind):
    quan = visitor("quan")
    headings = [column.heading for column in columns_told(Kind(kind))]
    text = quan.opens(f"{IMPORT}/{kind}/template?format=csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(BytesIO(quan.opens(f"{IMPORT}/{kind}/template").content))

    assert [name.strip('"') for name in text.splitlines()[0].split(",")] == headings
    assert [cell.value for cell in book.worksheets[0][1]] == headings


@pytest.mark.parametrize(
    ("data", "name"), [(None, ""), (b"", "x.csv"), (b"\x00\xff" * 40, "x.xlsx"), (b"a;b", "x.exe")]
)
def test_what_is_no_list_is_refused_with_a_word(visitor, data, name):
    assert sends(visitor("quan"), "offices", data, "keep", name).status_code == 422


def test_a_list_of_more_than_four_megabytes_is_not_taken(visitor):
    assert sends(visitor("quan"), "offices", b"x" * (5 * 2**20), "keep").status_code == 413


def test_a_form_of_another_session_brings_nothing_in(visitor):
    quan, data = visitor("quan"), a_list(Kind.AUTHORITIES, {})
    sent = {"csrf": "0" * 64, "do": "keep"}
    answer = quan.client.post(f"{IMPORT}/authorities", data=sent, files={"file": ("x.csv", data)})

    assert answer.status_code == 403


def test_dossiers_do_not_come_in_here(visitor):
    assert visitor("quan").opens(f"{IMPORT}/dossiers").status_code == 404


def test_the_first_steps_lead_the_administrator_to_the_pages_and_a_clerk_to_none(visitor):
    steps = visitor("quan").opens("/desk").text
    for page in ("/desk/admin/catalogue/offices", "/desk/admin/numbers", "/desk/carriers"):
        assert f'href="{page}"' in steps
        assert page not in visitor("lan").opens("/desk").text


def test_the_catalogue_leads_the_administrator_to_its_files(visitor):
    assert f'href="{IMPORT}/procedures"' in visitor("quan").opens("/desk/catalogue").text
    assert IMPORT not in visitor("lan").opens("/desk/catalogue").text


@pytest.mark.parametrize("kind", ["offices", "authorities", "procedures"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_catalogue_is_taken_away_and_brought_back_as_it_was(any_quan, any_centre, kind, form):
    before = any_centre.get(f"/{kind}?limit=100", role="admin").json()
    file = any_quan.opens(f"/desk/admin/lists/{kind}.{form}").content
    kept = sends(any_quan, kind, file, "keep", f"list.{form}")

    assert (kept.status_code, f"Đã lưu {len(before['items'])} dòng." in kept.text) == (200, True)
    assert any_centre.get(f"/{kind}?limit=100", role="admin").json() == before
