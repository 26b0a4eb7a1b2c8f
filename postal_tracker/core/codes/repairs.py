"""What a scan was before a keyboard changed it, where form, check digit or check character tell.

Several answers are several possibilities: the caller asks, or looks into the record. No number is
made up: where more than one digit is lost the record alone can tell.
"""

import re
from collections.abc import Iterator
from itertools import product
from string import ascii_uppercase, digits

from adapters.s10 import is_s10
from postal_tracker.core.codes.cleaning import BadCode
from postal_tracker.core.codes.lookup import read_lookup_code
from postal_tracker.core.codes.scans import ScanKind, Scanned, read_scan
from postal_tracker.core.codes.wedge import could_be, seen, spellings

_DOSSIER = re.compile(
    r"(?P<before>(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?)(?P<letter>[A-Z])(?P<digits>[0-9]{0,2})"
    r"(?P<after>(?:\.[0-9]{2,3}){0,4}-[0-9]{6,8}-[0-9]{4,7})"
)
_S10 = re.compile(r"(?P<head>[A-Z]{1,2})(?P<digits>[0-9]{8,9})(?P<tail>[A-Z]{1,2})")
_LOOKUP_KEYS = "0123456789ADEFJRSWXZ"
"""What an input method can swallow of a lookup code."""


def restored(text: str) -> list[Scanned]:
    """Return the codes that this may have been, by their forms and checks. Never raises."""
    spelled = (scanned for s in spellings(text) if (scanned := _checked(s)))
    return list(dict.fromkeys([*spelled, *_typed(text)]))


def _checked(spelled: str) -> Scanned | None:
    scanned = read_scan(spelled)
    if scanned.kind is ScanKind.PARCEL and not is_s10(scanned.code):
        return None
    return None if scanned.kind is ScanKind.UNKNOWN else scanned


def _typed(text: str) -> Iterator[Scanned]:
    for code in {*_dossiers(text), *_s10s(text)}:
        if could_be(text, code) and (scanned := _checked(code)):
            yield scanned
    plain = text.replace("-", "")
    for code in {*_lookups(seen(plain))}:
        if could_be(plain, code):
            yield Scanned(ScanKind.LOOKUP, code)


def _letters(seen_letter: str) -> str:
    """Return what may have been typed for a letter: W alone becomes U with a horn."""
    return "UW" if seen_letter == "U" else seen_letter


def _dossiers(text: str) -> Iterator[str]:
    found = _DOSSIER.fullmatch(seen(text))
    if found is None:
        return
    for letter, pair in product(_letters(found["letter"]), product(digits, repeat=2)):
        yield f"{found['before']}{letter}{''.join(pair)}{found['after']}"


def _s10s(text: str) -> Iterator[str]:
    """Of a number at most one digit is missing: the first, behind a letter that it marked."""
    found = _S10.fullmatch(seen(text))
    if found is None:
        return
    lost = digits if len(found["digits"]) == 8 else ("",)
    for head, digit, tail in product(_pairs(found["head"]), lost, _pairs(found["tail"])):
        yield f"{head}{digit}{found['digits']}{tail}"


def _pairs(letters: str) -> list[str]:
    if len(letters) == 2:
        return ["".join(pair) for pair in product(_letters(letters[0]), _letters(letters[1]))]
    return [first + second for first in _letters(letters) for second in ascii_uppercase]


def _lookups(bases: str) -> Iterator[str]:
    """Return codes with a right check character, one key having been swallowed at most."""
    for typed in {bases.replace("U", "W"), *_with_one_more(bases.replace("U", "W"))}:
        try:
            if len(typed) == 13 and read_lookup_code(typed) == typed:
                yield typed
        except BadCode:
            continue


def _with_one_more(bases: str) -> Iterator[str]:
    if len(bases) == 12:
        for place, key in product(range(1, 13), _LOOKUP_KEYS):
            yield bases[:place] + key + bases[place:]
