"""Text as people mean it: what nobody sees goes, what would change a name is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_tracker.core.text import fault, folded, meant

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d"
    "\u202e\u2060\u2061\u2066\u2067\u2068\u2069\u206f\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9"
    "\U0001d173\U000e0001\U000e0041\U000e007f\U000e0100"
)
"""One of each kind: breaks, joiners, turners, fillers, variants, tags."""
REFUSED = "\ue000\uf8ff\U000f0000\U0010fffd\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff\ufffc\ufffd"
"""Private use, noncharacters, and what stands where a letter was lost."""


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
@pytest.mark.parametrize("typed", ["{}Bà Hoa", "Bà{} Hoa", "Bà H{}oa", "Bà Hoa{}"])
def test_what_nobody_sees_goes(sign: str, typed: str) -> None:
    text = typed.format(sign)
    assert fault(text) is None
    assert (meant(text), folded(text)) == ("Bà Hoa", "ba hoa")


@pytest.mark.parametrize("sign", [*REFUSED, 5 * "\u0301"], ids=ascii)
def test_what_would_leave_another_name_is_refused(sign: str) -> None:
    vi, en = fault(f"Bà H{sign}oa") or ("", "")
    assert vi
    assert en


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ðặng Văn Ðức", "Đặng Văn Đức"),
        ("ðường Lê Lợi, TP. Ðà Nẵng", "đường Lê Lợi, TP. Đà Nẵng"),
        ("TRẦN ÐÌNH ÐÔ", "TRẦN ĐÌNH ĐÔ"),
        ("K'Ðim", "K'Đim"),
        ("Xơ-Ðăng", "Xơ-Đăng"),
        ("Xơðăng", "Xơđăng"),
        ("Hðrah Niê", "Hđrah Niê"),
        ("Sigurður Friðriksson", "Sigurður Friðriksson"),
        ("GUÐRÚN DAVÍÐSDÓTTIR", "GUÐRÚN DAVÍÐSDÓTTIR"),
    ],
)
def test_an_icelandic_letter_typed_for_d_is_d_but_not_in_an_icelander(
    typed: str, kept: str
) -> None:
    assert meant(typed) == kept
    assert folded(typed) == folded(typed.replace("Ð", "Đ").replace("ð", "đ"))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Y Ƀhăm Êban", "y bham eban"),
        ("H’Hen Niê", "h'hen nie"),
        ("H\u02bcHen Niê", "HHen Nie"),
        ("K`Brơi", "K’broi"),
        (unicodedata.normalize("NFD", "Rơ Ô Bhŭng"), "ro o bhung"),
        ("Siu Ê\u0306č", "siu ec"),
        ("İpek Iş\u0131k Łø", "IPEK ISIK LO"),
    ],
)
def test_names_are_found_without_marks_strokes_and_apostrophes(name: str, asked: str) -> None:
    assert folded(asked) == folded(name)
    assert folded(name).isascii()


def test_letters_with_their_marks_in_any_order_are_one_letter() -> None:
    assert meant("e\u0306\u0323") == meant("e\u0323\u0306")


@given(st.text())
def test_a_name_for_searching_has_room_where_the_name_has(name: str) -> None:
    assert len(folded(name)) <= len(name)
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize("name", ["한글" * 100, "ß" * 200, "\ufb03" * 200, "İ" * 200])
def test_no_letter_of_the_world_makes_it_longer(name: str) -> None:
    assert len(folded(name)) <= len(name)
