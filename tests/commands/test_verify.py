"""`verify` sees damage, of the record and of what guards it, and says it in sentences."""

import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from postal_tracker.core.codes import make_s10
from postal_tracker.storage.tables import NumberRange


@pytest.fixture
def story(furnished):
    for _ in range(2):
        number = furnished.a_parcel(furnished.a_dossier())
        scan = {"id": number, "tracking_number": number, "status": "accepted"}
        at = furnished.clock().isoformat()
        furnished.hook(json.dumps({"scans": [scan | {"at": at}]}).encode())
    furnished.house.sequencer("one").append_now()
    return furnished


def failing(run):
    told = run("verify", "--json")
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return {c["name"]: c["detail"] for c in json.loads(told.stdout)["checks"] if not c["ok"]}


def harm(centre, *statements):
    with centre.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


UNGUARDED = [
    *(f"DROP TRIGGER {table}_refuses_{act}" for table in ("ledger_entry",) for act in ("update",))
]


@pytest.mark.parametrize(
    ("statements", "check", "said"),
    [
        (["DROP INDEX ix_parcel_due"], "schema", "index ix_parcel_due is missing"),
        (["DROP INDEX uq_ledger_entry_scan"], "schema", "uq_ledger_entry_scan is missing"),
        (["ALTER TABLE parcel ADD COLUMN extra TEXT"], "schema", "table parcel is not as it was"),
        (["ALTER TABLE echo RENAME COLUMN heard_at TO at"], "schema", "table echo is not"),
        (["DROP TABLE echo"], "schema", "table echo is missing"),
        (["CREATE INDEX more ON parcel (place)"], "schema", "index more does not belong"),
        (
            ["DROP INDEX ix_parcel_due", "CREATE INDEX ix_parcel_due ON parcel (carrier)"],
            "schema",
            "index ix_parcel_due is not as it was made",
        ),
        (["DROP TRIGGER log_leaf_refuses_delete"], "ledger guard", "log_leaf_refuses_delete is"),
        (
            [
                "DROP TRIGGER ledger_entry_refuses_update",
                "CREATE TRIGGER ledger_entry_refuses_update BEFORE UPDATE ON ledger_entry "
                "BEGIN SELECT 1; END",
            ],
            "ledger guard",
            "ledger_entry_refuses_update is not as it was made",
        ),
        (
            ["CREATE TRIGGER t AFTER INSERT ON parcel BEGIN SELECT 1; END"],
            "ledger guard",
            "t does not belong here",
        ),
        (
            ["UPDATE carrier_message SET body = body || 'x' WHERE id = 1"],
            "messages",
            "message 1 has another body than came",
        ),
        (
            ["DROP TRIGGER log_node_refuses_update", "UPDATE log_head SET size = size + 1"],
            "log",
            "the log says that it has",
        ),
    ],
)  # fmt: skip
def test_damage_is_found_and_named(run, story, statements, check, said):
    harm(story, *statements)
    assert said in failing(run)[check]


def test_what_is_well_is_well(run, story):
    assert failing(run) == {}


def test_postgresql_is_examined_too(run, any_centre, database_url, monkeypatch):
    monkeypatch.setenv("POSTAL_DATABASE_URL", database_url)
    any_centre.settings.log_key_file = Path("log-key")
    any_centre.a_parcel(any_centre.a_dossier())
    any_centre.house.sequencer("one").append_now()
    assert failing(run) == {}
    is_sqlite = any_centre.database.is_sqlite
    off = (
        "DROP TRIGGER log_leaf_refuses_update"
        if is_sqlite
        else "ALTER TABLE log_leaf DISABLE TRIGGER log_leaf_refuses_change"
    )
    harm(any_centre, off, "DROP INDEX ix_parcel_due", "UPDATE log_leaf SET hash = 'ab'")
    assert failing(run).keys() == {"schema", "ledger guard", "log"}


def test_an_entry_that_was_changed_is_named_and_nothing_is_mended_after_it(run, story):
    harm(story, *UNGUARDED, "UPDATE ledger_entry SET what = 'cancelled' WHERE id = 1")
    assert "(entry 1) says otherwise" in failing(run)["log"]

    told = run("replay", "--mend")
    assert told.exit_code == 1
    assert "Nothing was mended" in told.stderr
    assert "replay" in failing(run)


def test_copies_are_mended_as_long_as_the_log_fits(run, story):
    harm(story, "UPDATE dossier SET place = 'nowhere'")
    assert run("replay", "--mend").exit_code == 0
    assert failing(run) == {}


def test_numbers_that_were_passed_over_are_found(run, furnished):
    allotted = NumberRange(
        carrier="vnpost", indicator="EZ", first_serial=1, last_serial=99, next_serial=1
    )
    furnished.database.write_now(lambda s: s.add(allotted))
    furnished.a_parcel(furnished.a_dossier(), carrier="vnpost")
    assert "numbers" not in failing(run)
    harm(furnished, "UPDATE number_range SET next_serial = next_serial + 7")
    assert "7 stand on no parcel" in failing(run)["numbers"]
    assert make_s10("EZ", 1, "VN")[:4] in failing(run)["numbers"]


def flip(file: Path, chance: random.Random):
    content = bytearray(file.read_bytes())
    at = chance.randrange(len(content))
    content[at] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    return at


def flips(run, centre, sqlite_url, many):
    """Flip a bit of the file so many times; return how many `verify` saw."""
    with sqlite3.connect(make_url(sqlite_url).database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    centre.database.close()
    file, chance, seen = Path(make_url(sqlite_url).database), random.Random(12), 0
    kept = shutil.copy(file, file.with_name("kept.db"))
    for _ in range(many):
        shutil.copy(kept, file)
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        at = flip(file, chance)
        told = run("verify", "--json")
        assert told.exception is None or isinstance(told.exception, SystemExit), (at, told)
        assert told.exit_code in (0, 1), (at, told.stderr)
        assert "Traceback" not in told.stderr
        seen += told.exit_code
    return seen


def test_a_few_flipped_bits_are_told_in_sentences(run, story, sqlite_url):
    flips(run, story, sqlite_url, 3)


@pytest.mark.slow
def test_a_hundred_flipped_bits_are_told_in_sentences(run, story, sqlite_url):
    assert flips(run, story, sqlite_url, 100) > 0
