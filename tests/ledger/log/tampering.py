"""Somebody with the database in his hands: every way of changing what was logged.

Each works inside of a transaction that the test takes back. Statements are SQLite's.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from postal_tracker.core import checkpoints, merkle
from postal_tracker.core.checkpoints import Checkpoint
from postal_tracker.ledger.log import keys, leaves
from postal_tracker.ledger.log.due import leaf_of
from postal_tracker.ledger.log.leaves import KINDS
from postal_tracker.storage.tables import LogKey, table_of

GUARDED = ("ledger_entry", "log_leaf", "log_node")


@dataclass(frozen=True)
class Tampering:
    """What was done, in words, and the leaf that should be named; None if nobody could know it."""

    what: str
    leaf: int | None = None


class Tamperer:
    def __init__(self, connection: Connection, chance: random.Random, key_file: Path) -> None:
        self.connection, self.chance, self.key_file = connection, chance, key_file

    def run(self, statement: str, **values: Any) -> Any:
        return self.connection.execute(text(statement), values)

    def a_leaf(self, kind: str | None = None) -> Any:
        found = self.run("SELECT seq, kind, row_id, hash FROM log_leaf ORDER BY seq").all()
        return self.chance.choice([row for row in found if kind in (None, row.kind)])

    def unguarded(self) -> list[str]:
        """Drop the triggers; return what puts them back."""
        found = self.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in found:
            self.run(f"DROP TRIGGER {name}")
        return [sql for _, sql in found]


def change_a_column(t: Tamperer) -> Tampering:
    kind = KINDS[t.chance.choice(["entry", "entry", "message", "audit", "handover"])]
    leaf = t.a_leaf(kind.name)
    table = table_of(kind.model)
    names = [c for c in kind.columns if c != "id"] + (["body"] if kind.name == "message" else [])
    name = t.chance.choice(names)
    row = t.connection.execute(select(table).where(table.c.id == leaf.row_id)).mappings().one()
    of_kind = datetime if name in kind.times else table.c[name].type.python_type
    value = other(row[name], t.chance, of_kind)
    t.connection.execute(table.update().where(table.c.id == leaf.row_id).values({name: value}))
    return Tampering(f"{table.name}.{name}", leaf.seq)


def other(value: Any, chance: random.Random, kind: type) -> Any:
    """Return another value of the same kind."""
    if value is None and kind is datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)
    if value is None:
        return 7_777_777 if kind is int else "name"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice([1, -1, 100_000])
    if isinstance(value, bytes):
        at = chance.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
    if isinstance(value, str):
        return chance.choice([value + " ", "x" + value, value.upper() + "'", value[:-1] + "~"])
    return value + chance.choice([1, -1]) * timedelta(
        microseconds=chance.choice([1, 10**6, 10**10])
    )


def change_an_id(t: Tamperer) -> Tampering:
    leaf = t.a_leaf()
    table = table_of(KINDS[leaf.kind].model).name
    t.run(f"UPDATE {table} SET id = id + 500000 WHERE id = :id", id=leaf.row_id)
    return Tampering(f"{table}.id", leaf.seq)


def delete_a_row(t: Tamperer) -> Tampering:
    leaf = t.a_leaf()
    table = table_of(KINDS[leaf.kind].model).name
    t.run(f"DELETE FROM {table} WHERE id = :id", id=leaf.row_id)
    return Tampering(f"a row of {table} deleted", leaf.seq)


def erase_too_early(t: Tamperer) -> Tampering:
    leaf = t.a_leaf("message")
    how = t.chance.choice(["UPDATE carrier_message SET body = '', erased_at = received_at WHERE",
                           "DELETE FROM carrier_message WHERE"])  # fmt: skip
    t.run(f"{how} id = :id", id=leaf.row_id)
    if t.chance.random() < 0.7:
        t.run("UPDATE log_sealed SET salt = NULL WHERE seq = :seq", seq=leaf.seq)
    return Tampering("a message erased before its time", leaf.seq)


def erase_who_looked(t: Tamperer) -> Tampering:
    """Take a reading out of the audit log, as if it had aged out; or only what opens its leaf."""
    leaf = t.a_leaf("audit")
    if t.chance.random() < 0.6:
        t.run("DELETE FROM audit_entry WHERE id = :id", id=leaf.row_id)
    t.run("UPDATE log_sealed SET salt = NULL WHERE seq = :seq", seq=leaf.seq)
    return Tampering("who looked erased before its time", leaf.seq)


def put_in_who_looked(t: Tamperer) -> Tampering:
    """Say of somebody that he looked, hours ago: with a leaf, or without."""
    first = t.run("SELECT row_id FROM log_leaf WHERE kind = 'audit' ORDER BY seq LIMIT 1").scalar()
    new = t.chance.randrange(10**6, 10**9)
    kind, table = KINDS["audit"], table_of(KINDS["audit"].model)
    row = t.connection.execute(select(table).where(table.c.id == first)).mappings().one()
    made_up = {**row, "id": new, "who": "staff:9"}
    t.connection.execute(table.insert(), [made_up])
    if t.chance.random() < 0.5:
        return Tampering("an old reading put in that is not in the log")
    size, leaf = _size(t), leaf_of(t.connection, kind, made_up)
    t.run("INSERT INTO log_leaf VALUES (:seq, 'audit', :id, :hash)",
          seq=size, id=new, hash=leaf.hash)  # fmt: skip
    t.run("INSERT INTO log_sealed VALUES (:seq, :salt, :content)",
          seq=size, salt=leaf.salt, content=leaf.content)  # fmt: skip
    _sign_anew(t, keys.load_or_make(t.key_file))
    return Tampering("an old reading put in and logged as the newest", size)


def go_on_with_his_key(t: Tamperer) -> Tampering:
    """Write history anew from some leaf on, and say that the key was another since then."""
    size, his = _size(t), _own_key(t)
    former = t.run("SELECT verifier_key FROM log_head").scalar()
    leaf = t.a_leaf("entry")
    t.run("UPDATE ledger_entry SET place = 'Huế' || place WHERE id = :id", id=leaf.row_id)
    _rehash(t, leaf.seq)
    row = {"id": 1, "at": datetime(2026, 11, 23, 1, tzinfo=UTC), "former_key": former}
    row["key"] = keys.verifier_key_of(his)
    t.connection.execute(table_of(LogKey).insert(), [row])
    told = leaf_of(t.connection, KINDS["key"], row)
    t.run("INSERT INTO log_leaf VALUES (:seq, 'key', 1, :hash)", seq=size, hash=told.hash)
    _sign_anew(t, his)
    return Tampering("a history written anew by who says that the key was lost")


def forget_who_signed(t: Tamperer) -> Tampering:
    leaf = t.a_leaf("handover")
    t.run("UPDATE log_sealed SET salt = NULL WHERE seq = :seq", seq=leaf.seq)
    t.run("UPDATE handover SET signed_by = 'Bưu tá khác' WHERE id = :id", id=leaf.row_id)
    return Tampering("another signature, and nothing to open the old one", leaf.seq)


def change_a_list(t: Tamperer) -> Tampering:
    leaf = t.a_leaf("handover")
    how = t.chance.choice(["DELETE FROM handover_line WHERE", "UPDATE handover_line SET "
                           "parcel_id = parcel_id + 100000 WHERE"])  # fmt: skip
    t.run(f"{how} handover_id = :id", id=leaf.row_id)
    return Tampering("a parcel taken off a signed list", leaf.seq)


def change_a_leaf(t: Tamperer) -> Tampering:
    leaf = t.a_leaf()
    change = t.chance.choice(["hash = substr(hash, 2) || 'g'", "hash = :other", "kind = 'other'",
                              "row_id = row_id + 700000"])  # fmt: skip
    made_up = sha256(t.chance.randbytes(8)).hexdigest()
    t.run(f"UPDATE log_leaf SET {change} WHERE seq = :seq", seq=leaf.seq, **_if(change, made_up))
    return Tampering(f"log_leaf: {change}", leaf.seq)


def _if(change: str, made_up: str) -> dict[str, str]:
    return {"other": made_up} if ":other" in change else {}


def change_a_sealed_text(t: Tamperer) -> Tampering:
    leaf = t.a_leaf(t.chance.choice(["message", "audit"]))
    change = t.chance.choice(["content = replace(content, ':', ': ')",
                              "salt = replace(salt, substr(salt, 1, 1), 'e') || 'e0'"])  # fmt: skip
    t.run(f"UPDATE log_sealed SET {change} WHERE seq = :seq", seq=leaf.seq)
    return Tampering(f"log_sealed: {change}", leaf.seq)


def change_row_and_leaf(t: Tamperer) -> Tampering:
    leaf = t.a_leaf("entry")
    t.run("UPDATE ledger_entry SET place = place || 'x' WHERE id = :id", id=leaf.row_id)
    _rehash(t, leaf.seq)
    return Tampering("an entry and its leaf's hash")


def _rehash(t: Tamperer, *seqs: int) -> None:
    kind = KINDS["entry"]
    table = table_of(kind.model)
    for seq in seqs:
        id_ = t.run("SELECT row_id FROM log_leaf WHERE seq = :seq", seq=seq).scalar_one()
        row = t.connection.execute(select(table).where(table.c.id == id_)).mappings().one()
        hash_ = leaves.hash_of(leaves.content(t.connection, kind, row, None))
        t.run("UPDATE log_leaf SET hash = :hash WHERE seq = :seq", hash=hash_, seq=seq)


def swap_two(t: Tamperer) -> Tampering:
    one, two = t.a_leaf(), t.a_leaf()
    while two.seq == one.seq:
        two = t.a_leaf()
    t.run("UPDATE log_leaf SET seq = -1 WHERE seq = :seq", seq=one.seq)
    t.run("UPDATE log_leaf SET seq = :to WHERE seq = :seq", seq=two.seq, to=one.seq)
    t.run("UPDATE log_leaf SET seq = :to WHERE seq = -1", to=two.seq)
    for table in ("log_sealed",):
        t.run(f"UPDATE {table} SET seq = -1 WHERE seq = :seq", seq=one.seq)
        t.run(f"UPDATE {table} SET seq = :to WHERE seq = :seq", seq=two.seq, to=one.seq)
        t.run(f"UPDATE {table} SET seq = :to WHERE seq = -1", to=two.seq)
    return Tampering("two leaves changed places")


def put_one_in(t: Tamperer) -> Tampering:
    """An entry that was not there, in the middle, with all behind it moved up."""
    leaf = t.a_leaf("entry")
    new = _an_entry(t, leaf.row_id)
    for seq in range(_size(t) - 1, leaf.seq - 1, -1):
        t.run("UPDATE log_leaf SET seq = seq + 1 WHERE seq = :seq", seq=seq)
        t.run("UPDATE log_sealed SET seq = seq + 1 WHERE seq = :seq", seq=seq)
    t.run("INSERT INTO log_leaf VALUES (:seq, 'entry', :id, '')", seq=leaf.seq, id=new)
    t.run("UPDATE log_head SET size = size + 1")
    _rehash(t, leaf.seq)
    return Tampering("an entry and its leaf put into the middle")


def backdate_one(t: Tamperer) -> Tampering:
    """An entry that was not there, said to be old; the sequencer may have taken it since."""
    first = t.run("SELECT row_id FROM log_leaf WHERE kind = 'entry' ORDER BY seq LIMIT 1").scalar()
    new = _an_entry(t, first)
    if t.chance.random() < 0.5:
        return Tampering("an old entry put in that is not in the log")
    size = _size(t)
    t.run("INSERT INTO log_leaf VALUES (:seq, 'entry', :id, '')", seq=size, id=new)
    _rehash(t, size)
    _sign_anew(t, keys.load_or_make(t.key_file))
    return Tampering("an old entry put in and logged as the newest", size)


def _an_entry(t: Tamperer, like: int) -> int:
    new = t.chance.randrange(10**6, 10**9)
    names = [c.name for c in table_of(KINDS["entry"].model).columns if c.name not in ("id", "key")]
    quoted = ", ".join(f'"{name}"' for name in names)
    t.run(
        f"INSERT INTO ledger_entry (id, key, {quoted}) SELECT :new, 'k' || :new, "
        f"{quoted.replace(chr(34) + 'place' + chr(34), chr(39) + 'Huế' + chr(39))} "
        "FROM ledger_entry WHERE id = :id",
        new=new,
        id=like,
    )
    return new


def cut_the_end(t: Tamperer) -> Tampering:
    size = _size(t)
    left = t.chance.randrange(size)
    for leaf in t.run("SELECT kind, row_id FROM log_leaf WHERE seq >= :left", left=left).all():
        table = table_of(KINDS[leaf.kind].model).name
        t.run(f"DELETE FROM {table} WHERE id = :id", id=leaf.row_id)
    for table in ("log_leaf", "log_sealed"):
        t.run(f"DELETE FROM {table} WHERE seq >= :left", left=left)
    key = keys.load_or_make(t.key_file)
    _sign_anew(t, key if t.chance.random() < 0.5 else _own_key(t))
    return Tampering(f"all after leaf {left - 1} cut off")


def write_history_anew(t: Tamperer) -> Tampering:
    """A change, and a log that fits it: signed with the real key, or with one of his own."""
    leaf = t.a_leaf("entry")
    t.run("UPDATE ledger_entry SET place = 'Huế' || place WHERE id = :id", id=leaf.row_id)
    _rehash(t, leaf.seq)
    is_real = t.chance.random() < 0.5
    _sign_anew(t, keys.load_or_make(t.key_file) if is_real else _own_key(t))
    return Tampering(f"a history written anew, signed with {'the real' if is_real else 'a'} key")


def _own_key(t: Tamperer) -> Any:
    return keys.load_or_make(t.key_file.with_name("his-own"))


def _sign_anew(t: Tamperer, key: Any) -> None:
    hashes = t.run("SELECT hash FROM log_leaf ORDER BY seq").scalars().all()
    root = merkle.root_of([bytes.fromhex(h) for h in hashes])
    note = checkpoints.sign(Checkpoint(keys.origin_of(key), len(hashes), root), key)
    t.run("DELETE FROM log_checkpoint")
    t.run("INSERT INTO log_checkpoint VALUES (:size, '2026-11-23 01:00:00', :note)",
          size=len(hashes), note=note)  # fmt: skip
    t.run("UPDATE log_head SET size = :size, verifier_key = :key", size=len(hashes),
          key=keys.verifier_key_of(key))  # fmt: skip


def _size(t: Tamperer) -> int:
    return int(t.run("SELECT count(*) FROM log_leaf").scalar_one())


def change_the_head(t: Tamperer) -> Tampering:
    by = t.chance.choice([1, -1])
    t.run(f"UPDATE log_head SET size = size + {by}")
    return Tampering("log_head.size")


def change_a_checkpoint(t: Tamperer) -> Tampering:
    change = t.chance.choice(["replace(note, 'A', 'B')", "''", "note || 'x'", "upper(note)"])
    before = t.run("SELECT note FROM log_checkpoint").scalars().all()
    t.run(f"UPDATE log_checkpoint SET note = {change}")
    if t.run("SELECT note FROM log_checkpoint").scalars().all() == before:
        t.run("DELETE FROM log_checkpoint")
    return Tampering("log_checkpoint.note")


ALL: tuple[Callable[[Tamperer], Tampering], ...] = (
    *[change_a_column] * 12,
    change_an_id,
    delete_a_row,
    erase_too_early,
    erase_who_looked,
    put_in_who_looked,
    go_on_with_his_key,
    forget_who_signed,
    change_a_list,
    change_a_leaf,
    change_a_sealed_text,
    change_row_and_leaf,
    swap_two,
    put_one_in,
    backdate_one,
    cut_the_end,
    write_history_anew,
    change_the_head,
    change_a_checkpoint,
)
