"""The QR of an identity card: people scan it where a code is asked for, and it holds names.

Old and new cards: number|old number|name|birth date|sex|address|issue date, dates as ddMMyyyy;
newer ones have more fields behind (read off public descriptions of both; high).
"""

import re
from dataclasses import dataclass

from postal_tracker.core.codes.wedge import spellings

CARD_REFUSED = (
    "Đây là mã QR của thẻ căn cước. Chỉ quét thẻ ở trang Tiếp nhận hồ sơ, vào ô Họ và tên.",
    "This is the QR code of an identity card. Scan cards only when registering, into the name.",
)

_BEGINS = re.compile(r"[0-9]{12}\|")
_BEGINS_CHANGED = re.compile(r"[0-9]{12}[~*µ]")
"""On a British keyboard, or a French one with Caps Lock, only the bar is another sign."""
_NUMBER = 12
_LEAST = 4
_VIETNAMESE_NUMBER = 40
"""On Vietnam's own layout a digit may arrive as a mark, or as a letter of several signs."""
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What a registration takes from a card. Personal data."""

    number: str
    name: str = ""
    address: str = ""


def is_identity_card(text: str) -> bool:
    """Tell whether this begins as the QR of an identity card does, though it may be cut off."""
    return _BEGINS.match(text) is not None or is_changed_card(text)


def is_changed_card(text: str) -> bool:
    """Tell whether it does so on a keyboard of another layout: then nothing of it can be used."""
    if _BEGINS_CHANGED.match(text):
        return True
    if len(text) <= _LEAST or any(c.isascii() and c.isalnum() for c in text[:_LEAST]):
        return False
    starts = (text[: _NUMBER + 1], text.partition("|")[0][:_VIETNAMESE_NUMBER] + "|")
    return any(_BEGINS.match(s) for start in starts for s in spellings(start))


def read_identity_card(text: str) -> IdentityCard | None:
    """Return what a card's QR says; of one that a field cut off, what is left."""
    if not _BEGINS.match(text):
        return None
    parts = [" ".join(part.split()) for part in text.split("|")]
    if len(parts) < 4 or not _DATE.fullmatch(parts[3]):
        return IdentityCard(parts[0])
    return IdentityCard(parts[0], parts[2], parts[5] if len(parts) > 5 else "")
