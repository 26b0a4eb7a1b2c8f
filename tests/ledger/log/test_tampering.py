"""Whoever changes what was logged is found out, by an export and a script that is none of ours."""

import json
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.carriers import inbox
from postal_tracker.commands import verify_log
from postal_tracker.core import checkpoints
from postal_tracker.desks import acts
from postal_tracker.forms import ActForm
from postal_tracker.ledger.log import exporting, forget_salts, keys, leaves, succession
from postal_tracker.storage.tables import LogCheckpoint
from tests.ledger.log import tampering
from tests.ledger.log.checks import check, checked
from tests.ledger.log.tampering import Tamperer


def extend(centre, code):
    until = centre.clock() + timedelta(days=20)
    told = {"reason": "Phải xác minh", "signed_by": "Trưởng phòng Mẫu", "new_due_at": until}
    form = ActForm(act="extend", **told)
    centre.database.write_now(
        lambda s: acts.act(
            s, code, form, by=centre.lan, calendar=centre.house.calendar, now=centre.clock()
        )
    )


@pytest.fixture
def story(centre):
    """Some dozens of leaves of every kind, over two hours; and the checkpoint that was kept."""
    for round_ in range(3):
        codes = [centre.a_dossier() for _ in range(2)]
        extend(centre, codes[0])
        numbers = [centre.a_parcel(code) for code in codes]
        made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}).json()
        centre.clock.pass_(minutes=20)
        centre.post(f"/handovers/{made['number']}/sign", {"signed_by": f"Bưu tá {round_}"})
        for number in numbers:
            scan = {"id": f"{number}", "tracking_number": number, "status": "accepted"}
            at = centre.clock().isoformat()
            centre.hook(json.dumps({"scans": [scan | {"at": at}]}).encode())
        who_looked(centre, centre.clock())
        centre.clock.pass_(minutes=30)
        centre.house.sequencer("one").append_now()
    return centre


def who_looked(centre, at):
    """Write into the audit log; as `trail` does, a sum of refusals comes hours after its time."""
    notes = [
        Note(Audited.READ, at, who="staff:1", network="10.0.0.0", fields=["name"], door="GET /x"),
        Note(Audited.SIGNED_IN, at, who="staff:2"),
        Note(Audited.REFUSED, at - timedelta(hours=9), network="203.0.113.7", many=7),
        Note(Audited.EXPORTED, at, who="staff:3", detail="register"),
    ]
    centre.database.write_now(lambda s: audit.record(s, notes))


def kept(centre):
    query = select(LogCheckpoint).order_by(LogCheckpoint.size.desc())
    return centre.database.read_now(lambda s: s.exec(query).first()).note


def exported(centre, file: Path):
    lines = centre.database.read_now(lambda s: list(exporting.lines(s.connection())))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def outside(tmp_path, *arguments):
    """Run the verifier as a stranger does: a file of its own, and nothing of ours to be found."""
    script = tmp_path / "verify_log.py"
    script.write_bytes(Path(verify_log.__file__).read_bytes())
    command = [sys.executable, "-I", script.name, *map(str, arguments)]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )


def test_what_nobody_touched_fits(story):
    for opened in (True, False):
        found = checked(story, kept(story), opened=opened)
        assert (found.findings, found.notes) == ([], [])
    assert found.tree.size > 30


def test_a_column_that_came_later_changes_no_leaf_that_was_there(story):
    """It stands in a text only where it holds something."""
    lines = story.database.read_now(lambda s: list(exporting.lines(s.connection())))
    texts = [line for line in lines if "registered" in line or "extended" in line]
    promised = [line for line in texts if "due_at" in line]

    assert len(texts) == 9
    assert len(promised) == 3
    assert all("extended" in line for line in promised)


def find_all(centre, many, seed, ways=tampering.ALL):
    """Tamper so many times, and return what was not found, or not named."""
    chance, key_file, note = random.Random(seed), centre.house.log_key_file, kept(centre)
    missed, done = [], Counter()
    while done.total() < many:
        with centre.database.engine.connect() as connection:
            how = ways[done.total() % len(ways)]
            tamperer = Tamperer(connection, chance, key_file)
            for pragma in ("defer_foreign_keys", "ignore_check_constraints"):
                connection.exec_driver_sql(f"PRAGMA {pragma} = 1")
            guards = tamperer.unguarded()
            try:
                made = how(tamperer)
            except IntegrityError:  # that cannot be stored; he tries something else
                continue
            finally:
                connection.exec_driver_sql("PRAGMA ignore_check_constraints = 0")
            for guard in guards:
                connection.exec_driver_sql(guard)
            found = check(connection, note).findings
        done[made.what] += 1
        if not found or (made.leaf is not None and f"leaf {made.leaf} " not in found[0]):
            missed.append((made, found[:2]))
    return missed, done


def test_a_few_tamperings_of_every_kind_are_found_and_named(story):
    missed, _ = find_all(
        story, len(set(tampering.ALL)), "quick", tuple(dict.fromkeys(tampering.ALL))
    )
    assert missed == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_tamperings_are_found_and_named(story, share, request):
    is_soak = not request.config.getoption("sample")
    missed, done = find_all(story, 10_000 if is_soak else 300, request.config.getoption("sample"))

    assert missed == []
    if is_soak:
        columns = {what.split(".")[0] for what in done if "." in what}
        assert columns >= {"ledger_entry", "carrier_message", "handover", "audit_entry"}
        assert len(done) > 45


def test_a_stranger_checks_it_with_nothing_of_ours(story, tmp_path):
    old = tmp_path / "kept.txt"
    old.write_text(kept(story), encoding="utf-8")
    story.a_dossier()
    story.house.sequencer("one").append_now()
    file = exported(story, tmp_path / "log.jsonl")

    told = outside(tmp_path, file, "--checkpoint", old)
    assert (told.returncode, told.stderr) == (0, "")
    assert "leaves fit" in told.stdout
    changed = file.read_text(encoding="utf-8").replace("with_office", "with_nobody")
    changed = changed.replace("registered", "registred", 1)
    file.write_text(changed, encoding="utf-8")
    told = outside(tmp_path, file, "--checkpoint", old)
    assert told.returncode == 1
    assert "DOES NOT FIT: leaf 1 (entry 1) says otherwise" in told.stdout


def test_without_a_kept_checkpoint_he_says_what_he_cannot_know(story, tmp_path):
    told = outside(tmp_path, exported(story, tmp_path / "log.jsonl"))
    assert told.returncode == 0
    assert "kept elsewhere" in told.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "no export"), ("{}", "no export"), ("\0" * 99, "no export"), ("[1]\n[2]", "no export")],
)
def test_what_is_no_export_is_refused_in_words(tmp_path, content, said):
    file = tmp_path / "log.jsonl"
    file.write_text(content)
    told = outside(tmp_path, file)
    assert told.returncode == 2
    assert said in told.stderr
    assert outside(tmp_path, tmp_path / "nothing").returncode == 2


def test_a_line_of_rubbish_in_an_export_is_named(story, tmp_path):
    file = exported(story, tmp_path / "log.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:5], "rubbish", *lines[5:]]), encoding="utf-8")
    told = outside(tmp_path, file)
    assert told.returncode == 1
    assert "line 6 of the export cannot be read" in told.stdout


def leaf_of_the_year_1():
    said = {"kind": "entry", "id": 1, "recorded_at": "0001-01-01T00:00:00.000000Z"}
    text = json.dumps(said)
    told = {"seq": 0, "kind": "entry", "id": 1, "content": text}
    return json.dumps(told | {"hash": sha256(b"\0" + text.encode()).hexdigest()})


YEAR_1 = leaf_of_the_year_1()
HEAD = {"format": verify_log.FORMAT, "size": 1, "key": "x"}
MANGLED = {
    "its size is a word": {0: json.dumps(HEAD | {"size": "x"})},
    "its keys are a number": {0: json.dumps(HEAD | {"keys": 5})},
    "its keys are words": {0: json.dumps(HEAD | {"keys": [["x", "y"]]})},
    "its head is a hundred thousand lists": {0: "[" * 100_000},
    "a line is a hundred thousand lists": {2: "[" * 100_000},
    "a leaf is of half a letter": {2: r'{"seq": 0, "kind": "\ud800", "id": 1, "hash": ""}'},
    "a leaf would clear the screen": {2: r'{"seq": 0, "kind": "\u001b[2J", "hash": ""}'},
    "a time has no zone": {-1: '{"unlogged": 1, "kind": "entry", "at": "2026-01-01T00:00:00"}'},
    "a leaf is of the year 1": dict.fromkeys(range(1, 99), YEAR_1),
}


@pytest.mark.parametrize("how", MANGLED)
def test_whatever_an_export_holds_is_answered_in_words(story, tmp_path, how):
    file = exported(story, tmp_path / "log.jsonl")
    lines = dict(enumerate(file.read_text(encoding="utf-8").splitlines()))
    last = max(lines)
    lines |= {(n if n >= 0 else last + 1): line for n, line in MANGLED[how].items()}
    file.write_text("\n".join(lines[n] for n in sorted(lines)), encoding="utf-8")

    told = outside(tmp_path, file)
    assert told.returncode in (1, 2), told
    assert "Traceback" not in told.stderr
    assert "".join((told.stdout + told.stderr).split("\n")).isprintable()


def test_erasing_leaves_the_log_whole(story):
    note = kept(story)
    story.clock.pass_(days=500)
    story.a_dossier()
    story.house.sequencer("one").append_now()
    now, span = story.clock(), timedelta(days=400)
    story.database.write_now(lambda s: inbox.erase_old(s, 99, kept_for=span, now=now))
    assert checked(story, note).findings == []
    story.clock.pass_(days=500)
    story.database.write_now(lambda s: inbox.fold_away(s, 99, now=story.clock()))
    assert checked(story, note).findings == []


def let_go(centre, days):
    """Let the audit log go of what is so old."""
    aged, now = timedelta(days=days), centre.clock()
    salts = partial(forget_salts, kind="audit")
    return centre.database.write_now(
        lambda s: audit.forget_old(s, 99, kept_for=aged, now=now, let_go=salts)
    )


def test_readings_that_have_aged_out_leave_the_log_whole(story):
    note = kept(story)
    story.clock.pass_(days=400)
    assert let_go(story, days=366) == 12
    story.a_dossier()
    story.house.sequencer("one").append_now()

    assert checked(story, note).findings == []
    assert checked(story, note, opened=False).findings == []


def test_the_printed_script_knows_what_may_come_late_as_the_record_does():
    assert verify_log.SUMS == leaves.SUMS
    assert {Audited(kind) for kind in leaves.SUMS}
    assert verify_log.KEPT_AT_LEAST["audit"] == audit.SHORTEST
    assert verify_log.CLOCKS.items() <= {(k.name, k.clock) for k in leaves.KINDS.values()}


def test_a_reading_that_was_not_to_go_yet_is_missed(story):
    note = kept(story)
    story.clock.pass_(days=100)
    who_looked(story, story.clock())
    story.house.sequencer("one").append_now()
    story.clock.pass_(days=300)
    let_go(story, days=366)
    who_looked(story, story.clock())
    story.house.sequencer("one").append_now()
    with story.database.engine.connect() as connection:
        Tamperer(connection, random.Random(1), story.house.log_key_file).unguarded()
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE id = 13")
        leaf = "SELECT seq FROM log_leaf WHERE kind = 'audit' AND row_id = 13"
        seq = connection.exec_driver_sql(leaf).scalar_one()
        connection.exec_driver_sql(f"UPDATE log_sealed SET salt = NULL WHERE seq = {seq}")
        found = check(connection, note).findings

    assert found == [f"leaf {seq} (audit) was erased, and no entry says that it may be"]


def with_another_key(centre, name="second-key"):
    file = centre.house.log_key_file.with_name(name)
    centre.database.write_now(
        lambda s: succession.go_on_with(s, keys.load_or_make(file), now=centre.clock())
    )
    centre.settings.log_key_file = file


def test_a_log_goes_on_with_another_key_and_every_kept_checkpoint_still_counts(story):
    notes = [kept(story)]
    for name in ("second-key", "third-key"):
        with_another_key(story, name)
        story.a_dossier()
        story.house.sequencer("one").append_now()
        notes.append(kept(story))

    found = checked(story, *notes)
    assert found.findings == []
    told = [note for note in found.notes if "another key signs since" in note]
    assert len(told) == 2
    for _, key in found.keys:
        assert checked(story, *notes, key=key).findings == []


def test_whoever_signs_with_a_key_that_the_log_gave_up_is_refused(story):
    former = keys.load_or_make(story.house.log_key_file)
    with_another_key(story)
    size, root = checkpoints.read(kept(story)).size, checkpoints.read(kept(story)).root
    forged = keys.sign(former, size, root).note

    assert "is of another log than its key" in checked(story, forged).findings[0]


def test_strangers_get_nothing_that_was_sealed(story):
    lines = story.database.read_now(lambda s: list(exporting.lines(s.connection(), opened=False)))
    assert not any("Bưu tá" in line or '"salt"' in line or "digest" in line for line in lines)
