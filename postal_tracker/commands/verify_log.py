"""Check the log of a postal tracker, with nothing of it but an export.

    python verify_log.py EXPORT [--checkpoint OLD]... [--key KEY]

EXPORT is what `postal-tracker log export` wrote, OLD a checkpoint that was kept elsewhere, or what
stands of one on paper: without it all may be written anew. Needs Python 3.11 and `cryptography`.
Ends with 0 if all fits; with 1 if not, and names the first entry that does not; with 2 if asked
wrongly. The tree is that of RFC 6962, checkpoints are C2SP's (c2sp.org/tlog-checkpoint).
"""

import argparse
import hmac
import json
import re
import sys
from base64 import b32decode, b64decode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "postal-tracker-log/1"
MOST_NAMED = 20  # findings that are printed; the first is the one that matters
PRINTED = re.compile(r"(?:[0-9A-F]{16} )?(\d{1,18})[ -]([A-Z2-7]{52}|(?:-?[A-Z2-7]{4}){4})")
BACKDATED = timedelta(hours=1)  # whose row comes so long after later ones was not there before
LATE = timedelta(minutes=10)  # a row is logged within a second; one of so long ago should be a leaf
KEPT_AT_LEAST = {"message": timedelta(days=30), "audit": timedelta(days=90)}  # then erased by age
# By which column of a kind one sees when our own clock was read.
CLOCKS = {"entry": "recorded_at", "message": "received_at", "audit": "at", "key": "at"}
SUMS = ("refused", "forged-hook", "sign-in-failed", "locked-out")  # counted, and told much later
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Wrong(Exception):
    """Nothing can be checked; the message says why."""


class Tree:
    """The root over leaves that are appended: complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        self._whole.append(leaf)
        self.size = rest = self.size + 1
        while rest % 2 == 0:
            right, left = self._whole.pop(), self._whole.pop()
            self._whole.append(sha256(b"\1" + left + right).digest())
            rest //= 2

    def root(self) -> bytes:
        *others, root = self._whole or [sha256().digest()]
        for left in reversed(others):
            root = sha256(b"\1" + left + root).digest()
        return root


def read_checkpoint(note: str, keys: Iterable[tuple[int, str]]) -> tuple[int, bytes]:
    """Return size and root of a checkpoint, if the key signed it that did from some size on."""
    try:
        text, _, signatures = note.partition("\n\n")
        origin, size, root = text.split("\n")
        name, id_, encoded = [key for since, key in keys if since <= int(size)][-1].split("+", 2)
        raw = b64decode(encoded, validate=True)
        lines = [line.split(" ") for line in signatures.splitlines()]
        found = [b64decode(signed, validate=True) for _dash, who, signed in lines if who == name]
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
        known = int(size), b64decode(root, validate=True)
    except (ValueError, IndexError):
        raise Wrong("cannot be read as a checkpoint, or its key as a key") from None
    if origin != name or sha256(f"{name}\n".encode() + raw).hexdigest()[:8] != id_:
        raise Wrong("is of another log than its key")
    for signature in found:
        with suppress(InvalidSignature):
            if signature[:4].hex() == id_:
                public.verify(signature[4:], f"{text}\n".encode())
                return known
    raise Wrong(f"does not bear a good signature of {name}")


class Checker:
    """Goes through an export once; what does not fit is said in `findings`."""

    def __init__(self, key: str, kept: Sequence[str]) -> None:
        self.key, self.findings, self.notes = key.strip(), list[str](), list[str]()
        self._say = self.findings.append
        self.tree, self.keys = Tree(), list[tuple[int, str]]()
        self._kept, self._fitted = kept, 0
        self._roots: dict[int, list[tuple[bytes, str]]] = {}
        self._seen: dict[str, set[int]] = {}
        self._latest: dict[str, datetime] = {}
        self._unopened: list[tuple[int, str, datetime]] = []
        self._opened, self._size = True, 0
        self._aged_out = datetime.min.replace(tzinfo=UTC)

    def run(self, lines: Iterable[str]) -> None:
        at = iter(lines)
        self._begin(_object(next(at, "")))
        for number, line in enumerate(at, start=2):
            try:
                read = _object(line)
                if "checkpoint" in read:
                    self._expect_root(str(read["checkpoint"]), "a checkpoint of the export")
                elif "unlogged" in read:
                    self._unlogged(read)
                else:
                    self._leaf(read)
            except UNREADABLE:
                self._say(f"line {number} of the export cannot be read")
        try:
            self._end()
        except UNREADABLE:
            self._say("the times of the export cannot be compared")

    def _begin(self, head: dict[str, Any]) -> None:
        if head.get("format") != FORMAT:
            raise Wrong("This is no export of a log, or one of another version.")
        self.keys = [(int(n), str(k)) for n, k in head.get("keys") or [[0, head.get("key")]]]
        if self.key and self.key not in [key for _, key in self.keys]:
            self._say("the log is signed with another key than the one that is known")
        self._opened, self._size = head.get("opened") is not False, int(head.get("size", 0))
        for note in self._kept:
            if printed := PRINTED.fullmatch(note.strip()):
                text = printed[2].replace("-", "")
                root = b32decode(text + "=" * (-len(text) % 8))
                self._roots.setdefault(int(printed[1]), []).append((root, "the printed checkpoint"))
            else:
                self._expect_root(note, "the checkpoint that was kept elsewhere")

    def _expect_root(self, note: str, which: str) -> None:
        try:
            size, root = read_checkpoint(note, self.keys)
        except Wrong as why:
            self._say(f"{which} {why}")
        else:
            self._roots.setdefault(size, []).append((root, which))

    def _leaf(self, leaf: dict[str, Any]) -> None:
        place = self.tree.size
        name = f"leaf {place} ({leaf.get('kind')} {leaf.get('id')})"
        if leaf["seq"] != place:
            self._say(f"leaf {place} is missing: {leaf['seq']} follows")
        seen = self._seen.setdefault(str(leaf.get("kind")), set())
        if leaf.get("id") in seen:
            self._say(f"{name} stands in the log twice")
        seen.add(leaf.get("id", -1))
        self._content(name, place, leaf)
        self.tree.append(bytes.fromhex(leaf["hash"]))
        self._compare()

    def _content(self, name: str, place: int, leaf: dict[str, Any]) -> None:
        text = leaf.get("content")
        if text is None:
            self._say(f"{name} has gone from the record")
            return
        if sha256(b"\0" + str(text).encode()).hexdigest() != leaf.get("hash"):
            self._say(f"{name} says otherwise than what was logged")
            return
        said = _object(str(text))
        if (said.get("kind"), said.get("id")) != (leaf.get("kind"), leaf.get("id")):
            self._say(f"{name} is numbered as another one")
        if said["kind"] != "audit":
            self._when(name, said)
        if "sealed" in said and self._opened:
            self._sealed(name, place, said, leaf)
        if said["kind"] == "key":
            self._new_key(name, place, said)
        if said["kind"] == "epoch":
            copy, n = f"a copy of {said['copy_size']} leaves at {said['at']}", said["lost_size"]
            self.notes.append(f"{name}: the record was put back to {copy}; {n} were known before")

    def _new_key(self, name: str, place: int, said: dict[str, Any]) -> None:
        before = [key for since, key in self.keys if since <= place]
        if (place + 1, said["key"]) not in self.keys or before[-1:] != [said["former_key"]]:
            self._say(f"{name} tells of another key than the export")
        self.notes.append(f"{name}: another key signs since {said['at']}. Ask why, and who made it")

    def _when(self, name: str, said: dict[str, Any]) -> None:
        kind = str(said.get("kind"))
        if at := _moment(said.get(CLOCKS.get(kind, ""))):
            latest = self._latest.get(kind, at)
            if at < latest - BACKDATED:
                self._say(f"{name} is dated {at}, and came into the log after one of {latest}")
            self._latest[kind] = max(at, latest)

    def _sealed(self, name: str, place: int, said: dict[str, Any], leaf: dict[str, Any]) -> None:
        salt, row, kind = leaf.get("salt"), leaf.get("row"), said["kind"]
        if salt is None:
            at = _moment(said.get(CLOCKS.get(kind, "")))
            if at and kind in KEPT_AT_LEAST and not (row and kind == "audit"):
                self._unopened.append((place, kind, at))
            elif row is not None and any(row["sealed"].values()):
                self._say(f"{name} cannot be opened, though nothing of it was erased")
        elif row is None:
            self._say(f"{name} has gone from the record")
        else:
            self._open(name, said, salt, row)

    def _open(self, name: str, said: dict[str, Any], salt: str, row: dict[str, Any]) -> None:
        told = row["sealed"]
        sealed = hmac.digest(bytes.fromhex(salt), _canonical(told).encode(), "sha256").hex()
        if said != {**row["open"], "sealed": sealed}:
            self._say(f"{name} says otherwise than what was logged")
        elif "digest" in row and row["digest"] != told["digest"]:
            self._say(f"{name} has another body than the one that was logged")
        elif said["kind"] == "audit":
            if told["what"] not in SUMS:
                self._when(name, said)
            self._aged_out = max(self._aged_out, _moment(told["erased_before"]) or self._aged_out)

    def _unlogged(self, row: dict[str, Any]) -> None:
        at, latest = _moment(row.get("at")), self._latest.get(str(row.get("kind")))
        if at and latest and at < latest - LATE:
            self._say(f"{row['kind']} {row['unlogged']} of {at} is in the record, not in the log")
        else:
            self.notes.append(f"{row['kind']} {row['unlogged']} is not in the log yet")

    def _compare(self) -> None:
        for root, which in self._roots.pop(self.tree.size, ()):
            if self.tree.root().startswith(root):
                self._fitted = self.tree.size
                continue
            changed = f"the first that was changed is one of {self._fitted} to {self.tree.size - 1}"
            self._say(f"{which} over {self.tree.size} leaves does not fit: {changed}")

    def _end(self) -> None:
        self._compare()
        size = self.tree.size
        for more, expected in sorted(self._roots.items()):
            self._say(f"leaves {size} to {more - 1} are missing: {expected[0][1]} knows of {more}")
        if self._size != size:
            self._say(f"the log says that it has {self._size} leaves, and has {size}")
        if self._fitted != size:
            self._say(f"no checkpoint stands for leaves {self._fitted} to {size - 1}")
        if len(self.keys) - 1 != len(self._seen.get("key", ())):
            self._say("the export has other keys than the leaves tell of")
        newest = max(self._latest.values(), default=None)
        for place, kind, at in self._unopened:
            if newest and at > newest - KEPT_AT_LEAST[kind]:
                self._say(f"leaf {place} ({kind}) cannot be opened, and is not old")
            elif kind == "audit" and at >= self._aged_out:
                self._say(f"leaf {place} ({kind}) was erased, and no entry says that it may be")


def _object(text: str) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        if isinstance(read := json.loads(text), dict):
            return read
    return {}


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _moment(text: Any) -> datetime | None:
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(text)
    return None


def _print(text: str, file: TextIO | None = None) -> None:
    print("".join(c if c.isprintable() else "?" for c in text), file=file)  # no terminal's orders


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="OLD")
    parser.add_argument("--key", default="", help="The log's key, where it is known: name+id+key.")
    asked = parser.parse_args(arguments)
    try:
        kept = [path.read_text(encoding="utf-8") for path in asked.checkpoint]
        checker = Checker(asked.key, kept)
        with asked.export.open(encoding="utf-8") as lines:
            checker.run(lines)
    except (Wrong, OSError, *UNREADABLE) as why:
        _print(f"This cannot be checked: {why}", sys.stderr)
        return 2
    for note in checker.notes[:MOST_NAMED]:
        _print(f"note: {note}.")
    for finding in checker.findings[:MOST_NAMED]:
        _print(f"DOES NOT FIT: {finding}.")
    if checker.findings:
        return 1
    _print(f"All {checker.tree.size} leaves fit; the newest are signed with {checker.keys[-1][1]}.")
    if not kept:
        print("Give --checkpoint, one kept elsewhere: else all of this may be written anew.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
