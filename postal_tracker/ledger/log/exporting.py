"""The whole log as lines of JSON, for those who check it elsewhere with nothing of ours.

First what it is (`format`, `size`, `key`, and of `keys` from which size on each signs), then the
checkpoints that are kept, then each leaf in its order with the text of which it is the hash, as the
record gives that text now; last, the rows that are no leaves. What a leaf commits to is opened
(`salt`, `row`) unless strangers shall have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from postal_tracker.ledger.log import leaves, proofs
from postal_tracker.ledger.log.due import Sweep, snapshot
from postal_tracker.ledger.log.leaves import KINDS, Kind, canonical, plain
from postal_tracker.storage.tables import (
    CarrierMessage,
    LogCheckpoint,
    LogHead,
    LogLeaf,
    LogSealed,
    table_of,
)

FORMAT = "postal-tracker-log/1"

_AT_ONCE = 1_000

Row = Mapping[str, Any]


def lines(connection: Connection, *, opened: bool = True) -> Iterator[str]:
    """Return the log line by line; the connection is at one moment meanwhile."""
    head = connection.execute(select(table_of(LogHead))).one_or_none()
    size, key = (head.size, head.verifier_key) if head else (0, "")
    told = {"key": key, "keys": proofs.key_spans(connection), "size": size, "opened": opened}
    yield canonical({"format": FORMAT, **told})
    for note in connection.execute(select(col(LogCheckpoint.note)).order_by(_BY_SIZE)).scalars():
        yield canonical({"checkpoint": note})
    for found in _slices(connection):
        yield from _leaf_lines(connection, found, opened=opened)
    for kind in KINDS.values():
        if not kind.is_noted:
            yield from _unlogged(connection, kind)


_BY_SIZE = col(LogCheckpoint.size)


def entries(connection: Connection, start: int, end: int) -> list[str]:
    """Return the lines of some leaves, as an export has them; nothing is opened."""
    seq = col(LogLeaf.seq)
    query = select(table_of(LogLeaf)).where(seq >= start, seq < end).order_by(seq)
    return list(_leaf_lines(connection, connection.execute(query).all(), opened=False))


def _slices(connection: Connection) -> Iterator[Sequence[Any]]:
    last = -1
    while True:
        seq = col(LogLeaf.seq)
        query = select(table_of(LogLeaf)).where(seq > last).order_by(seq).limit(_AT_ONCE)
        found = connection.execute(query).all()
        if not found:
            return
        yield found
        last = found[-1].seq


def _leaf_lines(connection: Connection, found: Sequence[Any], *, opened: bool) -> Iterator[str]:
    ids = {name: [leaf.row_id for leaf in found if leaf.kind == name] for name in KINDS}
    rows = {name: _rows(connection, KINDS[name], ids[name]) for name in KINDS}
    kept = _sealed(connection, [leaf.seq for leaf in found])
    for leaf in found:
        kind, row = KINDS.get(leaf.kind), rows.get(leaf.kind, {}).get(leaf.row_id)
        line = {"seq": leaf.seq, "kind": leaf.kind, "id": leaf.row_id, "hash": leaf.hash}
        if kind and kind.sealed:
            salt, line["content"] = kept.get(leaf.seq, (None, None))
            if opened:
                line |= {"salt": salt, "row": row and _opening(connection, kind, row)}
        else:
            text = leaves.content(connection, kind, row, None) if kind and row else None
            line["content"] = text
        yield canonical(line)


def _rows(connection: Connection, kind: Kind, ids: Sequence[int]) -> dict[int, Row]:
    if not ids:
        return {}
    table = table_of(kind.model)
    columns = [table.c[name] for name in kind.columns]
    if kind.model is CarrierMessage:
        columns += [table.c.body, table.c.erased_at]
    found = connection.execute(select(*columns).where(table.c.id.in_(ids))).mappings()
    return {row["id"]: dict(row) for row in found}


def _sealed(connection: Connection, seqs: Sequence[int]) -> dict[int, tuple[str | None, str]]:
    query = select(table_of(LogSealed)).where(col(LogSealed.seq).in_(seqs))
    return {row.seq: (row.salt, row.content) for row in connection.execute(query)}


def _opening(connection: Connection, kind: Kind, row: Row) -> dict[str, Any]:
    """Return what a leaf shows and what it commits to, as the row says it now."""
    shown = leaves.opened(connection, kind, row)
    sealed = kind.told(row, kind.sealed)
    if kind.model is not CarrierMessage:
        return {"open": shown, "sealed": sealed}
    # The body itself is a citizen's; that it has its digest is all that need be shown.
    is_there = row["body"] or row["erased_at"] is None
    body = row["body"] if isinstance(row["body"], bytes) else b""  # SQLite keeps whatever is put in
    digest = sha256(body).hexdigest() if is_there else None
    return {"open": shown, "sealed": sealed, "digest": digest}


def _unlogged(connection: Connection, kind: Kind) -> Iterator[str]:
    """Return rows without a leaf: those of the last moment, and those that were put in."""
    sweep, is_more = Sweep(kind), True
    while is_more:
        rows = sweep.next(connection, snapshot(connection))
        is_more = sweep.is_under_way
        for row in rows:
            at = None if leaves.may_be_late(kind, row) else plain(getattr(row, kind.clock))
            yield canonical({"unlogged": row.id, "kind": kind.name, "at": at})
