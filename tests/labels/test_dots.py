import unicodedata

import numpy as np
import pytest

from labels import dots, lettering, outlines
from labels.drawing import MM_PER_POINT, Block, Page, Symbol, Words
from labels.lettering import SMALLEST_PT, Line
from tests.labels.vietnamese import VIETNAMESE

ACCENTED = [letter for letter in VIETNAMESE if not letter.isascii()]
DOT = 0.125


def letter_dots(letter: str, size_pt: float, *, bold: bool) -> bytes:
    """The letter on a small page, so that its place counts as well as its form."""
    return dots.picture(Page(20, 20, (Words(5, 12, letter, size_pt, bold),)), DOT).tobytes()


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size_pt", [SMALLEST_PT, 11])
def test_each_vietnamese_letter_looks_like_itself_even_at_the_smallest_size(
    size_pt: float, bold: bool
) -> None:
    assert len(ACCENTED) == 134
    pictures = {letter_dots(letter, size_pt, bold=bold) for letter in [*VIETNAMESE, " "]}
    assert len(pictures) == len(VIETNAMESE) + 1


@pytest.mark.parametrize("bold", [False, True])
def test_each_vietnamese_letter_has_an_outline_of_its_own(bold: bool) -> None:
    paths = {outlines.of(letter, bold=bold).path for letter in [*VIETNAMESE, " "]}
    assert len(paths) == len(VIETNAMESE) + 1


@pytest.mark.parametrize("bold", [False, True])
def test_outlines_and_dots_run_as_far_as_was_reckoned(bold: bool) -> None:
    for text in ("Nguyễn Thị Ẩn", "63 Lý Tự Trọng, phường Bến Thành", "RR 123 456 785 VN"):
        width = Line(text, 10, bold).width
        units = sum(outlines.of(letter, bold=bold).advance for letter in text)
        assert units / outlines.UNITS * 10 * MM_PER_POINT == pytest.approx(width)
        ink = dots.ink(Words(0, 0, text, 10, bold), DOT).dots
        assert ink.shape[1] * DOT == pytest.approx(width, abs=0.5)


def test_letters_in_dots_are_as_high_as_in_the_font() -> None:
    for size_pt in (8, 12, 21):
        ink = dots.ink(Words(0, 0, "H", size_pt, bold=True), DOT)
        assert ink.top + ink.dots.shape[0] == 0
        capital = size_pt * MM_PER_POINT * lettering.CAP_HEIGHT / DOT
        assert ink.dots.shape[0] == pytest.approx(capital, abs=1.5)


def test_letters_hang_into_the_next_but_none_is_cut() -> None:
    together = dots.ink(Words(0, 0, "fj", 20), DOT).dots.sum()
    alone = sum(int(dots.ink(Words(0, 0, letter, 20), DOT).dots.sum()) for letter in "fj")
    assert together == pytest.approx(alone, rel=0.02)


def test_words_and_blocks_beyond_the_page_are_cut_at_its_edge() -> None:
    marks = (Block(-3, -2, 5, 4), Words(8, 5, "Trung tâm", 20), Block(30, 30, 5, 5))
    picture = dots.picture(Page(10, 10, marks), DOT)
    assert picture.shape == (80, 80)
    assert picture[:16, :16].all()
    assert picture[:, 64:].any()


def test_a_rule_thinner_than_a_dot_is_still_seen() -> None:
    picture = dots.picture(Page(10, 10, (Block(1, 5, 8, 0.02),)), DOT)
    assert picture.sum() == 64


def test_a_turned_symbol_runs_down_the_page() -> None:
    symbol = Symbol(1, 1, ("1100", "1010"), 0.25, 0.5, turned=True)
    there = dots.picture(Page(5, 5, (symbol,)), DOT)[8:16, 8:16]
    expected = np.kron(np.array([[1, 1], [0, 1], [1, 0], [0, 0]]), np.ones((2, 4)))
    assert np.array_equal(there, expected.astype(bool))


@pytest.mark.parametrize("text", ["", " ", "  "])
def test_words_of_nothing_leave_the_paper_white(text: str) -> None:
    assert not dots.picture(Page(10, 10, (Words(1, 5, text, 10),)), DOT).any()


def test_composed_and_typed_in_pieces_are_the_same_once_settable() -> None:
    typed = unicodedata.normalize("NFD", "Nguyễn Ẩn")
    whole = lettering.settable(typed)
    assert dots.ink(Words(0, 0, whole, 10), DOT).dots.any()
    assert whole == "Nguyễn Ẩn"
