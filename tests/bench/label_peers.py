"""The same labels as others make them: what ours are held against.

All are told the same words and codes. Those that put words where they are told also get our places
for them, worked out beforehand: they need neither measure nor wrap. Nobody else reads back.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import fontpkg_be_vietnam_pro
from barcode import Code128
from barcode.writer import SVGWriter

from labels import ParcelLabel, layout, paper
from labels.drawing import Block, Page, Symbol, Words
from labels.layout import Label

FONTS = fontpkg_be_vietnam_pro.ROOT / "files"


@dataclass(frozen=True, slots=True)
class Told:
    """One label as the others are told it."""

    label: Label
    code: str
    page: Page
    """Where our layout puts the words and the symbols."""

    @classmethod
    def of(cls, label: Label) -> "Told":
        code = label.tracking_number if isinstance(label, ParcelLabel) else label.code
        return cls(label, code, layout.page(label, paper.named("a6")))

    @property
    def qr(self) -> str:
        return self.label.qr

    def of_kind(self, kind: type) -> list[Any]:
        return [mark for mark in self.page.marks if isinstance(mark, kind)]

    def symbols(self) -> tuple[Symbol, Symbol]:
        bars, qr = sorted(self.of_kind(Symbol), key=lambda symbol: len(symbol.rows))
        return bars, qr


def reportlab_widgets(told: Sequence[Told]) -> bytes:
    """Draw with reportlab's own Code 128 and QR code, as its manual has it."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.code128 import Code128 as Bars
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    faces = _reportlab_faces()
    for one in told:
        high = one.page.height
        canvas.setPageSize((one.page.width * mm, high * mm))
        for block in one.of_kind(Block):
            below = (high - block.top - block.height) * mm
            canvas.rect(block.left * mm, below, block.width * mm, block.height * mm, 0, 1)
        for words in one.of_kind(Words):
            canvas.setFillGray(words.white)
            canvas.setFont(faces[words.bold], words.size_pt)
            canvas.drawString(words.left * mm, (high - words.baseline) * mm, words.text)
        canvas.setFillGray(0)
        bars, qr = one.symbols()
        symbol = Bars(one.code, barWidth=bars.module * mm, barHeight=bars.height * mm, quiet=0)
        symbol.drawOn(canvas, bars.left * mm, (high - bars.top - bars.height) * mm)
        widget = QrCodeWidget(one.qr, barLevel="M", barBorder=0)
        widget.barWidth = widget.barHeight = qr.width * mm
        drawing = Drawing(qr.width * mm, qr.width * mm)
        drawing.add(widget)
        renderPDF.draw(drawing, canvas, qr.left * mm, (high - qr.top - qr.height) * mm)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@cache
def _reportlab_faces() -> dict[bool, str]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    names = {False: "Regular", True: "Bold"}
    for name in names.values():
        pdfmetrics.registerFont(TTFont(f"Peer-{name}", str(FONTS / f"BeVietnamPro-{name}.ttf")))
    return {bold: f"Peer-{name}" for bold, name in names.items()}


_STYLE = f"""
@font-face {{ font-family: BVP; src: url({(FONTS / "BeVietnamPro-Regular.ttf").as_uri()}) }}
@font-face {{ font-family: BVP; font-weight: bold;
              src: url({(FONTS / "BeVietnamPro-Bold.ttf").as_uri()}) }}
@page {{ size: 105mm 148mm; margin: 4mm }}
body {{ font-family: BVP; margin: 0 }}
p {{ margin: 0 }}
section {{ break-after: page }}
.bars {{ width: 79mm; height: 16mm }}
.qr {{ width: 18mm; height: 18mm }}
"""


def weasyprint_page(told: Sequence[Told]) -> bytes:
    """Draw a page of HTML with the symbols as inline SVG."""
    from weasyprint import HTML

    sections = "".join(f"<section>{_as_html(one)}</section>" for one in told)
    html = f"<html lang=vi><style>{_STYLE}</style><body>{sections}</body></html>"
    return bytes(HTML(string=html).write_pdf())


def _as_html(one: Told) -> str:
    import qrcode
    from qrcode.image.svg import SvgPathImage

    bars = Code128(one.code, writer=SVGWriter()).render(
        {"module_width": 0.375, "write_text": False}
    )
    svg = bars.decode()
    medium = qrcode.ERROR_CORRECT_M
    qr = qrcode.make(one.qr, image_factory=SvgPathImage, error_correction=medium, border=0)
    return f"{_lines(one)}{svg[svg.index('<svg') :]}{qr.to_string(encoding='unicode')}"


def _lines(one: Told) -> str:
    return "".join(
        f"<p style='font-size:{words.size_pt}pt;font-weight:{700 if words.bold else 400}"
        f"{';color:white;background:black' if words.white else ''}'>{words.text}</p>"
        for words in one.of_kind(Words)
    )


def blabel_labels(told: Sequence[Told]) -> bytes:
    """Draw by a template of blabel, with its own makers of symbols."""
    import blabel

    writer = blabel.LabelWriter(
        item_template=(
            '{{ lines }}<img class=bars src="{{ label_tools.barcode(code, module_width=0.375,'
            ' write_text=False) }}"><img class=qr src="{{ label_tools.qr_code(qr) }}">'
        )
    )
    records = [{"lines": _lines(one), "code": one.code, "qr": one.qr} for one in told]
    return bytes(writer.write_labels(records, extra_stylesheets=(io.StringIO(_STYLE),)))
