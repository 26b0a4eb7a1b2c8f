"""A page as one picture in black and white, a pixel for each of the printer's dots."""

from io import BytesIO

import numpy as np
from PIL import Image

from labels import dots
from labels.drawing import Page


def write(page: Page, dot: float) -> bytes:
    """Return the PNG, which names its resolution; `dot` is the printer's, in millimetres."""
    black = dots.picture(page, dot)
    white = np.packbits(~black, axis=1).tobytes()
    image = Image.frombytes("1", (black.shape[1], black.shape[0]), white)
    file = BytesIO()
    image.save(file, "PNG", dpi=(25.4 / dot, 25.4 / dot))
    return file.getvalue()
