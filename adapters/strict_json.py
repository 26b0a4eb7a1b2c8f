"""Reading JSON that strangers send: what is doubtful is refused, not guessed at.

Every fault is `Unreadable`, with a reason that repeats nothing of the message: it may hold names.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NoReturn
from unicodedata import category, normalize
from urllib.parse import parse_qsl

from adapters.bounds import LONGEST_TEXT, MOST_KEYS, is_bearable
from adapters.carrier import Unreadable
from adapters.places import without_people

MOST_BYTES = 1024 * 1024
DEEPEST = 32
VIETNAM = timezone(timedelta(hours=7))
"""It has known no other time since 1975."""
ENDS_OF_A_DAY = ("00:00:00", "23:59:59")

MOST_OF_A_PLACE = 500
"""Characters that are looked at; what stands behind them is cut."""

# RFC 3339: the offset is a must. datetime.fromisoformat alone would take much more than this. .NET
# writes seven digits of a second, Go and Java nine; what is beyond a microsecond is cut.
_TIME = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)

_FRACTION = re.compile(r"(?<=:[0-9]{2})\.[0-9]{1,9}$")


def without_mark(body: bytes) -> bytes:
    """Return a text without the byte-order mark that Windows programs put before it."""
    return body.removeprefix(b"\xef\xbb\xbf")


def read_object(body: bytes) -> dict[str, object]:
    """Return the object that the body is. Raises Unreadable."""
    if len(body) > MOST_BYTES:
        raise Unreadable("longer than 1 MiB")
    try:
        found = _DECODER.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except RecursionError:
        raise Unreadable("nested too deep") from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("not JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("not a JSON object")
    if body.count(b"{") + body.count(b"[") > DEEPEST and _is_deeper(found, DEEPEST):
        raise Unreadable("nested too deep")
    return found


def read_listed(body: bytes, field: str) -> dict[str, object]:
    """Return a body that is a list, or one object, as the list in this field. Raises Unreadable.

    A list is no message of ours elsewhere; within an object it is read as strictly as one.
    """
    found = read_object(b'{"%b":%b}' % (field.encode(), without_mark(body)))
    return {field: [found[field]] if isinstance(found[field], dict) else found[field]}


def text(entry: Mapping[str, object], field: str, *, longest: int) -> str:
    """Return a field of one line, 1 to `longest` characters (NFC). Raises Unreadable."""
    found = entry.get(field)
    if not isinstance(found, str):
        raise Unreadable(f"{field} is missing or not text")
    if not is_bearable(found):
        raise Unreadable(f"{field} is longer than anybody needs")
    found = normalize("NFC", " ".join(_without_invisible(found).split()))
    # Also keeps out NUL and half characters, which no database takes.
    if not found or len(found) > longest or not found.isprintable():
        raise Unreadable(f"{field} is empty, too long or not one line of text")
    return found


def _without_invisible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign for sign in text if category(sign) != "Cf")


def optional_text(entry: Mapping[str, object], field: str, *, longest: int) -> str:
    """Return the field, or "" where it is left out, null or empty. Raises Unreadable."""
    return text(entry, field, longest=longest) if entry.get(field) not in (None, "") else ""


def short_text(entry: Mapping[str, object], field: str, *, longest: int) -> str:
    """Return the field's first `longest` characters, or "". Raises Unreadable.

    For what an event can do without: one that is over-long is cut rather than the event lost.
    """
    return _beginning(entry, field)[:longest].rstrip()


def office(entry: Mapping[str, object], field: str, *, longest: int = 120) -> str:
    """Return what a post office or town is called, without people, or "". Raises Unreadable."""
    return without_people(_beginning(entry, field)[:MOST_OF_A_PLACE])[:longest].strip()


def _beginning(entry: Mapping[str, object], field: str) -> str:
    """Return what a text begins with, cut before anything else is done with it."""
    told = entry.get(field)
    begun = {field: told[:LONGEST_TEXT]} if isinstance(told, str) else entry
    return optional_text(begun, field, longest=LONGEST_TEXT)


def time(entry: Mapping[str, object], field: str) -> datetime:
    """Return an RFC 3339 time of this century, in UTC. Raises Unreadable."""
    found = entry.get(field)
    if not isinstance(found, str) or not _TIME.fullmatch(found):
        raise Unreadable(f"{field} is not a time with an offset")
    try:
        return datetime.fromisoformat(found.upper()).astimezone(UTC)
    except ValueError:
        raise Unreadable(f"{field} is not a time that exists") from None


def zoneless_time(entry: Mapping[str, object], field: str, *forms: str) -> datetime:
    """Return a time that names no zone, read as Vietnam's (UTC+7), in UTC. Raises Unreadable.

    `forms` are those of `datetime.strptime`, tried in their order.
    """
    told = _FRACTION.sub("", text(entry, field, longest=40))
    for form in forms:
        try:
            found = datetime.strptime(told, form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        if 2000 <= found.year < 2100:
            return found.astimezone(UTC)
    raise Unreadable(f"{field} is not a time of this century")


def day(entry: Mapping[str, object], *fields: str) -> date | None:
    """Return the day in Vietnam that the first of these fields tells, or None if none can be read.

    For what an event can do without. A day's first or last second stands for that day in whatever
    zone it is written; any other time for the day on which it falls in Vietnam.
    """
    return next(filter(None, (_day(entry.get(field)) for field in fields)), None)


def _day(told: object) -> date | None:
    if not isinstance(told, str):
        return None
    try:
        at = _moment(told)
        is_a_whole_day = at.strftime("%H:%M:%S") in ENDS_OF_A_DAY
        return (at.astimezone(VIETNAM) if at.tzinfo and not is_a_whole_day else at).date()
    except (ValueError, OverflowError):
        return None


def _moment(told: str) -> datetime:
    if "/" in told:  # as Vietnam writes it, with or without an hour
        return datetime.strptime(told.split()[0], "%d/%m/%Y").replace(tzinfo=VIETNAM)
    return datetime.fromisoformat(told)


def code(entry: Mapping[str, object], field: str, *, longest: int = 40) -> str:
    """Return a status code, sent as text or as a whole number, as text. Raises Unreadable."""
    found = entry.get(field)
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**9:
        return str(found)
    return text(entry, field, longest=longest)


def read_form(body: bytes) -> dict[str, object]:
    """Return the fields of an urlencoded form, each with one value. Raises Unreadable.

    Letters beyond ASCII that the sender forgot to escape are taken as they are.
    """
    if len(body) > MOST_BYTES:
        raise Unreadable("longer than 1 MiB")
    try:
        pairs = parse_qsl(
            body.decode("utf-8-sig"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=200,
        )
    except ValueError:
        raise Unreadable("not a form") from None
    return _no_key_twice(list(pairs))


def nested(entry: Mapping[str, object], field: str) -> dict[str, object]:
    """Return the object that a field holds. Raises Unreadable."""
    found = entry.get(field)
    if not isinstance(found, dict):
        raise Unreadable(f"{field} is not an object")
    return found


def part(entry: Mapping[str, object], field: str) -> dict[str, object]:
    """Return the object that a field holds, or an empty one: for what an event can do without."""
    found = entry.get(field)
    return found if isinstance(found, dict) else {}


def entries(entry: Mapping[str, object], field: str, *, most: int) -> list[dict[str, object]]:
    """Return a list whose entries are read one by one, 0 to `most` of them. Raises Unreadable.

    What is no object there stands as an empty one: nothing can be read of it, but the others can.
    """
    found = entry.get(field)
    if not isinstance(found, list) or len(found) > most:
        raise Unreadable(f"{field} is not a list of at most {most}")
    return [one if isinstance(one, dict) else {} for one in found]


def objects(entry: Mapping[str, object], field: str, *, most: int) -> list[dict[str, object]]:
    """Return a list of objects and nothing else, 0 to `most` of them. Raises Unreadable."""
    found = entries(entry, field, most=most)
    if found != entry[field]:
        raise Unreadable(f"{field} holds something else than objects")
    return found


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > MOST_KEYS:
        raise Unreadable(f"an object of more than {MOST_KEYS} keys")
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable("a key stands twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise Unreadable("NaN or Infinity is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_key_twice, parse_constant=_no_number)


def _is_deeper(found: object, levels: int) -> bool:
    layer = [found]
    for _ in range(levels + 1):
        layer = [child for one in layer for child in _children(one)]
    return bool(layer)


def _children(found: object) -> list[object]:
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else []
