"""Eyes for papers of several pages: what a person reads on each, and what a scanner does."""

from collections.abc import Sequence
from contextlib import closing

import pypdfium2
import zxingcpp
from PIL import Image

import labels
from labels.drawing import Page
from labels.papers import sheet


def file_of(pages: Sequence[Page]) -> bytes:
    return labels.render(pages, sheet.A4.dot, "pdf")


def read(pages: Sequence[Page]) -> list[str]:
    """What a person reads on each page, with single spaces."""
    with closing(pypdfium2.PdfDocument(file_of(pages))) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def pictures(pages: Sequence[Page], dpi: float) -> list[Image.Image]:
    with closing(pypdfium2.PdfDocument(file_of(pages))) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def scanned(pages: Sequence[Page], dpi: float = 300) -> list[list[str]]:
    """What a scanner reads on each page, from the top down."""
    return [
        [
            code.text
            for code in sorted(zxingcpp.read_barcodes(each), key=lambda c: c.position.top_left.y)
        ]
        for each in pictures(pages, dpi)
    ]
