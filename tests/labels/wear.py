"""What befalls a printed label before it is scanned: fat bars, scuffs, a poor lens, a slant.

A print is an array of its printer's dots, True where it is black; a scan is what a camera makes of
it, in grey. All chance comes from a generator that the caller seeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Dots = NDArray[np.bool_]

_SHARP = 450
"""Dots to the inch above which a camera's pixel is one dot; below it, half a dot."""


@dataclass(frozen=True, slots=True)
class Wear:
    """One kind of ill treatment. All lengths are in modules or dots, all angles in degrees."""

    gain: int = 0
    """Dots by which everything black is wider and higher."""
    voids: float = 0.0
    specks: float = 0.0
    """Shares of the black dots that are missing, and of the white that are black."""
    blur: float = 0.0
    """Of the lens, in modules of the bars: the sigma of a Gaussian."""
    slant: float = 0.0
    """The label is askew by so much, to either side."""
    contrast: int = 255
    """Between black and white, of 255."""
    noise: float = 0.0
    """The sigma of each pixel's grey."""


SCUFFED = Wear(voids=0.01, specks=0.005, blur=0.2, slant=4, contrast=160, noise=12)
WEARS: Mapping[str, Wear] = {
    "out of focus by half a module": Wear(blur=0.5),
    "3 degrees askew": Wear(slant=3),
    "10 degrees askew": Wear(slant=10),
    "a dot too fat": Wear(gain=1),
    "scuffed": SCUFFED,
    "a dot too fat, and scuffed": Wear(1, 0.01, 0.005, 0.2, 4, 160, 12),
}


def scan(
    dots: Dots, dpi: float, module: float, wear: Wear, chance: np.random.Generator
) -> Image.Image:
    """Return what a camera sees of the print, whose thinnest bars are `module` dots wide."""
    printed = worn(fattened(dots, wear.gain), wear, chance)
    scale = 1 if dpi > _SHARP else 2
    image = Image.fromarray(np.where(printed, 0, 255).astype(np.uint8))
    image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    if wear.slant:
        angle = wear.slant if chance.random() < 0.5 else -wear.slant
        image = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if wear.blur:
        image = image.filter(ImageFilter.GaussianBlur(wear.blur * module * scale))
    return image if wear.contrast == 255 else _dim(image, wear, chance)


def fattened(dots: Dots, gain: int) -> Dots:
    """Return the print with everything black so many dots wider and higher."""
    for _ in range(gain):
        dots = dots.copy()
        dots[:, 1:] |= dots[:, :-1]
        dots[1:] |= dots[:-1]
    return dots


def worn(dots: Dots, wear: Wear, chance: np.random.Generator) -> Dots:
    """Return the print with voids in its black and specks on its white."""
    if not (wear.voids or wear.specks):
        return dots
    luck = chance.random(dots.shape, np.float32)
    return np.where(dots, luck >= wear.voids, luck < wear.specks)


def _dim(image: Image.Image, wear: Wear, chance: np.random.Generator) -> Image.Image:
    grey = np.asarray(image, np.float32) * (wear.contrast / 255) + (255 - wear.contrast) / 2
    grey += wear.noise * chance.standard_normal(grey.shape, np.float32)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
