"""A text, an address as a rule, as QR modules, read back before it is handed out.

Level M restores about 15 % of the symbol (ISO/IEC 18004): the usual choice for paper that travels.
"""

from typing import Any

import zxingcpp

from labels.faults import Unprintable, Why

_KIND = zxingcpp.BarcodeFormat.QRCode
MASK = 4
"""One of the eight patterns that keep black and white in balance; a symbol says which it has.

To weigh all eight and take the fairest, as ISO/IEC 18004 asks of encoders, takes five times as
long as all the rest, and gained nothing: `tests/labels/test_degraded_prints.py` compares.
"""
_QUIET = 4
"""The white around the symbol, in modules, without which it is none."""
_MODULES = bytes.maketrans(b"\x00\xff", b"10")


def modules(text: str) -> tuple[str, ...]:
    """Return the symbol's rows, '1' for a dark module, without its quiet zone of four modules.

    Raises Unprintable if there is nothing to say, or more than a QR code can hold.
    """
    if not text:
        raise Unprintable(text, Why.EMPTY)
    try:
        symbol = zxingcpp.create_barcode(text, _KIND, ec_level="M", data_mask=MASK)
    except ValueError as fault:
        raise Unprintable(text, Why.TOO_LONG) from fault
    image = symbol.to_image(scale=1, add_quiet_zones=True)
    if read_back(image) != text:
        raise Unprintable(text, Why.MISREAD)
    return _rows(image)


def read_back(image: Any) -> str | None:
    """Return what a picture of the symbol says, a grey pixel for each module, or None."""
    symbol = zxingcpp.read_barcode(
        image,
        zxingcpp.BarcodeFormats([_KIND]),
        is_pure=True,
        binarizer=zxingcpp.Binarizer.BoolCast,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return symbol.text if symbol and symbol.valid else None


def _rows(image: Any) -> tuple[str, ...]:
    """Return the rows of a picture without their quiet zones."""
    # The library's types do not say that its image is a buffer.
    grey: Any = memoryview(image)
    side, inner = grey.shape[0], slice(_QUIET, -_QUIET)
    signs = grey.tobytes().translate(_MODULES).decode()
    rows = [signs[start : start + side][inner] for start in range(0, len(signs), side)]
    return tuple(rows[inner])
