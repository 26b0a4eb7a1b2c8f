"""What is wrong with a scanner or its keyboard, by how a code that we know arrived."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from postal_tracker.core.codes import wedge

CHECK_CODE = "Aas-a16-QZWYM-0123456789"
"""In it is what settings change: letters that layouts exchange, capitals and small ones, all
digits, a hyphen, and what Telex (`Aas`) and VNI (`a16`) take for a Vietnamese letter."""


class Fault(StrEnum):
    """What is set wrong."""

    INPUT_METHOD = "input_method"
    LAYOUT = "layout"
    CAPS_LOCK = "caps_lock"
    LETTER_CASE = "letter_case"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    NO_ENTER = "no_enter"
    TAB = "tab"
    PARTIAL = "partial"
    ANOTHER = "another"
    """Neither this code nor what any known setting makes of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault."""

    fault: Fault
    shown: str = ""
    """What was added: of a prefix or suffix; control characters as their pictures."""


def examine(text: str, ended: str = "") -> list[Finding]:
    """Return what is wrong with how the check code arrived; nothing if all is well.

    `ended` is the key that came last: `enter`, `tab`, `nothing`; empty if nobody watched.
    """
    ends = {"nothing": Fault.NO_ENTER, "tab": Fault.TAB}
    last = [Finding(ends[ended])] if ended in ends else []
    return _of_text(text) + last


def _of_text(text: str) -> list[Finding]:
    for code, faults in (
        (CHECK_CODE, []),
        (CHECK_CODE.swapcase(), [Finding(Fault.CAPS_LOCK)]),
        (CHECK_CODE.upper(), [Finding(Fault.LETTER_CASE)]),
        (CHECK_CODE.lower(), [Finding(Fault.LETTER_CASE)]),
    ):
        before, found, after = text.partition(code)
        if found:
            return [*faults, *_added(Fault.PREFIX, before), *_added(Fault.SUFFIX, after)]
    return [Finding(_changed(text))]


def _added(fault: Fault, text: str) -> list[Finding]:
    """Name what is not of the code; long ones are cut: something else may have been scanned."""
    return [Finding(fault, "".join(map(_picture, text[:20])))] if text else []


def _picture(sign: str) -> str:
    return chr(0x2400 + ord(sign)) if ord(sign) < 0x20 else sign


_GERMAN = str.maketrans("yzYZß?", "zyZY--")


def _changed(text: str) -> Fault:
    text = unicodedata.normalize("NFC", text.strip())
    meant = CHECK_CODE.upper()
    if text.translate(_GERMAN).upper() == meant or meant in wedge.spellings(text):
        return Fault.LAYOUT
    if wedge.could_be(text, meant):
        return Fault.INPUT_METHOD
    is_piece = len(text) > 2 and text in CHECK_CODE
    return Fault.PARTIAL if is_piece else Fault.ANOTHER
