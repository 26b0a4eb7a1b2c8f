"""The one rule for texts that strangers send: bounded before anything is done with them.

Normalising sorts the marks on a letter in a time that grows with the square of their number:
128,000 of them hold the interpreter, and with it everybody, for 17 seconds. So a text is measured
first. Most fields have a shorter bound of their own, which is about what they may hold.
"""

import unicodedata

LONGEST_TEXT = 4_000
"""Characters of one text, or of one line where a field holds a list; our longest have 1,000."""

LONGEST_RUN = 30
"""Marks and invisible signs in a row, as the Stream-Safe Text Format has it (UAX #15, 13)."""

MOST_KEYS = 200
"""In one JSON object; the largest of a carrier's has some sixty."""


def is_bearable(text: str, longest: int = LONGEST_TEXT) -> bool:
    """Tell whether a text may be looked into at all. Takes time as the text has characters."""
    if len(text) > longest:
        return False
    if len(text) <= LONGEST_RUN or text.isascii():
        return True
    run = 0
    for sign in text:
        run = run + 1 if _joins_the_sign_before(sign) else 0
        if run > LONGEST_RUN:
            return False
    return True


def _joins_the_sign_before(sign: str) -> bool:
    # Also what is invisible: it is taken out, and the marks on both sides of it come together.
    return unicodedata.category(sign) in ("Mn", "Me", "Mc", "Cf")
