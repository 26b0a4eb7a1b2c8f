"""Eyes to look at a file of any format: its pages, a pixel for each dot of the printer."""

from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pypdfium2
import resvg_py
import zplkit
import zxingcpp
from PIL import Image, ImageChops
from zplkit.output import Limits as Picture
from zplkit.rendering import Limits

from labels import Medium

_A4_AT_600_DPI = 36_000_000
_GOOD_SCREEN = 25.4 / 300
_ONE_GRAPHIC = 99_999
"""What Zebra's programming guide allows a ^GF to hold."""


def seen(file: bytes, file_format: str, medium: Medium) -> list[Image.Image]:
    """The pages, black and white."""
    pages = _EYES[file_format](file, medium)
    return [page.convert("1", dither=Image.Dither.NONE) for page in pages]


def is_black(image: Image.Image) -> np.ndarray:
    return ~np.asarray(image.convert("1", dither=Image.Dither.NONE), np.bool_)


def codes(image: Image.Image) -> list[str]:
    """What a scanner reads off the page, in the order of the alphabet."""
    inked = ImageChops.invert(image.convert("L")).getbbox() or (0, 0, 1, 1)
    upper = image.crop((0, 0, image.width, inked[3] + 50)).convert("L")  # white takes time, too
    return sorted(code.text for code in zxingcpp.read_barcodes(upper))


def files_in(file: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _singles(file: bytes) -> list[bytes]:
    return list(files_in(file).values()) if file.startswith(b"PK") else [file]


def _by_pdf_viewer(file: bytes, medium: Medium) -> list[Image.Image]:
    with closing(pypdfium2.PdfDocument(file)) as document:
        scale = 25.4 / medium.dot / 72
        return [page.render(scale=scale, grayscale=True).to_pil() for page in document]


def by_label_printer(file: bytes, _: Medium | None = None) -> list[Image.Image]:
    limits = Limits(pixels=_A4_AT_600_DPI, graphic_bytes=_ONE_GRAPHIC, input_bytes=10_000_000)
    document = zplkit.render(file, limits=limits)
    assert document.warnings == []
    large = Picture(pixels=_A4_AT_600_DPI, scan_work=10 * _A4_AT_600_DPI)
    rasters = [label.rasterize(limits=large) for label in document.labels]
    return [Image.frombytes("L", (each.width, each.height), each.pixels) for each in rasters]


def _by_picture_viewer(file: bytes, _: Medium) -> list[Image.Image]:
    return [Image.open(BytesIO(single)) for single in _singles(file)]


def by_browser(file: bytes, medium: Medium) -> list[Image.Image]:
    """SVG at a pixel to a dot, but no finer than a good screen; its millimetres go by 96 dpi."""
    pixel = max(medium.dot, _GOOD_SCREEN)
    wide, high = (round(side / pixel) for side in (medium.width, medium.height))
    pictures = (
        resvg_py.svg_to_bytes(svg_string=single.decode(), dpi=96, width=wide, height=high)
        for single in _singles(file)
    )
    return [Image.open(BytesIO(bytes(picture))).convert("L") for picture in pictures]


_EYES: dict[str, Callable[[bytes, Medium], list[Image.Image]]] = {
    "pdf": _by_pdf_viewer,
    "zpl": by_label_printer,
    "png": _by_picture_viewer,
    "svg": by_browser,
}
