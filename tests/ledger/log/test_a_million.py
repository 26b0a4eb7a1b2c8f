"""A log of a million leaves is checked by one script in a minute."""

import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import cycle

import pytest

from postal_tracker.commands import verify_log
from postal_tracker.core import merkle
from postal_tracker.ledger.log import keys, leaves
from postal_tracker.ledger.log.leaves import KINDS, canonical

MILLION = 1_000_000
SECONDS = 60.0
BEGAN = datetime(2026, 11, 2, tzinfo=UTC)


def an_entry(number, at):
    nothing = dict.fromkeys(KINDS["entry"].columns)
    return nothing | {
        "id": number,
        "key": f"key:AB12CD34:scan-{number}",
        "parcel_id": number // 7,
        "what": "in_transit",
        "happened_at": at,
        "recorded_at": at,
        "source": "courier",
        "by": "key:AB12CD34",
        "place": "BCP Uông Bí",
        "claimed": False,
    }


def a_message(number, at):
    digest = sha256(b"%d" % number).hexdigest()
    carrier = {"carrier": "vnpost", "source": "poll", "by": "", "digest": digest}
    return {"id": number, "received_at": at, **carrier}


def a_reading(number, at):
    nothing = dict.fromkeys(KINDS["audit"].columns, "")
    read = {"what": "read", "who": "staff:3", "network": "10.0.0.7", "dossiers": f"{number}"}
    return nothing | read | {"id": number, "at": at, "many": 1, "erased_before": None}


MADE = {"entry": an_entry, "message": a_message, "audit": a_reading}


def lines(size, key):
    """Write what an export of so many leaves holds: half entries, a quarter each of the others."""
    edge, told = merkle.Frontier(0, []), []
    for seq, name in zip(range(size), cycle(("entry", "message", "entry", "audit")), strict=False):
        kind, row = KINDS[name], MADE[name](seq, BEGAN + timedelta(seconds=seq))
        salt = sha256(b"%d" % seq).hexdigest() if kind.sealed else None
        text = leaves.content(None, kind, row, salt)
        line = {"seq": seq, "kind": name, "id": seq, "hash": leaves.hash_of(text), "content": text}
        if salt:
            opened = {"open": leaves.opened(None, kind, row), "sealed": kind.told(row, kind.sealed)}
            digest = {"digest": row["digest"]} if name == "message" else {}
            line |= {"salt": salt, "row": opened | digest}
        list(edge.append(bytes.fromhex(line["hash"])))
        told.append(canonical(line))
    signed = keys.sign(key, size, edge.root())
    head = {"format": "postal-tracker-log/1", "key": signed.by, "size": size, "opened": True}
    return [canonical(head), canonical({"checkpoint": signed.note}), *told]


@pytest.mark.slow
def test_a_million_leaves_are_checked_in_a_minute(tmp_path, share):
    size = share.of(MILLION, 50)
    export = lines(size, keys.load_or_make(tmp_path / "key"))
    checker = verify_log.Checker("", [])
    began = time.process_time()
    checker.run(export)
    took = time.process_time() - began

    assert (checker.findings, checker.tree.size) == ([], size)
    assert took < (10 if share.is_part else 1) * SECONDS * size / MILLION, f"{took:.1f} s"
