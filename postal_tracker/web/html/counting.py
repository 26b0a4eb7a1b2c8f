"""Counting what stands on a list: one parcel after the other is scanned or ticked, or all are.

What is missing is named, and said once more, before it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from postal_tracker.core import codes
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import Sent

SEPARATOR = " "


@dataclass(frozen=True, slots=True)
class Count:
    """A count as far as it has come."""

    sent: Sent
    """The form to show again, with what was scanned ticked."""
    here: list[str]
    left: list[str]
    """What is missing; named on the page once somebody says that he is done."""
    is_done: bool = False
    is_sure: bool = False
    """Done, and of what is missing he has been told."""


def count_of(sent: Sent, listed: Sequence[str]) -> Count:
    """Return what a form counts. Raises Invalid (scanned and not on the list, nothing is there)."""
    do = sent.one("do")
    ticked = {*sent.many("here"), *_scanned(sent, listed)}
    here = [number for number in listed if number in ticked or do == "whole"]
    left = [number for number in listed if number not in here]
    again = Sent({**sent.values, "here": here, "code": [""]})
    if do not in ("whole", "count"):
        return Count(again, here, left)
    if not here:
        raise field_invalid("code", *_NOTHING)
    is_told = sent.one("left").split(SEPARATOR) == left
    return Count(again, here, left, is_done=True, is_sure=not left or is_told)


_NOTHING = (
    "Chưa có bưu gửi nào được quét hay đánh dấu.",
    "No parcel has been scanned or ticked.",
)


def _scanned(sent: Sent, listed: Sequence[str]) -> list[str]:
    """Return the listed parcel that was scanned, also if a keyboard changed it on the way."""
    text = sent.one("code")
    read = [codes.read_scan(text), *codes.restored(codes.one_line(text))]
    found = {one.code for one in read} & {*listed}
    if text and len(found) != 1:
        raise field_invalid(
            "code",
            "Bưu gửi này không có trong danh sách. Vui lòng để riêng và báo bên giao.",
            "This parcel is not on the list. Put it aside and tell who gives it.",
        )
    return [*found] if text else []
