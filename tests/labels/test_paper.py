"""The media there are, and those that a centre adds in a file of its own."""

from pathlib import Path

import pytest

from labels import UnknownMedium, layout, paper
from labels.faults import BadMedia
from labels.paper import MEDIA, Medium, Stickers
from tests.labels.makers import a_parcel
from tests.labels.places import is_whole, symbols

EVERY = pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)

OWN = """
[nhan-21]
width = 210
height = 297
dpi = 600
margin = 2

[nhan-21.stickers]
across = 3
down = 7
width = 63.5
height = 38.1
left = 7.2
top = 15.1
gap_across = 2.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "media.toml"


@EVERY
def test_stickers_stay_on_their_sheet_and_do_not_overlap(medium: Medium) -> None:
    corners = medium.places
    assert len(set(corners)) == len(corners)
    right, bottom = corners[-1]
    assert right + medium.label_width <= medium.width + medium.dot
    assert bottom + medium.label_height <= medium.height + medium.dot
    grid = medium.stickers
    if grid:
        assert len(corners) == grid.across * grid.down == int(medium.name.partition("-")[2])
        assert min(grid.gap_across, grid.gap_down) >= 0


@pytest.mark.parametrize("name", ["a4-8", "a4-12", "a4-24", "a4-40"])
def test_the_white_around_the_stickers_is_the_same_on_opposite_sides(name: str) -> None:
    medium = MEDIA[name]
    (left, top), (last, lowest) = medium.places[0], medium.places[-1]
    assert 210 - last - medium.label_width == pytest.approx(left, abs=0.1)
    assert 297 - lowest - medium.label_height == pytest.approx(top, abs=0.1)


@EVERY
def test_every_sticker_begins_on_a_dot(medium: Medium) -> None:
    for left, top in medium.places:
        assert is_whole(left / medium.dot)
        assert is_whole(top / medium.dot)


def test_modules_are_whole_dots_the_best_first() -> None:
    assert MEDIA["a6"].bar_modules == [0.375, 0.25]
    assert MEDIA["a6"].qr_modules == [0.625, 0.5, 0.375]
    assert [round(m, 4) for m in MEDIA["100x50-300"].bar_modules] == [0.3387, 0.254]
    assert [round(m, 4) for m in MEDIA["a4-24"].bar_modules] == [0.3387, 0.2963, 0.254]


def test_the_media_that_others_rely_on_are_there() -> None:
    assert {"a6", "100x150", "100x75", "100x50", "a4-8", "a4-12", "a4-24", "a4-40"} <= set(MEDIA)
    with pytest.raises(UnknownMedium, match="a4-12"):
        paper.named("a4-11")


def test_a_centre_adds_its_own_stickers(file: Path) -> None:
    file.write_text(OWN, encoding="utf-8")
    own = paper.load(file)
    medium = paper.named("nhan-21", own)
    assert medium == Medium(
        "nhan-21",
        width=210,
        height=297,
        dpi=600,
        margin=2,
        stickers=Stickers(3, 7, 63.5, 38.1, left=7.2, top=15.1, gap_across=2.5),
    )
    (page,) = layout.pages([a_parcel()] * 21, medium)
    assert len(symbols(page)) == 42
    assert paper.named("a6", own) == paper.named("a6")
    with pytest.raises(UnknownMedium, match="nhan-21"):
        paper.named("nhan-22", own)


def test_a_centre_adds_its_own_roll(file: Path) -> None:
    file.write_text("[cuon-80x60]\nwidth=80\nheight=60\ndpi=203\nmargin=2.5\n", encoding="utf-8")
    medium = paper.named("cuon-80x60", paper.load(file))
    assert (medium.places, medium.label_width, medium.dot) == ([(0, 0)], 80, 0.125)
    assert len(symbols(layout.page(a_parcel(), medium))) == 2


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("across = 3", "across = 4", "the stickers reach 268.7 mm across on a page of 210 mm"),
        ("down = 7", "down = 8", "the stickers reach 319.9 mm down on a page of 297 mm"),
        ("gap_across = 2.5", "gap_across = -1", "stickers overlap"),
        ("gap_across = 2.5", "gap = 2.5", "'gap' is unknown; known are across, down"),
        ("margin = 2", "margin = 2\ncolour = 1", "'colour' is unknown"),
        ("margin = 2", "", "margin is missing"),
        ("top = 15.1", "", "top is missing"),
        ("dpi = 600", "dpi = 72", "dpi is a whole number from 200 to 1200, not 72"),
        ("dpi = 600", "dpi = 600.5", "dpi is a whole number"),
        ("dpi = 600", "dpi = 9999999999999999999", "dpi is a whole number"),
        ("across = 3", "across = true", "across is a whole number"),
        ("width = 63.5", 'width = "63.5"', "width is a number from 45 to 450, not '63.5'"),
        ("width = 63.5", "width = nan", "width is a number"),
        ("width = 63.5", "width = 20", "width is a number from 45"),
        ("height = 297", "height = inf", "height is a number"),
        ("[nhan-21.stickers]", "[nhan-21.tem]", "'tem' is unknown"),
        ("nhan-21", "a6", "the name is taken"),
        ("nhan-21", "NHAN_21", "a name is 1 to 40 small letters"),
        ("[nhan-21]", "nhan-22 = 5\n[nhan-21]", "this is no table"),
        ("[nhan-21]", "[nhan-21", "media.toml"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(
    file: Path, was: str, now: str, told: str
) -> None:
    assert was in OWN
    file.write_text(OWN.replace(was, now), encoding="utf-8")
    with pytest.raises(BadMedia) as refused:
        paper.load(file)
    assert told in str(refused.value)


def test_a_file_that_is_not_there_is_told_by_its_name(file: Path) -> None:
    with pytest.raises(BadMedia, match=r"media\.toml"):
        paper.load(file)


def test_stickers_must_be_a_table(file: Path) -> None:
    roll = "[x]\nwidth=80\nheight=60\ndpi=203\nmargin=2\nstickers=24\n"
    file.write_text(roll, encoding="utf-8")
    with pytest.raises(BadMedia, match="stickers is no table"):
        paper.load(file)
