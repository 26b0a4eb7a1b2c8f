"""Envelopes before a telephone's camera: our own labels, fresh, worn, turned, and in the dark."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image, ImageEnhance

import labels
from labels import paper
from tests.labels.makers import a_parcel, rendered
from tests.labels.wear import SCUFFED, worn

FRAME = (1280, 720)
_HIGH = 660
"""Pixels of the frame that a label takes."""


def label(number: str) -> Image.Image:
    """Return the parcel's label, as its printer sets it in dots."""
    parcel = a_parcel(tracking_number=number, qr=f"https://hoso.example.vn/courier/{number}")
    medium = paper.named("100x50")
    return rendered(labels.draw([parcel], medium=medium), medium.dpi)[0]


def worn_out(number: str) -> Image.Image:
    dots = worn(np.asarray(label(number)) < 128, SCUFFED, np.random.default_rng(20261128))
    return Image.fromarray(np.where(dots, 0, 255).astype(np.uint8))


def before_a_camera(seen: Image.Image, *, angle: float = 0, light: float = 1) -> Image.Image:
    """Return a frame of the camera with the label on a grey table."""
    turned = seen.convert("L").rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=150)
    turned.thumbnail((FRAME[0] - 40, _HIGH))
    frame = Image.new("L", FRAME, 150)
    frame.paste(turned, ((FRAME[0] - turned.width) // 2, (FRAME[1] - turned.height) // 2))
    return ImageEnhance.Brightness(frame).enhance(light).convert("RGB")


def as_they_come(numbers: Sequence[str]) -> dict[str, Image.Image]:
    """Return one frame of each kind, by the number that stands on it."""
    fresh, old, turned, dark = numbers
    return {
        fresh: before_a_camera(label(fresh)),
        old: before_a_camera(worn_out(old)),
        turned: before_a_camera(label(turned), angle=67),
        dark: before_a_camera(label(dark), light=0.25),
    }


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def texts(file: bytes) -> list[str]:
    """What a reader of codes other than ours sees: the stand-in for a telephone's own."""
    return [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(file)))]
