"""Vietnamese letters, words and texts to set in type."""

import unicodedata
from itertools import product

from hypothesis import strategies as st

VOWELS = "aăâeêioôơuưy"


TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


SMALL = [unicodedata.normalize("NFC", v + t) for v, t in product(VOWELS, TONES)] + ["đ"]


VIETNAMESE = SMALL + [letter.upper() for letter in SMALL]


WORD = st.text(st.sampled_from(VIETNAMESE + list("bcghklmnpqrstvx,.-0123456789")), min_size=1)


TEXT = st.lists(WORD, max_size=25).map(" ".join)
