"""An applicant's data are put right at the desk's page; papers printed afterwards say so."""

import html
import re
from contextlib import closing
from datetime import date

import pypdfium2
import pytest
from sqlalchemy import update

from postal_tracker.storage.tables import Applicant, Procedure


def words_of(pdf):
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return " ".join(" ".join(p.get_textpage().get_text_range().split()) for p in document)


def page_of(lan, code):
    return lan.opens(f"/desk/dossiers/{code}/correct")


def as_shown(page):
    """Return what a browser would send of a form that nobody has touched."""
    form = page.text[page.text.index('/correct" class="columns"') :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if told.get("type") != "checkbox" or " checked" in tag:
            fields[told["name"]] = html.unescape(told.get("value", ""))
    note = re.search(r'name="note"[^>]*>\n?([^<]*)</textarea>', form)
    fields["note"] = html.unescape(note[1]).replace("\n", "\r\n")
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields |= {name: chosen[1]} if chosen else {}
    return fields


def test_a_mistyped_telephone_is_put_right(centre, lan):
    code = centre.a_dossier(phone="0912345687")
    assert f"/desk/dossiers/{code}/correct" in lan.opens(f"/desk/dossiers/{code}").text
    fields = as_shown(page_of(lan, code))
    assert fields["applicant.phone"] == "0912 345 687"
    answer = lan.sends(
        f"/desk/dossiers/{code}/correct",
        fields | {"applicant.phone": "0912345678", "reason": "Gõ nhầm"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/dossiers/{code}")
    whole = lan.opens(answer.headers["location"]).text
    assert all(
        words in whole for words in ("Đã đính chính", "0912 345 678", "số điện thoại", "“Gõ nhầm”")
    )
    assert "0912 345 687" not in whole
    assert "0912 345 687" in page_of(lan, code).text  # what it was, for the desk alone


def test_a_button_pressed_twice_corrects_once(centre, lan):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"note": "Dòng một\r\nDòng hai", "reason": "x"}
    answers = [lan.sends(f"/desk/dossiers/{code}/correct", fields) for _ in range(2)]

    assert [a.status_code for a in answers] == [303, 303]
    assert len(centre.get(f"/dossiers/{code}/history").json()["items"]) == 1
    assert centre.get(f"/dossiers/{code}").json()["note"] == "Dòng một\nDòng hai"


def test_what_nobody_touched_is_neither_judged_nor_recorded(centre, lan):
    """A list of years ago holds numbers that no form would take today."""
    code = centre.a_dossier()
    old = {"id_number": "12", "phone": "113", "email": "không có", "note": "dòng\nkhác"}
    centre.database.write_now(lambda s: s.connection().execute(update(Applicant).values(**old)))
    untouched = as_shown(page_of(lan, code)) | {"reason": "x"}
    assert lan.sends(f"/desk/dossiers/{code}/correct", untouched).status_code == 303
    assert centre.get(f"/dossiers/{code}/history").json()["items"] == []

    fields = as_shown(page_of(lan, code)) | {"applicant.ward": "Vàng Danh", "reason": "x"}
    assert lan.sends(f"/desk/dossiers/{code}/correct", fields).status_code == 303
    [told] = centre.get(f"/dossiers/{code}/history").json()["items"]
    assert told["fields"] == ["ward"]


def test_what_a_colleague_put_right_meanwhile_is_not_overwritten(centre, lan):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"applicant.ward": "Vàng Danh", "reason": "x"}
    colleague = {"reason": "y", "applicant": {"ward": "Quang Trung"}}
    centre.call("PATCH", f"/api/v1/dossiers/{code}", json=colleague, headers={"If-Match": "*"})
    answer = lan.sends(f"/desk/dossiers/{code}/correct", fields)

    assert answer.status_code == 412
    assert "vừa được người khác" in answer.text
    assert 'value="Vàng Danh"' in answer.text
    assert centre.get(f"/dossiers/{code}").json()["applicant"]["ward"] == "Quang Trung"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"applicant.phone": "12"}, "applicant.phone"),
        ({"applicant.name": ""}, "applicant.name"),
        ({"procedure": "KHONG-CO"}, "procedure"),
        ({"procedure": "d"}, "procedure"),  # of several
    ],
)
def test_a_fault_stands_beside_its_field(centre, lan, wrong, field):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"reason": "x", **wrong}
    answer = lan.sends(f"/desk/dossiers/{code}/correct", fields)

    assert answer.status_code == 422
    assert f'id="f-{field.replace(".", "-")}-fault"' in answer.text
    assert centre.get(f"/dossiers/{code}/history").json()["items"] == []


def test_only_the_desk_is_offered_it(centre, visitor):
    code = centre.a_dossier()
    minh = visitor("minh")

    assert "/correct" not in minh.opens(f"/desk/dossiers/{code}").text
    assert page_of(minh, code).status_code == 403
    assert minh.sends(f"/desk/dossiers/{code}/correct", {"reason": "x"}).status_code == 403


def test_another_procedure_is_found_by_a_part_of_its_name(centre, lan):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"procedure": "bien dong dat", "reason": "Chọn nhầm"}
    answer = lan.sends(f"/desk/dossiers/{code}/correct", fields)

    assert answer.status_code == 303
    assert centre.get(f"/dossiers/{code}").json()["procedure"]["code"] == "DD-01"


def test_of_a_sealed_dossier_the_procedure_is_not_offered(centre, lan):
    code = centre.a_dossier()
    assert 'name="procedure"' in page_of(lan, code).text
    centre.a_parcel(code)

    assert 'name="procedure"' not in page_of(lan, code).text


@pytest.mark.parametrize(
    ("corrected", "says_so"),
    [
        ({"applicant": {"phone": "0912345679"}}, True),
        ({"applicant": {"name": "Bà Hòa"}}, True),
        ({"return_by_post": True}, True),
        ({"procedure": "DD-01"}, True),
        ({"note": "chỉ cho đồng nghiệp"}, False),
        ({"applicant": {"id_number": "022190777333"}}, False),
    ],
)
def test_the_receipt_printed_afterwards_says_that_it_is_corrected(centre, lan, corrected, says_so):
    code = centre.a_dossier()
    address = f"/desk/dossiers/{code}/receipt.pdf"
    assert "đính chính" not in words_of(lan.sends(address).content)
    body = {"reason": "x", **corrected}
    centre.call("PATCH", f"/api/v1/dossiers/{code}", json=body, headers={"If-Match": "*"})

    words = words_of(lan.sends(address).content)
    assert ("Đã đính chính ngày 23 tháng 11 năm 2026" in words) == says_so


def cancel(lan, centre, note):
    code = centre.a_dossier()
    return lan.sends(f"/desk/dossiers/{code}/cancel", {"note": note}), code


def register(lan, centre, note):
    fields = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "note": note}
    answer = lan.sends("/desk/dossiers/new", fields)
    return answer, answer.headers.get("location", "").rpartition("/")[2]


def correct(lan, centre, note):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"note": note, "reason": "x"}
    return lan.sends(f"/desk/dossiers/{code}/correct", fields), code


@pytest.mark.parametrize("write", [cancel, register, correct])
def test_a_note_of_two_lines_is_taken_from_every_page(centre, lan, write):
    """Browsers send them with CRLF between; that was refused as unreadable."""
    answer, code = write(lan, centre, "Dòng một\r\nDòng hai")

    assert answer.status_code == 303
    assert "Dòng một\nDòng hai" in html.unescape(lan.opens(f"/desk/dossiers/{code}").text)


def test_a_procedure_that_ended_since_stays_until_somebody_changes_it(centre, lan):
    code = centre.a_dossier()
    ended = update(Procedure).where(Procedure.code == "GPLX-01").values(valid_to=date(2026, 1, 1))
    centre.database.write_now(lambda s: s.connection().execute(ended))
    before = centre.get(f"/dossiers/{code}").json()

    fields = as_shown(page_of(lan, code))
    assert fields["procedure"].startswith("GPLX-01 · ")
    lan.sends(
        f"/desk/dossiers/{code}/correct", fields | {"applicant.name": "Bà Hoà", "reason": "x"}
    )

    after = centre.get(f"/dossiers/{code}").json()
    assert (after["applicant"]["name"], after["procedure"]) == ("Bà Hoà", before["procedure"])
    assert (after["authority"], after["due_on"]) == (before["authority"], before["due_on"])


def test_a_version_that_is_none_is_stale(centre, lan):
    code = centre.a_dossier()
    fields = as_shown(page_of(lan, code)) | {"applicant.name": "Bà Hoà", "reason": "x"}

    answer = lan.sends(f"/desk/dossiers/{code}/correct", fields | {"version": "9" * 4000})

    assert answer.status_code == 412
