"""Printers as data, and the way of labels onto their paper.

records     which printers an office has: added, listed and removed by an administrator
addresses   what may stand for a printer's place: host and port, or the name of a queue
calibration how far one is astray: a sheet that shows it, and the offset that mends it
sending     one document to one printer: `raw_tcp` (port 9100) or `cups` (the system's `lp`)
wanted      which labels shall come out: those named, those of a list, those of a day
batches     many labels to one printer, each once, going on where it stopped
files       labels as a file, for a printer that is not ours to reach
faults      why a printer did not take what it was sent, in words for the desk

Everything but a record of a printer is sent outside of any transaction and off the event loop.
"""

from postal_tracker.printers.batches import CHUNK, Outcome, print_labels
from postal_tracker.printers.calibration import (
    OffsetForm,
    calibration_sheet,
    set_offset,
)
from postal_tracker.printers.faults import PrinterFault
from postal_tracker.printers.files import LabelFile, label_file
from postal_tracker.printers.records import (
    FORMATS,
    Kind,
    PrinterForm,
    PrintersView,
    PrinterView,
    add,
    browser_of,
    find,
    of_office,
    remove,
    view,
)
from postal_tracker.printers.sending import send
from postal_tracker.printers.wanted import (
    MOST,
    CameOutForm,
    ChoiceForm,
    FileForm,
    PrintsForm,
    to_print,
)

__all__ = [
    "CHUNK",
    "FORMATS",
    "MOST",
    "CameOutForm",
    "ChoiceForm",
    "FileForm",
    "Kind",
    "LabelFile",
    "OffsetForm",
    "Outcome",
    "PrinterFault",
    "PrinterForm",
    "PrinterView",
    "PrintersView",
    "PrintsForm",
    "add",
    "browser_of",
    "calibration_sheet",
    "find",
    "label_file",
    "of_office",
    "print_labels",
    "remove",
    "send",
    "set_offset",
    "to_print",
    "view",
]
