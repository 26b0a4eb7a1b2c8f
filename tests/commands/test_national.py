"""What the national portal is told, as files."""

import json

import pytest
from sqlmodel import select

from postal_tracker.storage.tables import AuditEntry
from postal_tracker.views.national import feeds


@pytest.fixture
def story(furnished):
    furnished.a_parcel(furnished.a_dossier())
    return furnished


def exported(run, tmp_path, what, since="", file="out.jsonl"):
    """Return the bodies in the file, and the cursor that was printed."""
    done = run("national", "export", f"--{what}", "--since", since, "-o", file)
    assert done.exit_code == 0, done.output
    lines = (tmp_path / file).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], done.stdout.strip()


def test_each_line_is_the_body_of_a_call_and_the_cursor_goes_on_behind(run, story, tmp_path):
    [body], cursor = exported(run, tmp_path, "dossiers")
    assert (body["service"], body["isUpdating"]) == ("DongBoHoSoMC", "False")
    assert [(i["MaHoSo"], i["ChuHoSo"]) for i in body["data"]] == [("H49.12-261123-0001", "Bà Hoa")]

    story.a_dossier(name="Ông Ba", phone="0987000111")
    story.post("/dossiers/H49.12-261123-0001/acts", {"act": "taken_out"})
    bodies, last = exported(run, tmp_path, "dossiers", cursor)
    assert [(b["isUpdating"], [i["MaHoSo"][-4:] for i in b["data"]]) for b in bodies] == [
        ("False", ["0002"]),
        ("True", ["0001"]),
    ]
    assert exported(run, tmp_path, "dossiers", last)[0] == []


def test_many_pages_become_one_file(run, story, tmp_path, monkeypatch):
    whole, end = exported(run, tmp_path, "progress")
    monkeypatch.setattr(feeds, "MOST_ITEMS", 1)
    bodies, last = exported(run, tmp_path, "progress")

    assert [i for b in bodies for i in b["data"]] == whole[0]["data"]
    assert len(bodies) == len(whole[0]["data"]) > 2
    assert {body["service"] for body in bodies} == {"CapNhatTienDoHoSoMC"}
    assert int(last.partition("-")[0]) >= int(end.partition("-")[0])


def test_whose_data_were_taken_away_is_in_the_audit_log(run, story, tmp_path):
    exported(run, tmp_path, "dossiers")

    wanted = select(AuditEntry).where(AuditEntry.detail == "national portal")
    [entry] = story.database.read_now(lambda s: s.exec(wanted).all())
    assert (entry.what, entry.who, entry.dossiers) == ("exported", "command", "1")


def test_a_file_that_cannot_be_written_and_a_strange_cursor_are_told(run, story, tmp_path):
    (tmp_path / "kept.jsonl").write_text("before", encoding="utf-8")
    for since, file in (("", "no/such/folder/file"), ("7-0123456789abcdef", "kept.jsonl")):
        done = run("national", "export", "--progress", "--since", since, "-o", file)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr
    assert (tmp_path / "kept.jsonl").read_text(encoding="utf-8") == "before"
    assert not list(tmp_path.glob("*.part"))
