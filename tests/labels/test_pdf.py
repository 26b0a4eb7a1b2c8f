"""What a renderer makes of our PDFs: as many dots as the paper and each bar should have."""

import subprocess
import sys
from contextlib import closing
from math import ceil

import pypdfium2
import pytest

import labels
from labels import layout, paper
from labels.drawing import MM_PER_POINT, Symbol
from tests.labels.makers import a_parcel


@pytest.mark.parametrize("medium", paper.MEDIA.values(), ids=paper.MEDIA)
def test_a_page_is_a_whole_number_of_dots_and_each_bar_exactly_its_modules_wide(
    medium: paper.Medium,
) -> None:
    label = a_parcel()
    page = layout.page(label, medium)
    bars = next(m for m in page.marks if isinstance(m, Symbol) and len(m.rows) == 1)
    with closing(pypdfium2.PdfDocument(labels.draw([label], medium=medium))) as document:
        scale = MM_PER_POINT / medium.dot
        sides = [ceil(side * scale) for side in document[0].get_size()]
        dots = document[0].render(scale=scale, grayscale=True).to_numpy() < 128
    assert sides == [round(page.width / medium.dot), round(page.height / medium.dot)]
    row = dots[round((bars.top + bars.height / 2) / medium.dot)]
    left, module = round(bars.left / medium.dot), round(bars.module / medium.dot)
    printed = "".join("1" if black else "0" for black in row[left:])
    expected = "".join(module * each for each in bars.rows[0])
    assert printed.startswith(expected)


def test_an_office_that_prints_pdf_alone_does_without_the_memory_for_dots() -> None:
    code = """
import sys, labels
from tests.labels.makers import a_parcel
assert labels.draw([a_parcel()]).startswith(b"%PDF")
assert "numpy" not in sys.modules
assert labels.draw([a_parcel()], format="zpl").startswith(b"^XA")
assert "numpy" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
