"""Calibration of a printer that prints everything a little off its place.

The sheet shows outlines and rulers; where the edge of the paper cuts a ruler, there stands the
offset to set. Printed again, the outlines lie on the edges.
"""

from collections.abc import Mapping

from sqlmodel import Session

from labels import layout, render
from labels.paper import Medium
from postal_tracker.forms import Form
from postal_tracker.printing.devices.records import FORMATS, Offset, medium_named, refuse_too_far
from postal_tracker.storage.tables import Printer


class OffsetForm(Form):
    """How far to the right and down all is to be moved, in millimetres."""

    offset_x: Offset
    offset_y: Offset


def calibration_sheet(printer: Printer, media: Mapping[str, Medium]) -> bytes:
    """Return the sheet in the printer's own language, moved as everything it prints is.

    Raises Invalid (its medium is gone from the centre's own, or its offset is too large for it).
    """
    medium = medium_named(printer.medium, media)
    offset = (printer.offset_x, printer.offset_y)
    refuse_too_far(medium, *offset)
    sheet = layout.calibration(medium, offset=offset)
    return render([sheet], medium.dot, FORMATS[printer.kind])


def set_offset(
    session: Session, printer: Printer, form: OffsetForm, media: Mapping[str, Medium]
) -> Printer:
    """Set a printer's offset. Raises Invalid if something of a label would run off its paper."""
    refuse_too_far(medium_named(printer.medium, media), form.offset_x, form.offset_y)
    printer.offset_x, printer.offset_y = form.offset_x, form.offset_y
    session.add(printer)
    session.flush()
    return printer
