"""What an authority writes to an applicant: a head of State, a body, and who signs.

The skeleton of forms 02 to 05; their words stand in `notices`. A letter on A4 or A5 is as many
pages as its words need, in one size of type: reasons run to hundreds of letters, and papers that
are lacking to dozens. Signatures never stand alone on a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labels.drawing import Mark, Page
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium
from labels.papers import sheet, strips
from labels.papers.anchor import Anchor
from labels.papers.editions import Heading
from labels.papers.strips import Pair, Strip, below, beside, both, gap, lines, stacked, text

DOTS = "." * 16
"""Room for a pen."""


class Said(NamedTuple):
    """A paragraph."""

    words: Pair


class Asked(NamedTuple):
    """A question of the form, and its answer; without one there is room for a pen."""

    question: Pair
    answer: str | Pair


class Listed(NamedTuple):
    """A question with several answers, numbered below it."""

    question: Pair
    answers: Sequence[str]


Part = Said | Asked | Listed


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one letter; days and times as they shall be read."""

    heading: Heading
    code: str
    above: str
    """The authority above the office; may be empty."""
    office: str
    written: Pair
    """The day: "ngày 23 tháng 11 năm 2026", "23 November 2026"."""
    to: str
    body: Sequence[Part]
    signers: tuple[tuple[Pair, str], tuple[Pair, str]]
    anchor: Anchor | None = None


class _Set(NamedTuple):
    """How a letter is set on one size of paper."""

    medium: Medium
    sizes: tuple[float, ...]
    """Of the type, the largest first: a smaller one where all then stands on one page."""
    questions_wide: float
    room_to_sign: float
    size_pt: float = 0


PAPERS = ("a4", "a5")
_SETS = {
    "a4": _Set(sheet.A4, (11.0, 10.5, 10.0), 50, 22),
    "a5": _Set(sheet.A5, (8.5, 8.0, 7.5), 38, 14),
}
_FOOT = 6.0
_BARS_HIGH = 8.0
_STAY_TOGETHER = 4
"""The last lines of the body, and white, that stay with the signatures."""


def pages(letter: Letter, paper: str = "a4") -> list[Page]:
    """Return the letter on one of PAPERS. Raises Unprintable."""
    box = sheet.inside(_SETS[paper].medium)
    every = [_laid(box, letter, how) for how in _each_size(_SETS[paper])]
    return next((drawn for drawn in every if len(drawn) == 1), every[0])


def _each_size(how: _Set) -> Iterator[_Set]:
    return (how._replace(size_pt=size) for size in how.sizes)


def _laid(box: Box, letter: Letter, how: _Set) -> list[Page]:
    """Return the letter in one size of type."""
    room = box.height - _FOOT
    drawn = list(strips.paged(_strips(box, letter, how), first=room, others=room))
    return [
        sheet.page(
            how.medium,
            [*stacked(some, box.top), *_foot(box, letter, n, len(drawn), how)],
        )
        for n, some in enumerate(drawn, start=1)
    ]


def _strips(box: Box, letter: Letter, how: _Set) -> Sequence[Strip]:
    """Return the letter from the top down; its last lines stay with the signatures."""
    body = [strip for part in letter.body for strip in _part(box, part, how)]
    signed = sheet.signatures(
        box,
        *letter.signers,
        size_pt=how.size_pt,
        room=how.room_to_sign,
        anchor=letter.anchor,
    )
    end = below(*body[-_STAY_TOGETHER:], gap(how.size_pt * 0.4), signed)
    return [*_head(box, letter, how), *body[:-_STAY_TOGETHER], end]


def _head(box: Box, letter: Letter, how: _Set) -> Iterator[Strip]:
    size = how.size_pt
    if letter.heading.number:
        yield text(box, Paragraph(letter.heading.number), size_pt=size * 0.8, across=1)
        yield gap(1)
    yield sheet.state_head(box, letter.above, letter.office, size_pt=size * 0.9)
    yield gap(1.5)
    left, right = box.columns(None, box.width * 0.54, gap=2)
    day = Pair(f"{DOTS}, {letter.written.vi}", letter.written.en)
    yield beside(
        text(left, Paragraph(f"Số: {DOTS}"), size_pt=size * 0.9, across=0.5),
        both(right, day, size_pt=size * 0.9, across=0.5),
    )
    yield gap(size * 0.35)
    yield both(box, letter.heading.title, size_pt=size * 1.35, bold=True, across=0.5)
    yield gap(size * 0.25)
    yield strips.code(box, letter.code, how.medium, high=_BARS_HIGH, size_pt=size)
    yield gap(size * 0.35)
    yield from lines(
        box,
        Paragraph(f"Kính gửi Ông/Bà, tổ chức: {letter.to}", bold=True),
        size_pt=size,
        across=0.5,
    )
    yield gap(size * 0.25)


def _part(box: Box, part: Part, how: _Set) -> Iterator[Strip]:
    """Yield one part of the body, a strip for each line, and white below it."""
    match part:
        case Said(words):
            yield from _in_both(box, words, how)
        case Asked(question, answer):
            yield from _asked(box, question, answer, how)
        case Listed(question, answers):
            yield from _in_both(box, Pair(question.vi + ":", question.en), how)
            numbered = [Paragraph(f"{n}. {each}") for n, each in enumerate(answers, start=1)]
            yield from lines(_inset(box), *numbered, size_pt=how.size_pt)
    yield gap(how.size_pt * 0.14)


def _in_both(box: Box, words: Pair, how: _Set) -> Iterator[Strip]:
    paragraphs = Paragraph(words.vi), Paragraph(words.en, scale=0.72)
    return lines(box, *paragraphs, size_pt=how.size_pt)


def _asked(box: Box, question: Pair, answer: str | Pair, how: _Set) -> Iterator[Strip]:
    """Yield a question at the left, and its answer beside it, line by line."""
    left, right = box.columns(how.questions_wide, None, gap=2)
    words = Pair(answer) if isinstance(answer, str) else answer
    told = Paragraph(words.vi or DOTS * 2, bold=bool(words.vi)), Paragraph(words.en, scale=0.72)
    asked = both(left, question, size_pt=how.size_pt)
    first, *rest = lines(right, *told, size_pt=how.size_pt)
    beside_it = [first]
    while rest and strips.height(beside_it) < asked.height:
        beside_it.append(rest.pop(0))
    yield beside(asked, below(*beside_it))
    yield from rest


def _inset(box: Box) -> Box:
    return Box(box.left + 5, box.top, box.width - 5, box.height)


def _foot(box: Box, letter: Letter, page: int, of: int, how: _Set) -> Iterator[Mark]:
    """A letter of several pages says on each which one it is."""
    if of == 1:
        return
    top = box.top + box.height - _FOOT + 2
    size = how.size_pt * 0.8
    yield from text(box, Paragraph(letter.code), size_pt=size).at(top)
    yield from text(box, Paragraph(f"trang {page}/{of}"), size_pt=size, across=1).at(top)
