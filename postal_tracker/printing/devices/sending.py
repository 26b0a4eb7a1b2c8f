"""One document to one printer, whichever way it is reached. Blocks: call it off the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import inf

from labels.paper import Medium
from postal_tracker.printing.devices import cups, network_printer
from postal_tracker.printing.devices.addresses import Networks
from postal_tracker.printing.devices.records import Kind
from postal_tracker.storage.tables import Printer

# A thread pool of their own (a bulkhead): slow printers must not hold up those who read.
_THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="printer")


async def send(
    printer: Printer,
    document: bytes,
    medium: Medium | None = None,
    *,
    allowed: Networks,
    until: float = inf,
) -> None:
    """Send a document and return when the printer, or its queue, has taken it.

    `medium` is what it is for, if that is not what lies in the printer anyway; `allowed` in which
    networks it may stand; `until`, on the
    monotonic clock, is when whoever asked must have an answer. Raises PrinterFault.
    """
    loop = asyncio.get_running_loop()
    work = partial(_send, printer, document, medium, allowed, until)
    await loop.run_in_executor(_THREADS, work)


def _send(
    printer: Printer, document: bytes, medium: Medium | None, allowed: Networks, until: float
) -> None:
    if printer.kind == Kind.LP:
        cups.send(printer, document, medium, until=until)
    else:
        network_printer.send(printer, document, allowed=allowed, until=until)
