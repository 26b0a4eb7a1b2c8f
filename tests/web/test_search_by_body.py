"""A program looks for people without putting their names into an address."""

import pytest

from tests.asserting import assert_problem

QUESTIONS = [
    {"q": "nguyen thi hong"},
    {"q": "0912345678"},
    {"q": "5678", "limit": 1},
    {"stage": "with_office"},
    {"stage": "with_office", "overdue": True},
    {"holder": "post"},
    {"authority": "PC08", "office": "H49.12"},
    {"q": "nobody at all"},
]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_it_finds_what_the_list_finds(any_centre, asked):
    any_centre.a_dossier(name="Nguyễn Thị Hồng")
    any_centre.a_dossier(name="Trần Văn Bình")
    any_centre.a_parcel(any_centre.a_dossier(name="Lê Hồng"))
    found = any_centre.post("/dossiers/search", asked)

    assert found.status_code == 200
    assert found.json() == any_centre.get("/dossiers", params=asked).json()


def test_page_after_page_finds_all(centre):
    codes = [centre.a_dossier(name="Nguyễn Thị Hồng") for _ in range(3)]
    found, cursor = [], None
    while len(found) < 3:
        page = centre.post("/dossiers/search", {"q": "hong", "limit": 1, "cursor": cursor}).json()
        found += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"] and int(page["next_cursor"])

    assert sorted(found) == sorted(codes)
    assert cursor is None


def test_who_looked_is_written_down_and_for_whom_not(centre, caplog):
    code = centre.a_dossier(name="Nguyễn Thị Hồng")
    centre.post("/dossiers/search", {"q": "Nguyễn Thị Hồng"})
    read = centre.get(f"/audit?dossier={code}", role="admin").json()["items"]

    assert any(entry["detail"] == "list by q" for entry in read)
    assert "Hồng" not in caplog.text
    assert "Hồng" not in str(read)


def test_nonsense_is_refused(centre):
    for asked in ({"q": "x" * 201}, {"limit": 0}, {"limit": 201}, {"cursor": -1}, {"name": "An"}):
        assert_problem(centre.post("/dossiers/search", asked), 422, "invalid-form")
