import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Unprintable, Why, lettering
from labels.faces import FACES
from labels.lettering import SMALLEST_PT, Paragraph
from tests.labels.vietnamese import TEXT, VIETNAMESE


@pytest.mark.parametrize("bold", [False, True])
def test_the_font_has_every_vietnamese_letter(bold: bool) -> None:
    known = FACES[bold].glyphs
    assert len(set(VIETNAMESE)) == 146
    assert [letter for letter in VIETNAMESE if letter not in known] == []


def test_both_weights_have_the_same_letters() -> None:
    regular, bold = (set(FACES[weight].glyphs) for weight in (False, True))
    assert regular == bold


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Thị Ngọc Ẩn"), "Nguyễn Thị Ngọc Ẩn"),
        ("  Số\t 12,\n ngõ 3 ", "Số 12, ngõ 3"),
        ("\ufeffAn\u200b", "An"),
        ("№ 5", "No 5"),
    ],
)
def test_text_is_set_in_whole_letters_and_single_spaces(typed: str, set_as: str) -> None:
    assert lettering.settable(typed) == set_as


def test_a_letter_that_the_font_lacks_is_refused_not_drawn_as_a_box() -> None:
    with pytest.raises(Unprintable) as refused:
        lettering.settable("王小明")
    assert (refused.value.why, refused.value.text) == (Why.NO_SUCH_LETTER, "王")


@given(st.lists(TEXT, max_size=5), st.floats(20, 100), st.floats(3, 60))
def test_words_stay_in_their_place_and_none_is_lost(
    texts: list[str], wide: float, high: float
) -> None:
    paragraphs = [Paragraph(text, bold=n == 0, scale=1 / (n + 1)) for n, text in enumerate(texts)]
    if lettering.least_height(paragraphs, wide=wide) > high + 1e-6:
        with pytest.raises(Unprintable, match=Why.TOO_MANY_WORDS):
            lettering.fit(paragraphs, wide=wide, high=high, largest_pt=18)
        return
    lines = lettering.fit(paragraphs, wide=wide, high=high, largest_pt=18)
    assert "".join(line.text for line in lines).replace(" ", "") == "".join(texts).replace(" ", "")
    assert all(line.width <= wide and line.size_pt >= SMALLEST_PT for line in lines)
    assert sum(line.height for line in lines) <= high + 1e-6


def test_a_long_word_shrinks_before_it_is_broken() -> None:
    word = Paragraph("trungtamphucvuhanhchinhcong@bennghe.hochiminhcity.gov.vn")
    (line,) = lettering.fit([word], wide=97, high=20, largest_pt=18)
    assert line.text == word.text
    assert line.size_pt < 18
    assert len(lettering.fit([word], wide=30, high=20, largest_pt=18)) > 1


def test_words_are_as_large_as_their_place_allows() -> None:
    name = [Paragraph("Sở Xây dựng")]
    roomy, tight = (lettering.fit(name, wide=97, high=high, largest_pt=18) for high in (20, 5))
    assert roomy[0].size_pt == 18
    assert SMALLEST_PT < tight[0].size_pt < 18
