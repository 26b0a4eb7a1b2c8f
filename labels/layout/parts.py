"""The parts that every label is made of: words in their place, rules, bands and headings."""

from collections.abc import Iterator, Sequence

from labels import lettering
from labels.drawing import MM_PER_POINT, Block, Mark, Words
from labels.label import DossierLabel, ParcelLabel, Party
from labels.layout.boxes import GAP, Box
from labels.lettering import CAP_HEIGHT, Line, Paragraph

RULE = 0.375
HEADED = 4.5
"""The height of a rule and a small heading."""
SMALL_PT = 7.0
_IN_BAND = 2.0
"""Black beside white words."""
_ASIDE = 0.4
"""The share of a band that the words at its right may take."""


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


def two_sided(
    box: Box, left: str, right: str, *, size_pt: float, aside_pt: float | None = None
) -> Iterator[Mark]:
    """Set words at both edges, on one line; the left ones take what the right ones leave."""
    ending = Line(lettering.settable(right), aside_pt or size_pt, bold=True)
    rest = box._replace(width=box.width - ending.width - GAP) if right else box
    paragraphs = [Paragraph(left, bold=True)]
    lines = lettering.fit(paragraphs, wide=rest.width, high=rest.height, largest_pt=size_pt)
    yield from stacked(rest, lines)
    if right:
        baseline = box.top + (lines[:1] or [ending])[0].size_pt * MM_PER_POINT
        yield Words(box.right - ending.width, baseline, ending.text, ending.size_pt, bold=True)


def first_to_fit(box: Box, *choices: Sequence[Paragraph], largest_pt: float) -> Iterator[Mark]:
    """Set the first of these choices of words that fits its place. Raises Unprintable."""
    needed = (lettering.least_height(choice, wide=box.width) for choice in choices)
    fitting = (choice for choice, high in zip(choices, needed, strict=True) if high <= box.height)
    yield from words(box, *next(fitting, choices[-1]), largest_pt=largest_pt)


def band(box: Box, text: str, aside: str = "", *, largest_pt: float = 20) -> Iterator[Mark]:
    """Set white words on a black band: in its middle, or at its left with others at its right."""
    yield Block(box.left, box.top, box.width, box.height)
    place = box._replace(left=box.left + _IN_BAND, width=box.width - 2 * _IN_BAND)
    if not aside:
        yield from centred(place, _band_lines(place, text, largest_pt), white=True)
        return
    left, right = place.columns(None, place.width * _ASIDE, gap=GAP * 2)
    yield from centred(left, _band_lines(left, text, largest_pt), white=True, at=0)
    yield from centred(right, _band_lines(right, aside, largest_pt * 0.75), white=True, at=1)


def _band_lines(box: Box, text: str, largest_pt: float) -> list[Line]:
    """Return lines whose highest accents stay on the band."""
    high = box.height * lettering.LEADING / lettering.ACCENTED_HEIGHT
    paragraphs = [Paragraph(text, bold=True)]
    return lettering.fit(paragraphs, wide=box.width, high=high, largest_pt=largest_pt)


def centred(
    box: Box, lines: Sequence[Line], *, white: bool = False, at: float = 0.5
) -> Iterator[Mark]:
    """Set the lines at middle height; the eye takes the height of the capitals for theirs.

    `at` is their place across: 0 at the left, 0.5 in the middle, 1 at the right.
    """
    capitals = sum(each.size_pt * CAP_HEIGHT * MM_PER_POINT for each in lines[:1])
    baseline = box.top + (box.height + capitals - sum(each.height for each in lines[1:])) / 2
    for each in lines:
        left = box.left + (box.width - each.width) * at
        yield Words(left, baseline, each.text, each.size_pt, each.bold, white)
        baseline += each.height


def rule(box: Box) -> Block:
    """Return a thin line along the top of the place."""
    return Block(box.left, box.top, box.width, RULE)


def party(who: Party) -> list[Paragraph]:
    """Return the name, and each line of the address smaller below it."""
    return [Paragraph(who.name, bold=True), *(Paragraph(each, scale=0.75) for each in who.lines)]


def close_party(who: Party, *, scale: float = 1) -> list[Paragraph]:
    """Return the name, and the whole address run on below it."""
    address = Paragraph(", ".join(who.lines), scale=0.8 * scale)
    return [Paragraph(who.name, bold=True, scale=scale), address]


def count(label: ParcelLabel) -> str:
    """Return how many dossiers are in a parcel, in few words."""
    return f"{len(label.dossier_codes)} hồ sơ"


def two_parties(
    box: Box,
    recipient: Sequence[Paragraph],
    sender: Sequence[Paragraph],
    *,
    sender_high: float,
    recipient_pt: float,
    sender_pt: float,
) -> Iterator[Mark]:
    """Set the recipient above the sender, who gets `sender_high` if the recipient can spare it."""
    spare = box.height - GAP - height_headed(recipient, wide=box.width)
    high = max(height_headed(sender, wide=box.width), min(sender_high, spare))
    above, below = box.rows(None, high)
    yield from headed(above, "Người nhận", *recipient, largest_pt=recipient_pt)
    yield from headed(below, "Người gửi", *sender, largest_pt=sender_pt)


def height_headed(words: Sequence[Paragraph], *, wide: float) -> float:
    """Return what the words need at the smallest size, under a rule and a small heading."""
    return HEADED + lettering.least_height(words, wide=wide)


def run_on(label: ParcelLabel) -> tuple[list[Paragraph], Paragraph, Paragraph]:
    """Return recipient, whole sender and sender's name for places too small for headings."""
    name, address = close_party(label.recipient)
    whole = ", ".join((f"Từ: {label.sender.name}", *label.sender.lines))
    return (
        [Paragraph(f"Đến: {name.text}", bold=True), address],
        Paragraph(whole, scale=0.7),
        Paragraph(f"Từ: {label.sender.name}", scale=0.7),
    )


def reprint(label: ParcelLabel | DossierLabel) -> str:
    """Return what a reprint says of itself."""
    return f"In lại lần {label.reprint}" if label.reprint else ""
