"""The QR of an identity card: people scan it where a code is asked for, and it holds names.

Old and new cards: number|old number|name|birth date|sex|address|issue date, dates as ddMMyyyy;
newer ones have more fields behind (read off public descriptions of both; high).
"""

import re
from dataclasses import dataclass

_BEGINS = re.compile(r"[0-9]{12}\|")
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What a registration takes from a card. Personal data."""

    number: str
    name: str = ""
    address: str = ""


def is_identity_card(text: str) -> bool:
    """Tell whether this begins as the QR of an identity card does, though it may be cut off."""
    return _BEGINS.match(text) is not None


def read_identity_card(text: str) -> IdentityCard | None:
    """Return what a card's QR says; of one that a field cut off, what is left."""
    if not is_identity_card(text):
        return None
    parts = [" ".join(part.split()) for part in text.split("|")]
    if len(parts) < 4 or not _DATE.fullmatch(parts[3]):
        return IdentityCard(parts[0])
    return IdentityCard(parts[0], parts[2], parts[5] if len(parts) > 5 else "")
