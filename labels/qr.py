"""A text, an address as a rule, as QR modules.

Level M restores about 15 % of the symbol (ISO/IEC 18004): the usual choice for paper that travels.
"""

from typing import Any

import zxingcpp

from labels.faults import Unprintable, Why


def modules(text: str) -> tuple[str, ...]:
    """Return the symbol's rows, '1' for a dark module, without its quiet zone of four modules.

    Raises Unprintable if there is nothing to say, or more than a QR code can hold.
    """
    if not text:
        raise Unprintable(text, Why.EMPTY)
    try:
        symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError as fault:
        raise Unprintable(text, Why.TOO_LONG) from fault
    # One grey byte for a module; the library's types do not say that its image is a buffer.
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(image).tolist()
    return tuple("".join("0" if grey else "1" for grey in row) for row in rows)
