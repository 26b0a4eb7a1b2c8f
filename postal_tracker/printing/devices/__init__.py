"""Printers as data, and sending one document to one of them.

records     which printers an office has: added, listed and removed by an administrator
addresses   what may stand for a printer's place: host and port, or the name of a queue
calibration a sheet that shows how far a printer is off, and the offset that corrects it
sending     one document to one printer: `network_printer` (port 9100) or `cups` (the system's `lp`)
faults      why a printer did not take what it was sent, in words for the desk

A document is sent outside of any transaction and off the event loop.
"""

from postal_tracker.printing.devices.calibration import OffsetForm, calibration_sheet, set_offset
from postal_tracker.printing.devices.faults import PrinterFault
from postal_tracker.printing.devices.records import (
    FORMATS,
    MEDIUM,
    Kind,
    PrinterForm,
    PrintersView,
    PrinterView,
    add,
    browser_of,
    change,
    find,
    remove,
    view,
    within,
)
from postal_tracker.printing.devices.sending import send

__all__ = [
    "FORMATS",
    "MEDIUM",
    "Kind",
    "OffsetForm",
    "PrinterFault",
    "PrinterForm",
    "PrinterView",
    "PrintersView",
    "add",
    "browser_of",
    "calibration_sheet",
    "change",
    "find",
    "remove",
    "send",
    "set_offset",
    "view",
    "within",
]
