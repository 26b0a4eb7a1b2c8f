"""Lists in, labels out, one journey in the terminal."""

import json

import pytest

from postal_tracker.storage.tables import Procedure

HEADER = "Thủ tục,Họ tên,Điện thoại,Điểm tiếp nhận\n"
GOOD = "GPLX-01,Bà Hoa,0912345678,H49.12\n"
BAD = "GPLX-99,Ông Tám,12,H49.12\n"


@pytest.fixture
def a_list(tmp_path):
    def written(*rows):
        file = tmp_path / "list.csv"
        file.write_text(HEADER + "".join(rows), encoding="utf-8")
        return str(file)

    return written


def test_a_good_list_is_registered_row_by_row(run, furnished, a_list):
    told = run("import", "dossiers", a_list(GOOD, "DD-01,Ông Ba,0912345679,H49.12\n"))

    assert told.exit_code == 0, told.stderr
    rows = [line.split("\t") for line in told.stdout.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [("2", "registered"), ("3", "registered")]
    assert furnished.stage(rows[0][2]) == "with_office"
    assert "2 dòng đúng, 0 dòng bị từ chối" in told.stderr


def test_one_bad_row_refuses_the_list_and_is_named(run, furnished, a_list):
    told = run("import", "dossiers", a_list(GOOD, BAD))

    assert told.exit_code == 1
    assert told.stdout.splitlines()[0] == "2\tgood"
    assert "3\trefused" in told.stdout
    assert "Điện thoại" in told.stdout
    assert "chưa lưu gì" in told.stderr
    assert furnished.get("/dossiers").json()["items"] == []


def test_good_rows_can_be_kept_without_the_bad(run, furnished, a_list):
    told = run("import", "dossiers", a_list(GOOD, BAD), "--keep-good", "--json")

    assert told.exit_code == 1, "not all was done"
    report = json.loads(told.stdout)
    assert (report["good"], report["refused"], report["kept"]) == (1, 1, True)
    assert len(furnished.get("/dossiers").json()["items"]) == 1


TWO = "DD-01,Ông Ba,0912345679,H49.12\n"


def test_a_list_that_comes_again_is_refused_until_somebody_says_what_it_is(run, furnished, a_list):
    run("import", "dossiers", a_list(GOOD))
    first = furnished.get("/dossiers").json()["items"][0]["code"]

    told = run("import", "dossiers", a_list(GOOD, TWO))

    assert told.exit_code == 1
    assert told.stdout.startswith(f"2\trefused\t\tMã hồ sơ: Có thể trùng với {first}: ")
    assert "--doubles keep" in told.stdout
    assert "3\tgood" in told.stdout
    assert len(furnished.get("/dossiers").json()["items"]) == 1


@pytest.mark.parametrize(("answer", "there"), [("keep", 3), ("skip", 2)])
def test_rows_of_a_list_that_came_again_are_kept_or_skipped(run, furnished, a_list, answer, there):
    run("import", "dossiers", a_list(GOOD))

    told = run("import", "dossiers", a_list(GOOD, TWO), "--doubles", answer)

    assert told.exit_code == 0, told.stderr
    assert ("2\tskipped\tH49.12-" in told.stdout) is (answer == "skip")
    assert ("1 dòng bỏ qua" in told.stderr) is (answer == "skip")
    items = furnished.get("/dossiers").json()["items"]
    assert [len(items), *{flag for each in items for flag in each["flags"]}] == [there]


def test_what_becomes_of_doubles_is_one_of_two_things(run, furnished, a_list):
    assert run("import", "dossiers", a_list(GOOD), "--doubles", "maybe").exit_code == 2


def test_an_office_may_be_named_for_the_whole_list(run, furnished, tmp_path):
    (tmp_path / "list.csv").write_text("Thủ tục,Họ tên\nGPLX-01,Bà Hoa\n", encoding="utf-8")

    assert run("import", "dossiers", "list.csv").exit_code == 1
    assert run("import", "dossiers", "list.csv", "--office", "H49.12").exit_code == 0


def test_procedures_and_offices_come_by_list(run, catalogue, tmp_path):
    (tmp_path / "new.csv").write_text(
        "Mã thủ tục,Tên thủ tục,Cơ quan giải quyết,Số ngày làm việc\n"
        "MOI-01,Thủ tục mới,CA-CSGT,3\n",
        encoding="utf-8",
    )
    (tmp_path / "offices.csv").write_text("Mã,Tên\nH49.99,Điểm mới\n", encoding="utf-8")

    assert "added\tMOI-01" in run("import", "procedures", "new.csv").stdout
    assert "unchanged\tMOI-01" in run("import", "procedures", "new.csv").stdout
    assert "added\tH49.99" in run("import", "offices", "offices.csv").stdout


def test_a_file_that_is_no_list_is_refused(run, furnished, tmp_path):
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")

    assert run("import", "dossiers", "list.pdf").exit_code == 1
    assert run("import", "dossiers", "none.csv").exit_code == 2


# Labels


def test_labels_are_drawn_and_noted(run, furnished, tmp_path):
    number = furnished.a_parcel()

    told = run("labels", number, "--media", "a6", "--format", "pdf", "-o", "labels.pdf")
    assert told.exit_code == 0, told.stderr
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")


def test_labels_that_cannot_be_kept_are_not_noted(run, furnished, tmp_path):
    furnished.a_parcel()
    day = ("labels", "--day", "2026-11-23", "-o")

    refused = run(*day, "no/such/folder/l.pdf")
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr
    assert run(*day, "l.pdf").exit_code == 0
    once_more = run(*day, "l.pdf")
    assert once_more.exit_code == 1
    assert "1 printed before" in once_more.stderr


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (("--media", "x" * 150), "media: Longer than 100 characters."),
        (("--format", "x" * 150), "format: Longer than 100 characters."),
        (("--media", "papyrus"), "no such medium"),
        (tuple(f"EB{n:08}5VN" for n in range(500)), "parcels: More than 500."),
    ],
)
def test_what_labels_cannot_be_is_said_in_words(run, furnished, told, word):
    refused = run("labels", furnished.a_parcel(), *told, "-o", "l.pdf")

    assert refused.exit_code == 1
    assert word in refused.stderr


def test_a_receipts_link_is_not_signed_with_nothing(run, furnished, monkeypatch):
    code = furnished.a_dossier()

    assert run("labels", code, "-o", "l.pdf").exit_code == 2
    monkeypatch.setenv("POSTAL_SECRET_KEY", "x" * 40)
    assert run("labels", code, "-o", "l.pdf").exit_code == 0


@pytest.mark.parametrize("wanted", ["hello", "EB000000001VN"])
def test_labels_of_what_is_not_there_are_refused(run, furnished, wanted):
    assert run("labels", wanted, "-o", "l.pdf").exit_code == 1


# One journey


def test_a_dossiers_journey_is_told_without_naming_anybody(run, furnished):
    code = furnished.a_dossier(name="Bà Hoa", note="nhà có chó dữ")
    furnished.a_parcel(code)

    told = run("track", code.lower())
    assert told.exit_code == 0
    assert "Đã niêm phong" in told.stdout
    both = told.stdout + run("track", code, "--json").stdout
    assert not [word for word in ("Hoa", "chó", "912345678") if word in both]
    assert "Sealed" in run("track", code, "--lang", "en").stdout


def test_a_parcels_journey_is_told(run, furnished):
    code = furnished.a_dossier()
    number = furnished.a_parcel(code)
    furnished.tell(furnished.an_event(number, "accepted", place="Bưu cục Uông Bí"))

    told = run("track", number)
    assert "Bưu cục Uông Bí" in told.stdout
    assert code in told.stdout
    assert json.loads(run("track", number, "--json").stdout)["milestone"] == "accepted"


def test_an_unknown_code_leads_nowhere(run, furnished):
    assert run("track", "H49.12-261123-0099").exit_code == 1
    assert run("track", "Ω").exit_code == 1
    assert furnished.database.read_now(lambda s: s.get(Procedure, 1)), "nothing was harmed"
