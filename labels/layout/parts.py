"""The parts that every label is made of: words in their place, rules, bands and headings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from labels import lettering
from labels.drawing import MM_PER_POINT, Block, Mark, Words
from labels.label import DossierLabel, ParcelLabel, Party
from labels.layout.boxes import GAP, Box
from labels.lettering import CAP_HEIGHT, Line, Paragraph

RULE = 0.375
HEADED = 4.5
"""The height of a rule and a small heading."""
SMALL_PT = 7.0


def words(box: Box, *paragraphs: Paragraph, largest_pt: float) -> Iterator[Mark]:
    """Set the words below each other, as large as they fit."""
    lines = lettering.fit(paragraphs, wide=box.width, high=box.height, largest_pt=largest_pt)
    yield from stacked(box, lines)


def stacked(box: Box, lines: Sequence[Line]) -> Iterator[Mark]:
    """Set the lines below each other, from the top of the place."""
    top = box.top
    for each in lines:
        yield line(each, box.left, top)
        top += each.height


def line(each: Line, left: float, top: float) -> Words:
    """Set one line."""
    baseline = top + each.size_pt * MM_PER_POINT
    return Words(left, baseline, each.text, each.size_pt, each.bold)


def headed(box: Box, heading: str, *paragraphs: Paragraph, largest_pt: float) -> Iterator[Mark]:
    """Set the words under a rule and a small heading."""
    yield rule(box)
    yield from words(box.below(1), Paragraph(heading), largest_pt=SMALL_PT)
    yield from words(box.below(HEADED), *paragraphs, largest_pt=largest_pt)


def two_sided(box: Box, left: str, right: str, *, size_pt: float) -> Iterator[Mark]:
    """Set words at both edges; the left ones take what the right ones leave."""
    ending = Line(right, size_pt, bold=True)
    if right:
        yield line(ending, box.right - ending.width, box.top)
    rest = replace(box, width=box.width - ending.width - GAP)
    yield from words(rest, Paragraph(left, bold=True), largest_pt=size_pt)


def band(box: Box, text: str, *, largest_pt: float = 20) -> Iterator[Mark]:
    """Set white words in the middle of a black band, which must hold the highest accents too."""
    yield Block(box.left, box.top, box.width, box.height)
    lines = lettering.fit(
        [Paragraph(text, bold=True)],
        wide=box.width - 4,
        high=box.height * lettering.LEADING / lettering.ACCENTED_HEIGHT,
        largest_pt=largest_pt,
    )
    yield from centred(box, lines, white=True)


def centred(box: Box, lines: Sequence[Line], *, white: bool = False) -> Iterator[Mark]:
    """Set the lines in the middle; the eye takes the height of the capitals for theirs."""
    capitals = sum(each.size_pt * CAP_HEIGHT * MM_PER_POINT for each in lines[:1])
    baseline = box.top + (box.height + capitals - sum(each.height for each in lines[1:])) / 2
    for each in lines:
        left = box.left + (box.width - each.width) / 2
        yield Words(left, baseline, each.text, each.size_pt, each.bold, white)
        baseline += each.height


def rule(box: Box) -> Block:
    """Return a thin line along the top of the place."""
    return Block(box.left, box.top, box.width, RULE)


def party(who: Party) -> list[Paragraph]:
    """Return the name, and the address smaller below it."""
    address = [Paragraph(each, scale=0.75) for each in who.lines]
    return [Paragraph(who.name, bold=True), *address]


def reprint(label: ParcelLabel | DossierLabel) -> str:
    """Return what a reprint says of itself."""
    return f"In lại lần {label.reprint}" if label.reprint else ""
