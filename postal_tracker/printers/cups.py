"""A document to a printer that the server's own printing system serves: CUPS, by its `lp`."""

import logging
import shutil
import subprocess

from postal_tracker.printers.faults import Fault, fault
from postal_tracker.tables import Printer

log = logging.getLogger(__name__)

ANSWER_WITHIN = 30.0
"""Seconds. `lp` answers when the queue has the document, not when paper comes out."""

_TITLE = "labels"
"""What the queue shows to everybody; it names nobody."""


def send(printer: Printer, document: bytes, answer_within: float = ANSWER_WITHIN) -> None:
    """Put a PDF into the printer's queue. Raises PrinterFault."""
    lp = shutil.which("lp")
    if lp is None:
        raise fault(Fault.NO_PRINTING_SYSTEM, printer.name)
    # Without scaling: bars are whole dots wide only at 100 %.
    asked = [lp, "-d", printer.address, "-t", _TITLE, "-o", "print-scaling=none"]
    try:
        told = subprocess.run(  # noqa: S603 - no shell; `addresses.is_queue` judged the name
            asked, input=document, capture_output=True, timeout=answer_within, check=False
        )
    except subprocess.TimeoutExpired:
        raise fault(Fault.STALLED, printer.name) from None
    except OSError:
        raise fault(Fault.NO_PRINTING_SYSTEM, printer.name) from None
    if told.returncode:
        log.warning("lp refused a document", extra={"code": told.returncode})
        raise fault(Fault.QUEUE_REFUSES, printer.name)
