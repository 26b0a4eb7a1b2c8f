"""Sheets of stickers: begun ones are used up, and a printer that is astray is set right."""

from math import nan

import pytest

from labels import layout, paper
from labels.drawing import Block, Page, Symbol
from labels.faults import NoSuchPlace, TooFarAstray
from labels.layout import Box, sheets
from labels.paper import MEDIA, Medium
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.places import edged, is_whole, is_within, lines, place, symbols, whole

A4_24 = paper.named("a4-24")
EVERY = pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)


def numbers(page: Page) -> list[str]:
    return [words.text for words in lines(page) if words.text.startswith("RR ")]


def test_labels_fill_the_sheet_row_by_row_in_the_order_asked_for() -> None:
    some = [a_parcel(tracking_number=f"RR1234567{n:02d}VN") for n in range(30)]
    first, second = layout.pages(some, A4_24)
    assert numbers(first) + numbers(second) == [f"RR 123 456 7{n:02d} VN" for n in range(30)]
    assert len(numbers(first)) == 24
    bars = [symbol for symbol in symbols(first) if len(symbol.rows) == 1]
    assert sorted(bars, key=lambda symbol: (symbol.top, symbol.left)) == bars


def test_stickers_that_are_gone_are_left_free() -> None:
    (whole,) = layout.pages([a_parcel()] * 24, A4_24)
    (begun,) = layout.pages([a_parcel()] * 19, A4_24, skip=5)
    assert symbols(begun)[0] == symbols(whole)[5]
    assert len(numbers(begun)) == 19


def test_what_does_not_fit_the_begun_sheet_goes_on_a_new_one() -> None:
    first, second = layout.pages([a_parcel()] * 3, A4_24, skip=23)
    assert (len(numbers(first)), len(numbers(second))) == (1, 2)


@pytest.mark.parametrize(("name", "places"), [("a4-24", 24), ("a4-40", 40), ("100x50", 1)])
@pytest.mark.parametrize("past", [-1, 0, 1000])
def test_no_more_stickers_can_be_gone_than_a_sheet_has(name: str, places: int, past: int) -> None:
    skip = past if past < 0 else places + past
    with pytest.raises(NoSuchPlace) as refused:
        layout.pages([a_parcel()], paper.named(name), skip=skip)
    assert (refused.value.skip, refused.value.places) == (skip, places)


def test_pages_of_stickers_are_a4_and_those_of_rolls_one_label_each() -> None:
    (sheet,) = layout.pages([a_parcel(), a_dossier()], A4_24)
    assert (round(sheet.width, 1), round(sheet.height, 1)) == (210.0, 297.0)
    rolls = layout.pages([a_parcel(), a_dossier()], paper.named("100x50"))
    assert [(page.width, page.height) for page in rolls] == [(100, 50)] * 2


@EVERY
@pytest.mark.parametrize("offset", [(1.2, -0.7), (-2.5, 2.5), (0.01, 0)])
def test_a_printer_astray_is_set_right_in_whole_dots(
    medium: Medium, offset: tuple[float, float]
) -> None:
    (there,) = layout.pages([a_parcel()], medium)
    (here,) = layout.pages([a_parcel()], medium, offset=offset)
    for was, now in zip(symbols(there), symbols(here), strict=True):
        assert abs(now.left - was.left - offset[0]) <= medium.dot / 2 + 1e-9
        assert abs(now.top - was.top - offset[1]) <= medium.dot / 2 + 1e-9
        assert is_whole(now.left / medium.dot)
        assert is_whole(now.top / medium.dot)
    moved = lines(here)[0].baseline - lines(there)[0].baseline
    assert moved == pytest.approx(medium.on_dots(offset[1]))


@EVERY
@pytest.mark.parametrize("way", [(1, 1), (-1, -1), (1, -1)])
def test_the_farthest_offset_moves_nothing_off_the_paper(
    medium: Medium, way: tuple[int, int]
) -> None:
    most = sheets.farthest(medium)
    full = [a_parcel(), a_dossier()] * (len(medium.places) // 2 or 1)
    for page in layout.pages(full, medium, offset=(way[0] * most, way[1] * most)):
        for mark in page.marks:
            inked = mark if isinstance(mark, Symbol) else place(mark)
            ink = Box(inked.left, inked.top, inked.width, inked.height)
            assert is_within(ink, edged(whole(page), -medium.dot)), "to the nearest dot"


@EVERY
def test_a_label_that_an_offset_would_cut_is_not_printed(medium: Medium) -> None:
    with pytest.raises(TooFarAstray) as refused:
        layout.pages([a_parcel()], medium, offset=(0, sheets.farthest(medium) + 0.1))
    assert refused.value.most == sheets.farthest(medium)


@pytest.mark.parametrize("offset", [(5.1, 0), (0, -6), (nan, 0), (0, float("inf"))])
def test_no_printer_is_that_far_astray(offset: tuple[float, float]) -> None:
    with pytest.raises(TooFarAstray):
        layout.pages([a_parcel()], A4_24, offset=offset)
    with pytest.raises(TooFarAstray):
        layout.calibration(A4_24, offset=offset)


def blocks(page: Page) -> list[Block]:
    return [mark for mark in page.marks if isinstance(mark, Block)]


@EVERY
def test_the_rulers_show_every_sticker_and_stay_on_the_paper(medium: Medium) -> None:
    page = layout.calibration(medium)
    assert not any(isinstance(mark, Symbol) for mark in page.marks)
    assert min(min(block.left, block.top) for block in blocks(page)) >= 0
    names = [words.text for words in lines(page) if words.text.startswith(medium.name)]
    assert names == [f"{medium.name} · {n + 1}" for n in range(len(medium.places))]
    outlines = {(block.left, block.top) for block in blocks(page) if block.width > 40}
    assert outlines >= set(medium.places)


def test_a_millimetre_on_the_ruler_is_a_millimetre() -> None:
    left = A4_24.places[0][0]
    ticks = sorted(block.left + 0.1 for block in blocks(layout.calibration(A4_24)))
    for mm in range(-5, 6):
        assert any(abs(tick - left - mm) < 0.001 for tick in ticks)


def test_the_ruler_reads_what_has_to_be_set() -> None:
    # The printer puts all 1.5 mm too far right; the edge of the sticker then cuts the mark -1.5.
    edge, astray = A4_24.places[0][0], 1.5
    read = edge - (edge + astray)
    (here,) = layout.pages([a_parcel()], A4_24, offset=(read, 0))
    (there,) = layout.pages([a_parcel()], A4_24)
    assert symbols(here)[0].left + astray == pytest.approx(symbols(there)[0].left, abs=A4_24.dot)
