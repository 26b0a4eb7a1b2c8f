"""Searching: what a citizen at the desk says leads to the dossier, however large the record is."""

import pytest
from sqlalchemy import text

from postal_tracker import ledger
from postal_tracker.access import EVERYTHING
from postal_tracker.core.codes import make_s10
from postal_tracker.storage import migrations
from postal_tracker.views import search
from tests.plans import hearing, read_through

NAME, PHONE = "Nguyễn Thị Đoàn Hoà-Bình", "0912345678"
NUMBER = make_s10("EB", 10_000_000, "VN")
"""The first that the centre gives out."""

FINDS = (
    *("nguyễn", "NGUYEN", "nguye", "thi", "Đoàn", "doan", "hoà", "Hòa", "hoa-binh", "binh", "b"),
    *("nguyễn thị", "thi doan h", "nguyen hoa", "binh nguyen", "Thị, Đoàn", "Nguye\u0302\u0303n"),
    *("5678", "345678", "0912345678", "912 345 678", "+84912345678", "0912.345.678"),
    *("H49.12", "h49.12-2611", "H49.12-261123-0001", "-0001", "0001", "1123-0001", "h49.12 -2611"),
    *(NUMBER, f"{NUMBER[:2].lower()} {NUMBER[2:-2]} vn"),
)
FINDS_NOT = (
    *("guyen", "nguyenthi", "hoang", "thi doan x", "doan thi hoai", "lê", "vu", "nguyen nguyet"),
    *(
        "678 9",
        "0000",
        "1234",
        "912345679",
        "H49.13",
        "-0002",
        "49.12",
        "EB10000000",
        "<1",
        "!",
        "%",
    ),
)


def found(centre, q, **rest):
    answer = centre.get("/dossiers", params={"q": q, **rest})
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


@pytest.fixture
def known(any_centre):
    """A centre that knows Ms Bình, whose dossier is on its way."""
    any_centre.a_parcel(any_centre.a_dossier(name=NAME, phone=PHONE))
    return any_centre


def test_a_dossier_is_found_by_whatever_its_applicant_says(known):
    assert [q for q in FINDS if not found(known, q)] == []


def test_what_fits_none_finds_none(known):
    assert [q for q in FINDS_NOT if found(known, q)] == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Lê Vũ", ("lê", "le", "vũ", "vu", "le v")),
        ("H’Ƀlăm Niê", ("h'blam", "hblam", "Blăm", "h blam", "niê h'bl")),
        ("Ðặng Văn Ký", ("đặng", "dang", "Ðặng ky")),
        ("Công ty TNHH A&B (Quảng Ninh)", ("a&b", "tnhh quang ninh", "ninh")),
        ("x" * 200, ("x" * 200, "xx")),
        (" ".join("abcdefghijklmnop"), ("a b c d e f g h i j k l m n o p", "p a")),
    ],
)
def test_names_of_all_kinds_are_found_by_their_words(any_centre, name, asked):
    code = any_centre.a_dossier(name=name)
    any_centre.a_dossier(name="Quách Sơn")

    assert [found(any_centre, q) for q in asked] == [[code]] * len(asked)


def test_the_newest_come_first_and_pages_follow_each_other(any_centre):
    codes = [any_centre.a_dossier(name=f"Nguyễn Văn {n}", phone="") for n in range(7)]
    whole = found(any_centre, "nguyễn văn")
    seen, wanted = [], {"q": "van", "limit": 3}
    for _ in range(3):
        page = any_centre.get("/dossiers", params=wanted).json()
        seen += [item["code"] for item in page["items"]]
        wanted["cursor"] = page["next_cursor"]

    assert whole == seen == codes[::-1]
    assert wanted["cursor"] is None


def test_a_search_is_narrowed_by_what_else_is_asked(any_centre):
    code = any_centre.a_dossier(name="Bà Hoa", procedure="DD-01")
    any_centre.a_dossier(name="Bà Hoa")

    assert found(any_centre, "hoa", authority="VPDK") == [code]


# Of too many, people are told


@pytest.mark.parametrize("asked", ["nguyen", "nguyen van", "ng", "H49", "5678"])
def test_of_too_many_the_list_says_that_it_is_cut(any_centre, monkeypatch, asked):
    monkeypatch.setattr(search, "MOST_FOUND", 3)
    for _ in range(3):
        any_centre.a_dossier(name="Nguyễn Văn An")
    assert any_centre.get("/dossiers", params={"q": asked}).json()["is_cut"] is False
    any_centre.a_dossier(name="Nguyễn Văn An")
    page = any_centre.get("/dossiers", params={"q": asked}).json()

    assert (page["is_cut"], len(page["items"])) == (True, 3)


def test_of_a_common_word_the_newest_bearers_are_found(any_centre, monkeypatch):
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    codes = [any_centre.a_dossier(name="Nguyễn Văn An") for _ in range(4)]

    assert found(any_centre, "nguyen") == found(any_centre, "van nguyen") == codes[:1:-1]


def test_a_rare_word_leads_to_its_oldest_bearer_past_all_the_common_ones(any_centre, monkeypatch):
    monkeypatch.setattr(search, "_MOST_LOOKED_AT", 2)
    rare = any_centre.a_dossier(name="Nguyễn Thị Xuyến")
    for _ in range(4):
        any_centre.a_dossier(name="Nguyễn Thị An")

    assert found(any_centre, "nguyen thi xuyen") == found(any_centre, "xuyen nguyen") == [rare]


# Kept with the names, in the same transaction


def test_a_corrected_name_and_telephone_are_found_and_the_old_ones_are_not(known):
    (code,) = found(known, "binh")
    body = {"reason": "gõ nhầm", "applicant": {"name": "Lê Hoa", "phone": "0987654321"}}
    path = f"/api/v1/dossiers/{code}"
    answer = known.call("PATCH", path, json=body, headers={"If-Match": "*"})

    assert answer.status_code == 200, answer.text
    assert found(known, "le") == found(known, "4321") == found(known, "0001") == [code]
    assert found(known, "binh") == found(known, "5678") == []
    assert known.differences() == []


def erase(session):
    """Empty an applicant's row, as an erasure does."""
    session.connection().execute(text("UPDATE applicant SET name = '', phone = ''"))
    ledger.search_terms.refresh(session.connection(), [1])


def test_who_was_erased_is_found_by_the_code_alone(known):
    known.database.write_now(erase)
    terms = known.database.read_now(
        lambda s: s.connection().execute(text("SELECT term FROM search_term")).scalars().all()
    )

    assert terms == ["<" + "H49.12-261123-0001"[::-1]]
    assert found(known, "binh") == found(known, "5678") == []
    assert found(known, "-0001")


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM search_term WHERE term = 'binh'",
        "INSERT INTO search_term (term, dossier_id) VALUES ('la', 1)",
        "UPDATE applicant SET name = '', phone = ''",
    ],
    ids=["lost", "strange", "left over after an erasure"],
)
def test_terms_that_are_not_right_are_told_and_mended(known, harm):
    known.database.write_now(lambda s: s.connection().execute(text(harm)))
    assert known.differences() == ["dossier 1"]
    known.mend()

    assert known.differences() == []
    assert found(known, "la") == []


def test_what_was_registered_before_is_found_after_the_upgrade(known):
    engine = known.database.engine
    migrations.downgrade(engine, "0012")
    migrations.upgrade(engine)

    assert known.differences() == []
    assert [q for q in FINDS if not found(known, q)] == []


def test_no_search_reads_a_table_through(known):
    engine = known.database.engine
    with hearing(engine) as asked:
        for q in FINDS:
            known.database.read_now(lambda s, q=q: search.find(s, q, scope=EVERYTHING))

    assert len(asked) > 4 * len(FINDS)
    assert {str(read_through(engine, one)) for one in asked} == {"[]"}
