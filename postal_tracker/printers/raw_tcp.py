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

from postal_tracker.printers.addresses import host_and_port
from postal_tracker.printers.faults import Fault, PrinterFault, fault
from postal_tracker.tables import Printer

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
    standstill: float = 20.0
    """Without one more byte taken: a full buffer empties by a label at a time."""
    farewell: float = 0.5
    """For a printer to break off after the last byte, or to hang up as well-bred ones do."""
    before_trying_again: tuple[float, ...] = (0.3, 1.0)
    """Many printers take one connection at a time and refuse the next meanwhile."""


PATIENCE = Patience()


def send(printer: Printer, document: bytes, patience: Patience = PATIENCE) -> None:
    """Send a document and return when the printer has taken all of it. Raises PrinterFault."""
    line = _connected(printer, patience)
    with line, _told_plainly(printer):
        line.settimeout(patience.standstill)
        for start in range(0, len(document), _PIECE):
            line.sendall(document[start : start + _PIECE])
        line.shutdown(socket.SHUT_WR)
        _wait_until_acknowledged(line, patience.standstill)
        _hear_out(line, patience.farewell)


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


def _wait_until_acknowledged(line: socket.socket, standstill: float) -> None:
    """Raises TimeoutError if nothing more is taken for so long, OSError if the line breaks."""
    left, moved_at = _unacknowledged(line), time.monotonic()
    while left:
        time.sleep(0.02)
        before, left = left, _unacknowledged(line)
        if left < before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > standstill:
            raise TimeoutError


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


def _hear_out(line: socket.socket, farewell: float) -> None:
    """Wait for the printer to hang up or to break off; what it says meanwhile is not for us."""
    line.settimeout(farewell)
    for _ in range(100):
        try:
            if not line.recv(4096):
                break
        except TimeoutError:
            break
    _refuse_broken(line)
