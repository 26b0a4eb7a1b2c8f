"""The log on the command line: kept elsewhere, checked by strangers, co-signed by others."""

import random
import shutil
import subprocess
import sys

import httpx
import pytest

from postal_tracker.commands import log
from postal_tracker.core import checkpoints
from postal_tracker.ledger.log import keys
from postal_tracker.storage import migrations
from tests.ledger.log import tampering
from tests.ledger.log.tampering import Tamperer
from tests.web.serving import serving


@pytest.fixture
def story(furnished):
    furnished.a_parcel(furnished.a_dossier())
    return furnished


def verified(tmp_path, *arguments):
    command = [sys.executable, "-I", str(tmp_path / "verify_log.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_what_is_exported_is_checked_by_the_script_that_is_printed(run, story, tmp_path):
    assert run("log", "checkpoint", "-o", "old.txt").exit_code == 0
    story.a_dossier()
    assert run("log", "export", "-o", "log.jsonl").exit_code == 0
    assert run("log", "verifier", "-o", "verify_log.py").exit_code == 0

    told = verified(tmp_path, tmp_path / "log.jsonl", "--checkpoint", tmp_path / "old.txt")
    assert (told.returncode, told.stderr) == (0, "")
    key = run("log", "key").stdout.strip()
    assert checkpoints.verify((tmp_path / "old.txt").read_text(encoding="utf-8"), key).size == 3
    assert "All 5 leaves fit" in told.stdout


def test_the_key_stands_beside_the_record_and_only_its_owner_reads_it(run, story, tmp_path):
    run("log", "checkpoint")
    key = keys.load_or_make(story.house.log_key_file)
    assert story.house.log_key_file == tmp_path / "postal.db.log-key"
    assert run("log", "key").stdout.strip() == keys.verifier_key_of(key)


def test_an_empty_log_has_no_checkpoint(run, furnished):
    told = run("log", "checkpoint")
    assert told.exit_code == 1
    assert "no checkpoint yet" in told.stderr


def test_a_file_that_cannot_be_written_is_named(run, story):
    for what in ("export", "checkpoint", "verifier"):
        told = run("log", what, "-o", "no/such/folder/file")
        assert told.exit_code == 1
        assert "cannot be written" in told.stderr


NAME = "witness/H49.12"


def witnessed(run, address, *more):
    return run("log", "witness", address, "--name", NAME, "-o", "signed.txt", *more)


def logged(centre):
    centre.house.sequencer("one").append_now()


def test_another_office_signs_as_long_as_the_log_only_grows(run, story, tmp_path):
    logged(story)
    with serving(story) as address:
        for _ in range(3):
            told = witnessed(run, address)
            assert told.exit_code == 0, told.stderr
            note = (tmp_path / "signed.txt").read_text(encoding="utf-8")
            public = checkpoints.public_bytes(keys.load_or_make(tmp_path / "witness.key"))
            assert checkpoints.is_cosigned(note, NAME, public)
            story.a_dossier()
            logged(story)


def test_another_office_signs_no_log_that_was_written_anew(run, story, tmp_path):
    logged(story)
    with serving(story) as address:
        assert witnessed(run, address).exit_code == 0
        before = (tmp_path / "witness.checkpoint").read_bytes()
        with story.database.engine.begin() as connection:
            tamperer = Tamperer(connection, random.Random(1), story.house.log_key_file)
            tamperer.unguarded()
            tampering.write_history_anew(tamperer)
        told = witnessed(run, address)
        assert told.exit_code == 1
        assert "Nothing was signed" in told.stderr
        assert (tmp_path / "witness.checkpoint").read_bytes() == before


def test_after_a_lost_key_the_log_goes_on_and_strangers_are_told(run, story, tmp_path):
    run("log", "checkpoint", "-o", "old.txt")
    former = run("log", "key").stdout.strip()
    story.house.log_key_file.unlink()
    story.a_dossier()
    assert "another key" in run("log", "checkpoint").stderr  # a start made one of itself

    told = run("log", "new-key")
    assert told.exit_code == 0, told.stderr
    new = run("log", "key").stdout.strip()
    assert told.stdout.strip() == new != former
    run("log", "export", "-o", "log.jsonl")
    run("log", "verifier", "-o", "verify_log.py")
    old = ("--checkpoint", tmp_path / "old.txt")
    for key in (former, new):
        told = verified(tmp_path, tmp_path / "log.jsonl", *old, "--key", key)
        assert (told.returncode, told.stderr) == (0, "")
        assert "another key signs since" in told.stdout
    assert verified(tmp_path, tmp_path / "log.jsonl", *old, "--key", "x+y+z").returncode == 1
    assert run("verify").exit_code == 0


def test_a_key_in_others_hands_is_given_up_and_its_file_kept(run, story, tmp_path):
    run("log", "checkpoint")
    before = story.house.log_key_file.read_bytes()
    former = run("log", "key").stdout.strip()

    assert run("log", "new-key").stdout.strip() != former
    kept = next(tmp_path.glob("postal.db.log-key.until-*"))
    assert kept.read_bytes() == before
    story.a_dossier()
    assert run("log", "checkpoint").exit_code == 0


def test_a_log_that_has_no_key_yet_needs_no_other(run, furnished):
    told = run("log", "new-key")
    assert (told.exit_code, "no checkpoint yet" in told.stderr) == (1, True)


def test_a_witness_goes_on_with_a_new_key_once_he_is_told_of_it(run, story):
    logged(story)
    with serving(story) as address:
        assert witnessed(run, address).exit_code == 0
        new = run("log", "new-key").stdout.strip()
        assert witnessed(run, address).exit_code == 1
        assert witnessed(run, address, "--log-key", new).exit_code == 0
        assert witnessed(run, address).exit_code == 0


@pytest.mark.parametrize("state", ["rubbish", "{}", '{"key": "a", "checkpoint": "b"}'])
def test_a_witness_who_has_lost_his_memory_says_so(run, story, tmp_path, state):
    logged(story)
    (tmp_path / "witness.checkpoint").write_text(state)
    with serving(story) as address:
        told = witnessed(run, address)
    assert (told.exit_code, "Nothing was signed" in told.stderr) == (1, True)
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://[::1", "127.0.0.1", "http://a b", "", "ftp://x"]
)
def test_a_witness_says_so_if_nobody_is_there(run, tmp_path, address):
    told = witnessed(run, address)
    assert (told.exit_code, "Nothing was signed" in told.stderr) == (1, True)
    assert isinstance(told.exception, SystemExit)


@pytest.mark.parametrize("proof", ["5", "[]", '{"proof": 5}', '{"proof": [5]}', "[" * 99_999])
def test_a_witness_signs_for_nobody_who_answers_rubbish(run, story, monkeypatch, proof):
    logged(story)
    with serving(story) as address:
        assert witnessed(run, address).exit_code == 0
        story.a_dossier()
        logged(story)
        asked = log._asked
        rubbish = httpx.Response(200, text=proof, request=httpx.Request("GET", address))
        monkeypatch.setattr(
            log, "_asked", lambda c, path, **q: rubbish if q else asked(c, path, **q)
        )
        told = witnessed(run, address)
    assert (told.exit_code, "Nothing was signed" in told.stderr) == (1, True)
    assert isinstance(told.exception, SystemExit)


def test_a_copy_that_is_put_back_says_so_and_what_was_lost_by_it(run, story, tmp_path):
    logged(story)
    assert run("backup", "copy.db").exit_code == 0
    story.a_dossier()
    assert run("log", "checkpoint", "-o", "old.txt").exit_code == 0
    story.database.close()
    assert run("restore", "copy.db", "--yes").exit_code == 0
    run("log", "export", "-o", "log.jsonl")
    run("log", "verifier", "-o", "verify_log.py")

    told = verified(tmp_path, tmp_path / "log.jsonl", "--checkpoint", tmp_path / "old.txt")
    assert told.returncode == 1
    assert "put back to a copy of 3 leaves" in told.stdout
    assert "5 were known before" in told.stdout
    assert "the checkpoint that was kept elsewhere over 5 leaves does not fit" in told.stdout
    assert "one of 3 to 4" in told.stdout
    assert run("verify").exit_code == 0


def test_a_copy_of_before_there_was_a_log_is_put_back_all_the_same(run, story, tmp_path):
    story.database.close()
    engine = story.house.database.engine
    migrations.downgrade(engine, "0014")
    engine.dispose()
    assert run("backup", "copy.db").exit_code == 1  # it lacks migrations
    shutil.copy(tmp_path / "postal.db", tmp_path / "copy.db")
    told = run("restore", "copy.db", "--yes")
    assert (told.exit_code, "before there was a log" in told.stderr) == (0, True)
    assert run("migrate").exit_code == 0
    assert run("log", "checkpoint").exit_code == 0
    assert run("verify").exit_code == 0
