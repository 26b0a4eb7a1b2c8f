"""One document to one printer, whichever way it is reached. Blocks: call it off the event loop."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from postal_tracker.printers import cups, raw_tcp
from postal_tracker.printers.records import Kind
from postal_tracker.tables import Printer

_WAYS: Mapping[str, Callable[[Printer, bytes], None]] = {
    Kind.ZPL_TCP: raw_tcp.send,
    Kind.LP: cups.send,
}

# Threads of their own: printers that keep many clerks waiting must not hold up those who read.
_MESSENGERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="printer")


async def send(printer: Printer, document: bytes) -> None:
    """Send a document and return when the printer, or its queue, has taken it.

    Raises PrinterFault.
    """
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(_MESSENGERS, _WAYS[printer.kind], printer, document)
