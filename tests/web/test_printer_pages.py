"""A printer that puts everything askew is set right at its own page, or from a terminal."""

import pytest
from PIL import ImageChops
from sqlmodel import select

from labels.paper import MEDIA
from postal_tracker.storage.tables import Office, Printer
from tests.labels.eyes import seen
from tests.printing.machines import address_of_nobody, machine

SMALL = MEDIA["100x50"]


def put_up(centre, address="", **told):
    """Put a printer up; return the address of its page."""
    values = {"name": "Zebra", "office": "H49.12", "kind": "zpl_tcp", "media": "100x50", **told}
    answer = centre.post("/printers", {**values, "address": address}, role="admin")
    assert answer.status_code == 201, answer.text
    return "/desk/printers/1"


def inked(job, file_format="zpl"):
    """The corners of what is black on the sheet, in dots."""
    [page] = seen(job, file_format, SMALL)
    return ImageChops.invert(page.convert("L")).getbbox()


def test_what_the_sheets_ruler_reads_sets_the_printer_right(lan, centre):
    with machine() as zebra:
        page = put_up(centre, zebra.address)
        lan.sends(f"{page}/sheet", {})
        saved = lan.sends(f"{page}/offset", {"offset_x": "1,5", "offset_y": "-0.5"})
        assert saved.headers["location"] == page
        assert "Đã lưu. Vui lòng in lại tờ căn chỉnh" in lan.opens(page).text
        lan.sends(f"{page}/sheet", {})

    before, after = (inked(job) for job in zebra.jobs)
    assert before[:2] == (0, 0)
    assert after[0] == 12, "1.5 mm to the right"
    assert after[3] == before[3] - 4, "half a millimetre up"
    assert centre.get("/printers").json()["items"][0]["offset_x"] == 1.5


def test_the_browsers_sheet_opens_as_a_pdf(lan, centre):
    page = put_up(centre, kind="browser", media="a4-24")
    sheet = lan.sends(f"{page}/sheet", {})

    assert sheet.headers["content-type"] == "application/pdf"
    assert 'target="_blank"' in lan.opens(page).text


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ("3", "0", "Khổ 100x50 chỉ dịch được 2.5 mm"),
        ("0", "-9", "f-offset_y-fault"),
        ("a", "0", "f-offset_x-fault"),
        ("", "1", "f-offset_x-fault"),
        ("nan", "0", "f-offset_x-fault"),
    ],
)
def test_an_offset_that_would_cut_labels_is_refused_beside_its_field(lan, centre, x, y, said):
    page = put_up(centre, "192.168.1.40:9100")
    refused = lan.sends(f"{page}/offset", {"offset_x": x, "offset_y": y})

    assert refused.status_code == 422
    assert said in refused.text
    shown = centre.get("/printers").json()["items"][0]
    assert (shown["offset_x"], shown["offset_y"]) == (0, 0)


def test_a_printer_is_not_added_with_an_offset_that_would_cut_labels(centre):
    told = {"name": "Z", "office": "H49.12", "kind": "browser", "media": "100x50", "offset_y": 3}
    assert centre.post("/printers", told, role="admin").status_code == 422


def test_a_printer_that_is_off_is_told_of_on_its_page(lan, centre):
    page = put_up(centre, address_of_nobody())
    refused = lan.sends(f"{page}/sheet", {})

    assert refused.status_code == 503
    assert "Zebra từ chối kết nối" in refused.text


def _move_elsewhere(session):
    elsewhere = Office(code="H50.01", name_vi="Trung tâm khác")
    session.add(elsewhere)
    session.flush()
    session.exec(select(Printer)).one().office_id = elsewhere.id


def test_a_printer_of_another_office_is_not_to_be_found(lan, centre):
    page = put_up(centre, "192.168.1.40:9100")
    centre.database.write_now(_move_elsewhere)
    for answer in (
        lan.opens(page),
        lan.sends(f"{page}/sheet", {}),
        lan.sends(f"{page}/offset", {"offset_x": "1", "offset_y": "1"}),
    ):
        assert answer.status_code == 404


def test_an_administrator_adds_changes_tries_and_removes_a_printer_in_the_browser(visitor, centre):
    quan, at = visitor("quan"), "/desk/admin/printers"
    form = {"name": "Quầy 1", "office": "H49.12", "kind": "browser", "media": "a6"}
    made = quan.sends(at, form)
    assert made.headers["location"] == "/desk/printers/1"
    sheet = quan.sends("/desk/printers/1/sheet", {})
    assert sheet.headers["content-type"] == "application/pdf"
    assert quan.sends(at, form).status_code == 409
    quan.sends("/desk/printers/1/offset", {"offset_x": "1", "offset_y": "0"})
    changed = {**form, "kind": "zpl_tcp", "address": "192.168.1.40:9100", "media": "100x150"}
    refused = quan.sends(f"{at}/1", changed | {"do": "change", "address": "8.8.8.8:9100"})
    assert "f-address-fault" in refused.text
    assert quan.sends(f"{at}/1", changed | {"do": "change"}).headers["location"] == at

    [now] = centre.get("/printers", role="admin").json()["items"]
    assert (now["kind"], now["media"], now["offset_x"]) == ("zpl_tcp", "100x150", 1.0)
    assert "192.168.1.40:9100" in quan.opens(at).text
    quan.sends(f"{at}/1", {"do": "remove"})
    assert "Chưa có máy in" in quan.opens(at).text
