"""Vietnamese without its marks, so that "Uong Bi" finds "Uông Bí"."""

import unicodedata


def folded(text: str) -> str:
    """Return text in lower case without diacritics; đ becomes d."""
    split = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in split if not unicodedata.combining(c)).split())
