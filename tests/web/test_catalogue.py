"""The catalogue at its doors: lists for programs, a page for people, and counted in a sentence."""

import pytest
from sqlmodel import select

from postal_tracker.access import Role
from postal_tracker.storage.tables import Authority, Office, Procedure


@pytest.fixture
def furnished(any_centre):
    """A centre whose catalogue has branches, fields, online services and merged wards."""

    def command(session):
        one = {a.code: a for a in session.exec(select(Authority))}
        one["PC08"].group, one["VPDK"].group = "police", "department"
        for code, group in (("THUE", "tax"), ("TTR", "inspectorate_reception")):
            session.add(Authority(code=code, name_vi=f"Cơ quan {code}", group=group))
        session.flush()
        more = {a.code: a.id for a in session.exec(select(Authority))}
        session.add_all(
            Procedure(code=code, name_vi=name, authority_id=more[whose], limit_number=3, **rest)
            for code, name, whose, rest in (
                ("1.000001", "Đăng ký thuế", "THUE", {"field": "Thuế", "online": "full"}),
                ("TTR-1", "Giải quyết tố cáo", "TTR", {}),
                ("DD-02", "Tách thửa", "VPDK", {"online": "partial", "level": "commune"}),
                ("DD-03", "Hợp thửa", "VPDK", {"online": "information"}),
            )
        )
        ward = {"parent_code": "H49.12", "successors": "H49.12.01"}
        for n, modern in ((8, True), (9, False)):
            session.add(Office(code=f"H49.12.0{n}", name_vi=f"Phường {n}", modern=modern, **ward))

    any_centre.database.write_now(command)
    return any_centre


def codes(answer):
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


@pytest.mark.parametrize("role", list(Role))
def test_any_key_reads_the_catalogue(centre, role):
    for path in ("/offices", "/authorities", "/procedures"):
        assert codes(centre.get(path, role=role.value))


def test_procedures_are_found_with_or_without_marks_by_branch_and_field(furnished):
    assert codes(furnished.get("/procedures?q=dang ky thue")) == ["1.000001"]
    assert codes(furnished.get("/procedures?q=THỬA")) == ["DD-02", "DD-03"]
    assert codes(furnished.get("/procedures?group=police")) == ["GPLX-01"]
    assert codes(furnished.get("/procedures?field=Thuế")) == ["1.000001"]
    assert codes(furnished.get("/procedures?q=không có")) == []


def test_a_procedure_says_how_it_may_be_lodged(furnished):
    [told] = furnished.get("/procedures?q=1.000001").json()["items"]

    assert told["national_code"] == "1.000001"
    assert told["lodging"] == ["direct", "online", "postal"]
    assert (told["limit"], told["group"]) == ("3 ngày làm việc", "tax")


def test_lists_come_a_page_at_a_time(furnished):
    seen, cursor = [], ""
    while cursor is not None:
        page = furnished.get(f"/procedures?limit=2{cursor and f'&cursor={cursor}'}").json()
        assert len(page["items"]) <= 2
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == codes(furnished.get("/procedures"))
    assert len(seen) == 6


def test_an_office_says_from_whom_it_took_over(furnished):
    offices = {one["code"]: one for one in furnished.get("/offices").json()["items"]}

    assert offices["H49.12.01"]["predecessors"] == ["H49.12.08", "H49.12.09"]
    assert offices["H49.12.08"]["successors"] == ["H49.12.01"]


@pytest.mark.parametrize(
    "asked", ["limit=0", "cursor=-1", "cursor=x", "group=kings", "q=" + "x" * 201]
)
def test_what_cannot_be_asked_is_refused(centre, asked):
    assert centre.get(f"/procedures?{asked}").status_code in (400, 422)


SENTENCE = (
    "5 thủ tục: 3 của địa phương và 2 của ngành dọc (thuế 1, bảo hiểm xã hội 0, công an 1); 1 thủ "
    "tục khác ở tiếp công dân và thanh tra; trực tuyến 1/3 (1 của cấp xã). Một cửa hiện đại ở 1/2 "
    "phường, xã trước khi sắp xếp."
)


def test_the_report_counts_by_branch_and_says_the_whole_in_a_sentence(furnished):
    *rows, total = furnished.get("/reports/catalogue").json()["items"]

    counts = {row["key"]: (row["procedures"], row["online"]) for row in rows}
    assert counts == {
        "department": (3, 1),
        "tax": (1, 1),
        "police": (1, 0),
        "inspectorate_reception": (1, 0),
    }
    assert (total["procedures"], total["name"]) == (6, SENTENCE)
    assert furnished.get("/reports/catalogue?format=xlsx").status_code == 200


def test_people_search_the_catalogue_on_a_page(lan, centre):
    page = lan.opens("/desk/catalogue?q=dat dai")

    assert page.status_code == 200
    assert "Đăng ký biến động đất đai" in page.text
    assert "Đổi giấy phép lái xe ô tô" not in page.text
