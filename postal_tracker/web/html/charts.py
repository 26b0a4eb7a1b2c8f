"""Charts as SVG, drawn by the server: no script, colours by style sheet, text that is text.

Pure: values and words in, markup out. What a picture shows stands in a table beside it; a reader of
the screen hears its title and its description, and goes on to the table. Lengths are in units of
the picture, which are pixels of a page where it is not scaled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 560
_ROW, _BAR, _LINE = 40, 14, 18
_LETTER = 7.7
"""How wide one is at most, on average."""
_LONGEST = 68
"""Letters of a name; the rest stands in the table."""


@dataclass(frozen=True, slots=True)
class About:
    """What a picture is called."""

    name: str
    """One word; no two pictures of a page have the same."""
    title: str
    told: str
    """What is to be seen, for whoever does not see it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, how long it is, and what is written behind it."""

    name: str
    value: float
    said: str
    middle: float | None = None
    """Of a spread: the median, drawn darker from the beginning."""
    tone: str = ""
    """`late`, `post`, … : a class of the style sheet."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing, several times: the oldest first, the present one last."""

    name: str
    values: Sequence[float]
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing through time."""

    name: str
    values: Sequence[float]
    said: str
    """What is written at its end, with the name."""


def bars(about: About, rows: Sequence[Bar], *, whole: float = 0) -> Markup:
    """Draw a bar for each row, in their order; `whole` is the value of a full length."""
    longest = whole or max((row.value for row in rows), default=0) or 1
    label = 12 + _LETTER * max((len(row.said) for row in rows), default=0)
    scale = (WIDTH - label) / longest
    drawn = (_bar(row, _ROW * place, scale) for place, row in enumerate(rows))
    return _picture(about, _ROW * len(rows), drawn)


def _bar(row: Bar, top: int, scale: float) -> Markup:
    length, is_spread = round(row.value * scale, 1), row.middle is not None
    parts = [
        _text(0, top + 13, cut(row.name, _LONGEST)),
        _rect(0, top + _LINE, length, _BAR, f"bar {row.tone}" + " rest" * is_spread),
        _text(length + 6, top + _LINE + 12, row.said, "figure"),
    ]
    if row.middle is not None:
        middle = round(row.middle * scale, 1)
        parts.insert(2, _rect(0, top + _LINE, middle, _BAR, f"bar {row.tone}"))
    return Markup("<g>") + Markup("").join(parts) + Markup("</g>")


def cut(name: str, letters: int) -> str:
    """Return as much of a name as there is room for."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def groups(about: About, rows: Sequence[Group], series: Sequence[str]) -> Markup:
    """Draw columns side by side; all but the last of a group are of the past, and grey."""
    height, foot, top = 170, 40, 44
    highest = max((value for row in rows for value in row.values), default=0) or 1
    wide = WIDTH / max(len(rows), 1)
    column = min((wide - 14) / max(len(series), 1), 40)
    drawn = [_legend(series)]
    for place, row in enumerate(rows):
        left = place * wide
        for n, (value, said) in enumerate(zip(row.values, row.said, strict=True)):
            tall = round(value * (height - top) / highest, 1)
            x = round(left + n * column, 1)
            drawn.append(_rect(x, height - tall, column - 4, tall, _age(n, len(series))))
            drawn.append(
                _text(x + (column - 4) / 2, height - tall - 4, said, "figure small", "middle")
            )
        middle = left + column * len(series) / 2
        for n, line in enumerate(_in_lines(row.name, int(wide / _LETTER))):
            drawn.append(_text(middle, height + 18 + 16 * n, line, "", "middle"))
    return _picture(about, height + foot, drawn)


def _in_lines(name: str, letters: int) -> list[str]:
    """Break a name that is too long at the blank next to its middle."""
    blanks = [place for place, letter in enumerate(name) if letter == " "]
    if len(name) <= letters or not blanks:
        return [name]
    middle = min(blanks, key=lambda place: abs(place - len(name) / 2))
    return [name[:middle], name[middle + 1 :]]


def _age(place: int, of: int) -> str:
    return "bar" if place == of - 1 else f"bar past past-{of - 1 - place}"


def _legend(series: Sequence[str]) -> Markup:
    parts, x = [], 0
    for place, name in enumerate(series):
        parts += [_rect(x, 2, 12, 12, _age(place, len(series))), _text(x + 17, 13, name)]
        x += 40 + 8 * len(name)
    return Markup("").join(parts)


def lines(about: About, ticks: Sequence[str], rows: Sequence[Line]) -> Markup:
    """Draw lines through as many points as there are ticks; each is named at its end."""
    height, top, right = 170, 12, 150
    highest = max((value for row in rows for value in row.values), default=0) or 1
    step = (WIDTH - right) / max(len(ticks) - 1, 1)
    drawn = [Markup('<path class="axis" d="M0 {0}H{1}"/>').format(height, WIDTH - right)]
    ends = _apart([height - row.values[-1] * (height - top) / highest for row in rows])
    for row, end in zip(rows, ends, strict=True):
        points = (
            f"{round(n * step, 1)},{round(height - value * (height - top) / highest, 1)}"
            for n, value in enumerate(row.values)
        )
        tone = "line" if row is rows[-1] else "line second"
        drawn.append(Markup('<polyline class="{}" points="{}"/>').format(tone, " ".join(points)))
        drawn.append(_text(WIDTH - right + 8, end + 4, f"{row.name}: {row.said}", "figure"))
    for n in range(0, len(ticks), 3):
        anchor = "start" if n == 0 else "middle"
        drawn.append(_text(round(n * step, 1), height + 18, ticks[n], "", anchor))
    return _picture(about, height + 24, drawn)


def _apart(heights: Sequence[float]) -> list[float]:
    """Return where to write, so that no two stand upon each other."""
    found: list[float] = [0.0] * len(heights)
    last = float("-inf")
    for place in sorted(range(len(heights)), key=lambda place: heights[place]):
        last = found[place] = max(heights[place], last + 16)
    return found


def shares(about: About, parts: Sequence[Bar]) -> Markup:
    """Draw one bar of parts side by side, each named below with what is said of it."""
    whole = sum(part.value for part in parts) or 1
    drawn, x = [], 0.0
    for place, part in enumerate(parts):
        wide = part.value * WIDTH / whole
        drawn.append(_rect(round(x, 1), 0, round(wide, 1), 26, f"bar {part.tone}"))
        row, side = divmod(place, 2)
        at = 52 + 22 * row
        drawn.append(_rect(side * WIDTH / 2, at - 11, 12, 12, f"bar {part.tone}"))
        drawn.append(_text(side * WIDTH / 2 + 17, at, f"{part.name}: {part.said}"))
        x += wide
    return _picture(about, 40 + 22 * ((len(parts) + 1) // 2), drawn)


def _rect(x: float, y: float, wide: float, high: float, tone: str) -> Markup:
    return Markup('<rect class="{}" x="{:g}" y="{:g}" width="{:g}" height="{:g}"/>').format(
        " ".join(tone.split()), x, y, wide, high
    )


def _text(x: float, y: float, said: str, tone: str = "", anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{:g}" y="{:g}" text-anchor="{}">{}</text>').format(
        tone, x, y, anchor, said
    )


def _picture(about: About, height: float, drawn: Iterable[Markup]) -> Markup:
    name = f"chart-{about.name}"
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {} {:g}"'
        ' aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>'
    ).format(WIDTH, height, name, name, name, about.title, name, about.told)
    return head + Markup("").join(drawn) + Markup("</svg>")
