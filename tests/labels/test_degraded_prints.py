"""Labels as they come out of worn printers and before tired scanners, in simulation.

Each label is drawn, rendered in its printer's dots, ill-treated, and read by an independent
decoder: the bars and the QR code must both say what they should.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from math import atan2, degrees
from typing import NamedTuple

import numpy as np
import pypdfium2
import pytest
import zxingcpp

import labels
from labels import ParcelLabel, layout, paper, qr
from labels.drawing import MM_PER_POINT, Symbol
from labels.layout import Label
from labels.paper import Medium
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.wear import WEARS, Dots, Wear, scan
from tests.sampling import Share

ENOUGH = 0.99
MANY = 100
"""Labels for each medium and each kind of ill treatment."""
QR_WEARS = {"scuffed": WEARS["scuffed"], "far out of focus": Wear(blur=0.9)}
_QR = zxingcpp.BarcodeFormat.QRCode
_KINDS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, _QR])


class Print(NamedTuple):
    """One printed label, and what its symbols should say."""

    dots: Dots
    module: float
    """The thinnest bar, in dots."""
    code: str
    qr: str | None
    steepest: float
    """The angle in degrees up to which one straight line can cross all the bars."""

    def is_read_by(self, found: set[str], angle: float) -> bool:
        """Whether nothing wrong was read, and all that can be read at that angle was.

        Of bars that no line can cross, nothing need be; then the QR code serves.
        """
        says = {self.code, self.qr}
        needed = says if angle < self.steepest else {self.qr}
        return needed - {None} <= found <= says


def a_label(n: int) -> Label:
    number, code = f"RR{n * 7919 % 10**9:09d}VN", f"H29.12-261123-{n:04d}"
    token = f"{n * 104_729 % 10**10:010d}"
    if n % 2:
        return a_dossier(code=code, qr=f"https://hoso.example.vn/t/7KQ4XM2P9D{token}QRSTVWXYZ23456")
    return a_parcel(
        tracking_number=number,
        qr=f"https://hoso.example.vn/courier/{number}",
        dossier_codes=(code,),
    )


@lru_cache(maxsize=4)
def printed(n: int, medium: Medium) -> Print:
    """The label as the medium's printer sets it in dots."""
    label = a_label(n)
    marks = layout.page(label, medium).marks
    symbols = [mark for mark in marks if isinstance(mark, Symbol)]
    bars = [symbol for symbol in symbols if len(symbol.rows) == 1]
    return Print(
        dots=_dots(labels.draw([label], medium=medium), medium),
        module=min(symbol.module for symbol in symbols) / medium.dot,
        code=label.tracking_number if isinstance(label, ParcelLabel) else label.code,
        qr=label.qr if len(symbols) > len(bars) else None,
        steepest=max((_steepest(each) for each in bars), default=0),
    )


def _steepest(bars: Symbol) -> float:
    short, long = sorted((bars.width, bars.height))
    return degrees(atan2(short, long))


def _dots(file: bytes, medium: Medium) -> Dots:
    """The first label on the page, black where more than half of a dot is."""
    left, top = medium.places[0]
    with closing(pypdfium2.PdfDocument(file)) as document:
        page = document[0]
        wide, high = (points * MM_PER_POINT for points in page.get_size())
        right, below = wide - left - medium.label_width, high - top - medium.label_height
        edges = [max(edge, 0) / MM_PER_POINT for edge in (left, below, right, top)]
        image = page.render(scale=MM_PER_POINT / medium.dot, grayscale=True, crop=tuple(edges))
        return image.to_numpy() < 128


def scanned(medium: Medium, wear: str, count: int) -> Iterator[bool]:
    """Whether all the symbols of each label were read, and read right."""
    chance = np.random.default_rng(20261123)
    for n in range(count):
        sheet = printed(n, medium)
        image = scan(sheet.dots, medium.dpi, sheet.module, WEARS[wear], chance)
        found = zxingcpp.read_barcodes(image, _KINDS, try_invert=False)
        yield sheet.is_read_by({code.text for code in found}, WEARS[wear].slant)


@pytest.mark.parametrize("wear", WEARS)
def test_the_default_label_scans_off_a_poor_print(wear: str) -> None:
    assert all(scanned(paper.named("a6"), wear, 2))


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("medium", sorted(paper.MEDIA.keys() - {"a6"}))
def test_labels_of_every_medium_scan_though_fat_and_scuffed(medium: str) -> None:
    assert all(scanned(paper.named(medium), "a dot too fat, and scuffed", 2))


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("wear", WEARS)
@pytest.mark.parametrize("medium", paper.MEDIA)
def test_at_least_99_in_100_labels_scan_off_a_poor_print(
    medium: str, wear: str, share: Share
) -> None:
    many = share.of(MANY)  # the first of them, not any: what is counted shall not hang on chance
    assert sum(scanned(paper.named(medium), wear, many)) >= ENOUGH * many


@pytest.mark.slow
@pytest.mark.one_in(3)
@pytest.mark.parametrize("wear", ["scuffed", "far out of focus"])
def test_a_fixed_mask_of_the_qr_code_scans_as_often_as_the_fairest(wear: str) -> None:
    ours = sum(_qr_scanned(wear, {"data_mask": qr.MASK}))
    fairest = sum(_qr_scanned(wear, {}))
    assert ours >= fairest - 0.01 * MANY


def _qr_scanned(wear: str, options: dict[str, int]) -> Iterator[bool]:
    chance = np.random.default_rng(20261123)
    for n in range(MANY):
        text = a_label(n).qr
        symbol = zxingcpp.create_barcode(text, _QR, ec_level="M", **options)
        modules = np.asarray(symbol.to_image(scale=1, add_quiet_zones=True)) == 0
        dots = np.kron(modules, np.ones((5, 5), np.bool_))
        found = zxingcpp.read_barcodes(scan(dots, 203, 3, QR_WEARS[wear], chance), _KINDS)
        yield [code.text for code in found] == [text]
