"""What is in the record comes into the log, once, in whatever order it was committed."""

import asyncio
import hmac
import json
import secrets
import stat
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker import ledger
from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.carriers import inbox
from postal_tracker.core import checkpoints, merkle
from postal_tracker.ledger import NewEntry
from postal_tracker.ledger.log import keys, leaves, proofs, succession, tree
from postal_tracker.ledger.log.leaves import KINDS
from postal_tracker.storage.tables import (
    AuditEntry,
    CarrierMessage,
    LedgerEntry,
    LogCheckpoint,
    LogLeaf,
    LogNode,
    LogSealed,
    Parcel,
)
from tests.centre import Centre


@pytest.fixture
def logged(any_centre, tmp_path):
    """A centre whose key is its own, with a dossier that was sealed and handed over."""
    any_centre.settings.log_key_file = tmp_path / "log-key"
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    made = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    any_centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Bưu tá Lò Văn Thử"})
    scan = {"id": "s1", "tracking_number": number, "status": "accepted"}
    told = json.dumps({"scans": [scan | {"at": any_centre.clock().isoformat()}]}).encode()
    assert any_centre.hook(told).status_code == 200
    looked = Note(Audited.READ, any_centre.clock(), who="staff:1", dossiers=[code])
    any_centre.database.write_now(lambda s: audit.record(s, [looked]))
    return any_centre


def append(centre, by="one"):
    centre.house.sequencer(by).append_now()


def all_of(centre, *what):
    return centre.database.read_now(lambda s: s.exec(select(*what)).all())


def logged_rows(centre):
    rows = all_of(centre, LogLeaf)
    assert [row.seq for row in sorted(rows, key=lambda r: r.seq)] == list(range(len(rows)))
    return sorted((row.kind, row.row_id) for row in rows)


def entries(centre):
    return sorted(("entry", id_) for id_ in all_of(centre, LedgerEntry.id))


def newest(centre):
    return max(all_of(centre, LogCheckpoint), key=lambda c: c.size)


def test_entries_messages_and_signatures_come_into_the_log_once(logged):
    for _ in range(3):
        append(logged)

    messages = [("message", id_) for id_ in all_of(logged, CarrierMessage.id)]
    looked = [("audit", id_) for id_ in all_of(logged, AuditEntry.id)]
    assert messages
    assert looked
    assert logged_rows(logged) == sorted([*entries(logged), ("handover", 1), *messages, *looked])


def test_a_checkpoint_stands_for_all_leaves_and_is_signed_with_the_key_beside_the_record(logged):
    append(logged)
    logged.a_dossier()
    append(logged)

    file = logged.settings.log_key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = keys.verifier_key_of(keys.load_or_make(file))
    found = checkpoints.verify(newest(logged).note, key)
    hashes = [bytes.fromhex(h) for h in all_of(logged, LogLeaf.hash)]
    assert (found.size, found.root) == (len(hashes), merkle.root_of(hashes))
    assert len(all_of(logged, LogCheckpoint)) == 1


def test_one_checkpoint_of_each_hour_is_kept(logged):
    for _ in range(3):
        append(logged)
        logged.clock.pass_(hours=1)
        logged.a_dossier()

    assert len(all_of(logged, LogCheckpoint)) == 3


def test_a_leaf_is_the_hash_of_a_text_that_anybody_can_write_again(logged):
    append(logged)
    leaf, row = logged.database.read_now(_first_entry)

    said = "2026-11-23T01:00:00.000000Z"
    assert leaf.hash == leaves.hash_of(
        f'{{"by":"{row.by}","carrier_code":"","claimed":false,"dossier_id":1,"fields":null,'
        f'"happened_at":"{said}","id":{row.id},"key":"{row.key}","kind":"entry","message_id":null,'
        f'"parcel_id":null,"place":"{row.place}","reason":"","recorded_at":"{said}",'
        f'"source":"staff","strikes_id":null,"what":"{row.what}"}}'
    )


def _first_entry(session):
    query = select(LogLeaf, LedgerEntry).join(LedgerEntry, col(LedgerEntry.id) == LogLeaf.row_id)
    return session.exec(query.where(LogLeaf.kind == "entry").order_by(col(LogLeaf.seq))).first()


def test_a_reading_is_a_leaf_that_shows_nothing_of_who_and_what(logged):
    append(logged)
    leaf, row, kept = logged.database.read_now(
        lambda s: s.exec(
            select(LogLeaf, AuditEntry, LogSealed).where(
                LogLeaf.kind == "audit",
                AuditEntry.id == LogLeaf.row_id,
                LogSealed.seq == LogLeaf.seq,
            )
        ).first()
    )

    assert leaf.hash == leaves.hash_of(kept.content)
    told = (
        f'{{"detail":"","door":"","dossiers":"{row.dossiers}","erased_before":null,"fields":"",'
        '"many":1,"network":"","what":"read","who":"staff:1"}'
    )
    sealed = hmac.digest(bytes.fromhex(kept.salt), told.encode(), "sha256").hex()
    assert kept.content == (
        f'{{"at":"2026-11-23T01:00:00.000000Z","id":{row.id},"kind":"audit","sealed":"{sealed}"}}'
    )


def test_the_vector_of_the_decision_is_true():
    row = {
        "id": 7,
        "received_at": leaves.datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=leaves.UTC),
        **{"carrier": "vnpost", "source": "poll", "by": "", "digest": "ab" * 32},
    }
    text_ = leaves.content(None, KINDS["message"], row, "00" * 32)
    assert text_ == (
        '{"id":7,"kind":"message","received_at":"2026-11-23T01:02:03.000004Z","sealed":'
        '"69c41964edbb82378f3af9f308a024efb8174f50868931d61f71b6487ecc9972"}'
    )
    assert (
        leaves.hash_of(text_) == "1d6bcea452022f4d237be3c5dd19a25687272799a3c24a76ed75a503bd00b375"
    )


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_a_text_is_the_same_whichever_way_it_is_written(shown):
    assert leaves._text(shown) == leaves.canonical(shown)


def test_bytes_in_the_place_of_a_text_are_never_taken_for_it():
    with pytest.raises(TypeError):
        leaves._text({"what": b"delivered"})


def test_nobody_s_name_stands_in_a_leaf_and_no_digest_that_could_be_tried(logged):
    append(logged)
    sealed = all_of(logged, LogSealed)

    digests = all_of(logged, CarrierMessage.digest)
    assert len(sealed) == len(digests) + len(all_of(logged, AuditEntry.id)) + 1
    for row in sealed:
        assert "Thử" not in row.content
        assert not any(digest in row.content for digest in digests)
        assert len(row.salt) == 64
    assert len({row.salt for row in sealed}) == len(sealed)


def test_a_message_that_is_emptied_takes_its_salt_with_it_and_the_leaf_stays(logged):
    append(logged)
    before = newest(logged).note
    logged.clock.pass_(days=1000)
    kept_for = timedelta(days=30)
    now = logged.clock()
    logged.database.write_now(lambda s: inbox.erase_old(s, 9, kept_for=kept_for, now=now))

    kinds = dict(all_of(logged, LogLeaf.seq, LogLeaf.kind))
    salts = {kinds[row.seq]: row.salt for row in all_of(logged, LogSealed)}
    assert salts["message"] is None
    assert salts["handover"]
    append(logged)
    assert newest(logged).note == before


def test_another_key_signs_nothing(logged, tmp_path):
    append(logged)
    logged.settings.log_key_file = tmp_path / "another"
    logged.a_dossier()

    with pytest.raises(keys.NoKey, match="another key"):
        append(logged)
    assert [row for row in logged_rows(logged) if row[0] == "entry"] == entries(logged)[:-1]


@pytest.mark.parametrize("content", ["", "rubbish", "-----BEGIN NOTHING-----\n"])
def test_a_broken_key_file_is_named_and_left_as_it_is(logged, content):
    logged.settings.log_key_file.write_text(content)

    with pytest.raises(keys.NoKey, match="log-key cannot be used"):
        append(logged)
    assert logged.settings.log_key_file.read_text() == content


def test_after_a_lost_key_the_log_goes_on_with_another_and_says_so(logged, tmp_path):
    append(logged)
    old = newest(logged)
    logged.settings.log_key_file = tmp_path / "another"
    logged.a_dossier()
    key = keys.load_or_make(tmp_path / "another")
    now = logged.clock()
    told = logged.database.write_now(lambda s: succession.go_on_with(s, key, now=now))
    append(logged)

    assert checkpoints.verify(old.note, told).size == old.size
    new = checkpoints.verify(newest(logged).note, keys.verifier_key_of(key))
    assert new.size == len(logged_rows(logged))
    assert logged.database.read_now(lambda s: proofs.key_spans(s.connection())) == [
        (0, told),
        (old.size + 1, keys.verifier_key_of(key)),
    ]


def test_while_one_sequencer_lives_another_appends_nothing_and_takes_over_when_it_is_dead(logged):
    asyncio.run(logged.house.sequencer("one").append())
    count = len(logged_rows(logged))
    logged.a_dossier()
    append(logged, "two")
    assert len(logged_rows(logged)) == count
    logged.clock.pass_(seconds=4)
    append(logged, "two")
    assert len(logged_rows(logged)) == count + 1


def test_two_that_look_at_once_append_once(logged):
    one, two = logged.house.sequencer("one"), logged.house.sequencer("one")
    due = [s._database.read_now(s._due) for s in (one, two)]
    key = keys.load_or_make(logged.settings.log_key_file)
    done = [
        logged.database.write_now(s._appending(growth, key))
        for s, (growth, _) in zip((one, two), due, strict=True)
    ]

    assert done == [True, False]
    assert len(logged_rows(logged)) == len(due[0][0].leaves)


def an_entry(key):
    return NewEntry(
        key=key,
        what=Milestone.IN_TRANSIT,
        happened_at=leaves.datetime(2026, 11, 23, 2, tzinfo=leaves.UTC),
        source=Source.STAFF,
        parcel_id=1,
        place=key,
    )


def test_an_entry_that_is_committed_after_later_ones_is_not_forgotten(postgres_url, tmp_path):
    with Centre(postgres_url, log_key_file=tmp_path / "log-key") as centre:
        centre.a_parcel(centre.a_dossier())
        centre.database.write_now(
            lambda s: s.add(Parcel(id=99, **_like(s.get_one(Parcel, 1)))),
        )
        sequencer = centre.house.sequencer("one")
        sequencer.append_now()
        with Session(centre.database.engine) as late:
            ledger.record(late, [an_entry("late")], now=centre.clock())
            other = leaves_of_parcel(centre, 99)
            for _ in range(8):
                sequencer.append_now()
            assert other in all_of(centre, LogLeaf.row_id)
            late.commit()
        sequencer.append_now()
        assert [row for row in logged_rows(centre) if row[0] == "entry"] == entries(centre)


def _like(parcel):
    return parcel.model_dump(exclude={"id", "tracking_number"}) | {"tracking_number": "XX1"}


def leaves_of_parcel(centre, parcel):
    """Record something of another parcel, and return the entry's id."""
    entry = an_entry(f"later {secrets.token_hex(4)}")
    of_it = ledger.NewEntry(
        **{f: getattr(entry, f) for f in ("key", "what", "happened_at", "source", "place")},
        parcel_id=parcel,
    )
    return centre.database.write_now(lambda s: ledger.record(s, [of_it], now=centre.clock()))[0]


def test_what_a_sweep_has_settled_is_not_looked_at_again(logged):
    sequencer = logged.house.sequencer("one")
    for _ in range(6):
        sequencer.append_now()

    highest = max(id_ for _, id_ in entries(logged))
    assert sequencer._sweeper._sweeps[0].settled == highest


def test_proofs_from_the_stored_tree_convince(centre, tmp_path):
    centre.settings.log_key_file = tmp_path / "log-key"
    many = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(1400)]

    def fill(session):
        session.add_all(
            LogLeaf(seq=n, kind="entry", row_id=n, hash=h.hex()) for n, h in enumerate(many)
        )
        edge = merkle.Frontier(0, [])
        for leaf in many:
            for level, number, hash_ in edge.append(leaf):
                session.add(LogNode(level=level, number=number, hash=hash_.hex()))

    centre.database.write_now(fill)

    def check(session):
        hash_of = tree.hash_of(session.connection())
        for size in (1, 255, 256, 257, 511, 512, 513, 1024, 1399, 1400):
            root = merkle.root_of(many[:size])
            assert tree.root(session.connection(), size) == root, size
            for at in {0, size // 2, size - 1}:
                proof = merkle.inclusion_proof(at, size, hash_of)
                assert merkle.root_by_inclusion(many[at], at, size, proof) == root, (at, size)
            for old in {1, size // 3, size // 2, size - 1} - {0}:
                proof = merkle.consistency_proof(old, size, hash_of)
                first = merkle.root_of(many[:old])
                assert merkle.is_consistent(old, first, size, root, proof), (old, size)

    centre.database.read_now(check)


@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = ''", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["log_leaf", "log_node"])
def test_the_database_itself_refuses_to_change_the_log(logged, table, statement):
    append(logged)
    logged.database.write_now(lambda s: s.add(LogNode(level=1, number=0, hash="")))

    with pytest.raises(Exception, match="the log is never changed"):
        logged.database.write_now(lambda s: s.connection().execute(text(statement.format(table))))


def test_a_running_service_logs_what_comes_within_a_second(centre, tmp_path):
    centre.settings.log_key_file = tmp_path / "log-key"

    async def live():
        task = asyncio.create_task(centre.house.sequencer("one").run())
        await asyncio.sleep(0.1)
        waits = []
        for _ in range(2):
            await asyncio.to_thread(centre.a_dossier)
            began = asyncio.get_running_loop().time()
            while len(all_of(centre, LogLeaf)) < len(all_of(centre, LedgerEntry)):
                await asyncio.sleep(0.02)
            waits.append(asyncio.get_running_loop().time() - began)
        task.cancel()
        return waits

    assert max(asyncio.run(live())) < 2


def test_writers_and_two_sequencers_at_once_log_each_entry_once(postgres_url, tmp_path):
    with Centre(postgres_url, log_key_file=tmp_path / "log-key") as centre:
        centre.a_parcel(centre.a_dossier())

        def write(name):
            for number in range(15):
                entry = an_entry(f"{name}-{number}")
                centre.database.write_now(
                    lambda s, e=entry: ledger.record(s, [e], now=centre.clock())
                )

        writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in writers:
            thread.start()
        sequencers = [centre.house.sequencer("same") for _ in range(2)]
        while any(thread.is_alive() for thread in writers):
            for sequencer in sequencers:
                sequencer.append_now()
        for sequencer in sequencers:
            sequencer.append_now()
        assert [row for row in logged_rows(centre) if row[0] == "entry"] == entries(centre)
        total = centre.database.read_now(lambda s: s.exec(select(func.count(LedgerEntry.id))).one())
        assert total >= 47
