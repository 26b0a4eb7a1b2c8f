"""A survey on paper: sheets are printed, entered by the keyboard alone, and come to an index."""

import io
import re

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from tests.web.conftest import Visitor, employ

SURVEYS = "/desk/surveys"
FACTORS = range(1, 6)


@pytest.fixture
def any_lan(any_centre):
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    assert lan.signs_in("lan").status_code == 303
    return lan


def begun(lan, **told):
    form = re.search(r'name="form_id" value="(\w+)"', lan.opens(SURVEYS).text)[1]
    return lan.sends(SURVEYS, {"population": "100", "form_id": form, **told})


def enter(lan, number, digits):
    ticked = {f"f{n}": digits * 4 for n in FACTORS}
    return lan.sends(f"{SURVEYS}/KS-2026-01/entry", {"sheet": number, **ticked})


def test_from_thirty_answers_on_it_comes_to_an_index(any_centre, any_lan):
    assert begun(any_lan).headers["location"] == f"{SURVEYS}/KS-2026-01"
    for n in range(1, 30):
        enter(any_lan, str(n), "4" if n <= 15 else "3")
    address = "/reports/surveys/KS-2026-01"
    few = any_centre.get(address, role="manager").json()["items"]
    assert [few[0][name] for name in ("answers", "satisfied_percent")] == [29, None]

    enter(any_lan, "KS-2026-01-0030", "0")
    assert any_centre.get(address).json()["items"][0]["answers"] == 29
    page = enter(any_lan, "KS-2026-01-0030", "5").text  # entered again, the last time counts
    assert "Đã lưu phiếu số 30. Đã nhập 30 trong 80 phiếu." in page
    rows = any_centre.get(address).json()["items"]
    assert (rows[0]["answers"], rows[0]["satisfied"], rows[0]["satisfied_percent"]) == (
        30,
        16,
        53.3,
    )
    assert [row["satisfied_percent"] for row in rows if not row["question"]] == [53.3] * 6
    assert "53,3" in any_lan.opens(f"{SURVEYS}/KS-2026-01").text
    assert any_centre.get(f"{address}?format=csv").status_code == 200
    assert any_centre.get("/reports/surveys/KS-2026-09").status_code == 404


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"sheet": ""}, "sheet"),
        ({"sheet": "0"}, "sheet"),
        ({"sheet": "81"}, "sheet"),
        ({"sheet": "KS-2026-02-0001"}, "sheet"),
        ({"f3": "555"}, "f3"),
        ({"f3": "5556"}, "f3"),
    ],
)
def test_what_cannot_be_on_a_sheet_is_refused_beside_its_field(lan, told, field):
    begun(lan)
    whole = {"sheet": "1", **{f"f{n}": "4 4 3 0" for n in FACTORS}}

    refused = lan.sends(f"{SURVEYS}/KS-2026-01/entry", whole | told)
    assert refused.status_code == 422
    assert f'id="f-{field}-fault"' in refused.text
    assert lan.sends(f"{SURVEYS}/KS-2026-01/entry", whole).status_code == 200


def test_each_sheet_is_a_page_with_its_own_code_and_nobodys_name(lan):
    begun(lan, sheets="3")
    printed = lan.opens(f"{SURVEYS}/KS-2026-01/sheets.pdf?first=2")

    assert len(pikepdf.open(io.BytesIO(printed.content)).pages) == 2
    pages = pypdfium2.PdfDocument(printed.content)
    images = [page.render(scale=4).to_pil() for page in pages]
    codes = [[code.text for code in zxingcpp.read_barcodes(one)] for one in images]
    assert codes == [["KS-2026-01-0002"], ["KS-2026-01-0003"]]
    text = pages[0].get_textpage().get_text_bounded()
    assert "PHIẾU KHẢO SÁT SỰ HÀI LÒNG" in text


@pytest.mark.parametrize("told", [{"population": ""}, {"population": "0"}, {"sheets": "2001"}])
def test_a_round_without_people_or_with_too_many_sheets_is_none(lan, told):
    assert begun(lan, **told).status_code == 422
