"""Sends a document to a printer of the server's own printing system (CUPS), by its `lp`."""

import logging
import shutil
import subprocess
from math import inf
from time import monotonic

from labels.paper import Medium
from postal_tracker.printing.devices.faults import Fault, fault
from postal_tracker.storage.tables import Printer

log = logging.getLogger(__name__)

ANSWER_WITHIN = 30.0
"""Seconds. `lp` answers when the queue has the document, not when paper comes out."""

_TITLE = "labels"
"""What the queue shows to everybody; it names nobody."""


_SIZES = {(105.0, 148.0): "A6", (148.0, 210.0): "A5", (210.0, 297.0): "A4"}
"""By their names: there are printers that know these sizes and no others."""


def send(
    printer: Printer,
    document: bytes,
    medium: Medium | None = None,
    *,
    answer_within: float = ANSWER_WITHIN,
    until: float = inf,
) -> None:
    """Put a PDF into the printer's queue, with the size of its paper. Raises PrinterFault."""
    lp = shutil.which("lp")
    if lp is None:
        raise fault(Fault.NO_PRINTING_SYSTEM, printer.name)
    # Without scaling: bars are whole dots wide only at 100 %.
    asked = [lp, "-d", printer.address, "-t", _TITLE, "-o", "print-scaling=none"]
    if medium:
        asked += ["-o", f"media={_size(medium)}"]
    timeout = max(0.0, min(answer_within, until - monotonic()))
    try:
        told = subprocess.run(  # noqa: S603 - no shell; `addresses.is_queue` judged the name
            asked, input=document, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise fault(Fault.STALLED, printer.name) from None
    except OSError:
        raise fault(Fault.NO_PRINTING_SYSTEM, printer.name) from None
    if told.returncode:
        log.warning("lp refused a document", extra={"code": told.returncode})
        raise fault(Fault.QUEUE_REFUSES, printer.name)


def _size(medium: Medium) -> str:
    """Return what CUPS calls this size, or how it is told of any other."""
    size = (medium.width, medium.height)
    return _SIZES.get(size) or f"Custom.{medium.width:g}x{medium.height:g}mm"
