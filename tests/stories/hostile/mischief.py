"""What befalls a message on its way: spoilt beyond reading, or said again in other letters."""

import json
import random
import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

# Beyond reading, or beyond belief. What only looks like another message (a flipped digit) is left
# out: where nothing is signed nobody can tell it from the truth.


def _flipped(body: bytes, chance: random.Random) -> bytes:
    """Flip the highest bit of one letter, and no UTF-8 is left."""
    found = [n for n in range(1, len(body) - 1) if max(body[n - 1 : n + 2]) < 0x80]
    where = chance.choice(found)
    return body[:where] + bytes([body[where] | 0x80]) + body[where + 1 :]


def _cut(body: bytes, _: random.Random) -> bytes:
    return body[: len(body) // 3]


def _twice_in_one(body: bytes, _: random.Random) -> bytes:
    return body + body


def _in_utf_16(body: bytes, chance: random.Random) -> bytes:
    return body.decode().encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be")))


def _in_cp1258(body: bytes, _: random.Random) -> bytes:
    return normalize("NFD", _as_letters(body)).encode("cp1258", "replace")


def _in_tcvn3(body: bytes, _: random.Random) -> bytes:
    """One byte above 0xA0 for each letter beyond ASCII, as that old code has it."""
    letters = normalize("NFC", _as_letters(body))
    return bytes(ord(c) if ord(c) < 0x80 else 0xA1 + ord(c) % 0x5E for c in letters)


def _with_nul(body: bytes, _: random.Random) -> bytes:
    return b"\x00" + body


def _on_31_february(body: bytes, _: random.Random) -> bytes:
    body = re.sub(rb"20\d\d-\d\d-\d\d", b"2026-02-31", body)
    return re.sub(rb"\d\d/\d\d/20\d\d", b"31/02/2026", body)


def _in_years_to_come(body: bytes, _: random.Random) -> bytes:
    return _YEARS.sub(b"2031", body)


def _in_years_long_gone(body: bytes, _: random.Random) -> bytes:
    return _YEARS.sub(b"2019", body)


_YEARS = re.compile(rb"202[67](?=-\d\d-| \d\d:)")


def _of_rubbish(_: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b"null", b"[]", b'"x"', b"\xff\xfe", b"<xml/>", b"[" * 40_000))


SPOILT: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "a flipped bit": _flipped,
    "cut off": _cut,
    "twice in one body": _twice_in_one,
    "UTF-16": _in_utf_16,
    "CP1258": _in_cp1258,
    "TCVN3": _in_tcvn3,
    "a NUL": _with_nul,
    "31 February": _on_31_february,
    "years to come": _in_years_to_come,
    "years long gone": _in_years_long_gone,
    "rubbish": _of_rubbish,
}


def _as_letters(body: bytes) -> str:
    """Return a body with its letters written out where JSON had escaped them."""
    if body[:1] != b"{":
        return body.decode()
    return json.dumps(json.loads(body), ensure_ascii=False)


# The same in other letters


def reserialised(body: bytes, chance: random.Random) -> bytes:
    """Say the same with other white space, in another order, escaped otherwise."""
    if body[:1] != b"{":
        pairs = body.split(b"&")
        chance.shuffle(pairs)
        return b"&".join(pairs)
    return json.dumps(
        _shuffled(json.loads(body), chance),
        ensure_ascii=chance.random() < 0.5,
        indent=chance.choice((None, 1, 4, "\t")),
        separators=chance.choice(((",", ":"), (", ", ": "), (" ,  ", " : "))),
    ).encode()


def with_more(body: bytes, chance: random.Random) -> bytes:
    """Say the same and something else besides: another body under the same id."""
    more = f"{chance.random():.6f}"
    if body[:1] != b"{":
        return body + f"&more={more}".encode()
    return json.dumps({**json.loads(body), "more": {"of": more}}).encode()


def _shuffled(told: Any, chance: random.Random) -> Any:
    """Shuffle the keys at every level; lists keep their order."""
    if isinstance(told, list):
        return [_shuffled(one, chance) for one in told]
    if not isinstance(told, dict):
        return told
    keys = chance.sample(list(told), len(told))
    return {key: _shuffled(told[key], chance) for key in keys}
