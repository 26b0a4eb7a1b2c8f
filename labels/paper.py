"""The media we print on: their sizes, and the dots of the coarsest printer that serves them.

Lengths of symbols are whole dots, and their corners lie on the dots: then a printer that blackens
each dot it touches adds nothing to a bar. Off the dots a bar grows by up to 0.65 of a module.
"""

from dataclasses import dataclass

from labels.faults import UnknownMedium

BARS_QUIET_MODULES = 10
QR_QUIET_MODULES = 4


@dataclass(frozen=True, slots=True)
class Medium:
    """One kind of paper, upright. Millimetres; `width` is across, `height` along the print."""

    name: str
    width: float
    height: float
    margin: float
    dot: float
    """0.125 on the usual 8 dots/mm (203.2 dpi) thermal printer."""
    bar_dots: int
    """Dots in one module of Code 128.

    Three, never two: in simulated prints, scuffed and each bar one dot too fat, 3 dots (0.375 mm)
    scanned 100 times in 100 and 2 dots (0.25 mm) 47 times. A code too long for the width is turned.
    """
    bar_height: float
    """At least 15: so can one straight line cross a symbol of 79 mm that is 10 degrees askew."""
    qr_dots: range
    """Dots in one module of a QR code, at best and at least; with 3, fat dots spoil six in ten."""

    @property
    def bar_module(self) -> float:
        """The width of the narrowest bar."""
        return self.bar_dots * self.dot

    def on_dots(self, length: float) -> float:
        """Return the nearest whole number of dots, as a length."""
        return round(length / self.dot) * self.dot

    def fits(self, modules: int, length: float) -> bool:
        """Whether a symbol of so many modules, and its quiet zones, fit along `length`."""
        edge = max(self.margin, BARS_QUIET_MODULES * self.bar_module)
        return modules * self.bar_module + 2 * edge <= length


MEDIA = {
    medium.name: medium
    for medium in (
        Medium(
            name="a6",
            width=105,
            height=148,
            margin=4,
            dot=0.125,
            bar_dots=3,
            bar_height=16,
            qr_dots=range(5, 3, -1),
        ),
    )
}


def named(name: str) -> Medium:
    """Return the medium of that name. Raises UnknownMedium."""
    if name not in MEDIA:
        raise UnknownMedium(name, tuple(MEDIA))
    return MEDIA[name]
