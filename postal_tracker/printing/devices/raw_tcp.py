"""A document to a label printer that listens on the network, as they all do on port 9100.

There is no answer in this protocol. A document counts as taken when the printer has acknowledged
its last byte and not broken off; before the first byte a try may be repeated, after it never, or
labels would come out twice.
"""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

from postal_tracker.printing.devices.addresses import host_and_port
from postal_tracker.printing.devices.faults import Fault, PrinterFault, fault
from postal_tracker.storage.tables import Printer

try:
    import fcntl
    import termios
except ImportError:  # not on Windows: there the operating system's word for it must do
    fcntl = termios = None  # type: ignore[assignment]

_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a printer is waited for. Seconds."""

    connecting: float = 3.0
    standstill: float = 60.0
    """Without one more byte acknowledged. A full buffer may open only when half of it is free, so
    this outlasts a whole job of five labels on a printer that takes three seconds for each."""
    before_hanging_up: float = 0.5
    """For a printer to break off after the last byte, or to hang up as well-bred ones do."""
    before_trying_again: tuple[float, ...] = (0.3, 1.0)
    """Many printers take one connection at a time and refuse the next meanwhile."""


PATIENCE = Patience()


def send(
    printer: Printer, document: bytes, patience: Patience = PATIENCE, *, until: float = inf
) -> None:
    """Send a document and return when the printer has taken all of it.

    `until`, on the monotonic clock, is when to give up though the printer still takes it, slowly.
    Raises PrinterFault.
    """
    line = _connected(printer, patience)
    with line, _told_plainly(printer):
        _hand_over(line, document, patience.standstill, until)
        _hear_out(line, patience.before_hanging_up)


def _connected(printer: Printer, patience: Patience) -> socket.socket:
    place = host_and_port(printer.address)
    for wait in patience.before_trying_again:
        try:
            return socket.create_connection(place, patience.connecting)
        except OSError:
            time.sleep(wait)
    try:
        return socket.create_connection(place, patience.connecting)
    except OSError as why:
        raise _not_connected(printer, why) from None


def _not_connected(printer: Printer, why: OSError) -> PrinterFault:
    if isinstance(why, ConnectionRefusedError):
        return fault(Fault.REFUSED, printer.name)
    if isinstance(why, socket.gaierror):
        return fault(Fault.UNKNOWN_HOST, printer.name)
    return fault(Fault.OUT_OF_REACH, printer.name)


@contextmanager
def _told_plainly(printer: Printer) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise fault(Fault.STALLED, printer.name) from None
    except OSError:
        raise fault(Fault.BROKE_OFF, printer.name) from None


def _hand_over(line: socket.socket, document: bytes, standstill: float, until: float) -> None:
    """Send, and wait until the printer has acknowledged all of it.

    Raises TimeoutError if nothing more is taken for so long, OSError if the line breaks.
    """
    line.setblocking(False)
    rest = memoryview(document)
    left, moved_at = len(document) + 1, time.monotonic()
    while left:
        put = _put(line, rest)
        rest = rest[put:]
        before, left = left, len(rest) + _unacknowledged(line)
        now = time.monotonic()
        if left < before:
            moved_at = now
        elif now - moved_at > standstill or now > until:
            raise TimeoutError
        elif not put:
            time.sleep(0.02)


def _put(line: socket.socket, rest: memoryview) -> int:
    """Return how much of it the line takes now; the last byte tells it that no more comes."""
    if not rest:
        return 0
    try:
        taken = line.send(rest[:_PIECE])
    except BlockingIOError:
        return 0
    if taken == len(rest):
        line.shutdown(socket.SHUT_WR)
    return taken


def _unacknowledged(line: socket.socket) -> int:
    """Return how many bytes the printer's end has not acknowledged; 0 where nobody can tell."""
    if fcntl is None:
        return 0
    _refuse_broken(line)
    answer = fcntl.ioctl(line, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(answer, sys.byteorder)


def _refuse_broken(line: socket.socket) -> None:
    broken = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if broken:
        raise OSError(broken, "the printer broke off")


def _hear_out(line: socket.socket, before_hanging_up: float) -> None:
    """Wait for the printer to hang up or to break off; what it says meanwhile is not for us."""
    line.settimeout(before_hanging_up)
    for _ in range(100):
        try:
            if not line.recv(4096):
                break
        except TimeoutError:
            break
    _refuse_broken(line)
