"""The paper that forms are printed on, and what the head of each form says."""

from collections.abc import Iterable

from labels.drawing import Mark, Page
from labels.layout import sheets
from labels.layout.boxes import Box
from labels.lettering import Line, Paragraph
from labels.paper import Medium, Stickers
from labels.papers import anchor as anchors
from labels.papers.anchor import Anchor
from labels.papers.strips import Pair, Strip, below, beside, both, gap, rule, text

A4 = Medium("a4", 210, 297, dpi=600, margin=12)
A5 = Medium("a5", 148, 210, dpi=600, margin=9)
A4_LYING = Medium("a4", 297, 210, dpi=600, margin=10)
TWO_A5 = Medium("a4", 297, 210, dpi=600, margin=9, stickers=Stickers(2, 1, 148, 210, 0.5, 0))
"""A4 lying, to be cut in the middle. Office printers have 600 dots to the inch or more."""


def inside(medium: Medium) -> Box:
    """Return the page, or each of its parts, within its margins."""
    edge = medium.margin
    return Box(edge, edge, medium.label_width - 2 * edge, medium.label_height - 2 * edge)


def page(medium: Medium, marks: Iterable[Mark]) -> Page:
    return sheets.offset_page(medium, marks, (0.0, 0.0))


def state_head(box: Box, above: str, office: str, *, size_pt: float) -> Strip:
    """Return the head of a paper of State: whose it is at the left, the country at the right.

    The country's name and motto, with a rule as long as the motto, as in Decree 30/2020/NĐ-CP.
    """
    left, right = box.columns(None, box.width * 0.54, gap=2)
    ours = Paragraph(above.upper()), Paragraph(office.upper(), bold=True)
    country = Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    motto = Paragraph("Độc lập - Tự do - Hạnh phúc", bold=True)
    return beside(
        below(
            text(left, *ours, size_pt=size_pt, across=0.5),
            gap(0.6),
            rule(_middle(left, left.width * 0.3)),
        ),
        below(
            text(right, country, motto, size_pt=size_pt, across=0.5),
            gap(0.6),
            rule(_middle(right, Line(motto.text, size_pt, bold=True).width)),
        ),
    )


def _middle(box: Box, wide: float) -> Box:
    return Box(box.left + (box.width - wide) / 2, box.top, wide, box.height)


NOBODY = (Pair(""), "")
"""Who does not sign."""


def signatures(
    box: Box,
    *signers: tuple[Pair, str],
    size_pt: float,
    room: float,
    anchor: Anchor | None = None,
) -> Strip:
    """Return a place for both to sign: who that is, room for a hand, and the name if known.

    Where only one signs, the other is NOBODY. An anchor has its place between them,
    and takes room from nobody.
    """
    between = anchors.WIDE if anchor else 0
    left, middle, right = box.columns(None, between, (box.width - between) / 2, gap=0)
    places = (left, right)
    return beside(
        *([anchors.strip(middle, anchor, A4)] if anchor else []),
        *(
            below(
                both(place, who, size_pt=size_pt, bold=True, across=0.5),
                text(place, Paragraph("(Ký, ghi rõ họ tên)"), size_pt=size_pt * 0.8, across=0.5),
                gap(room),
                text(place, Paragraph(name, bold=True), size_pt=size_pt, across=0.5),
            )
            for place, (who, name) in zip(places, signers, strict=True)
            if who.vi
        ),
    )
