"""Sends a document to a label printer on the network, by raw TCP as they all take it on port 9100.

There is no answer in this protocol. A document counts as taken when the printer has acknowledged
its last byte (TCP's ACK) and not reset the connection. Connecting is retried
with a backoff; once the first byte is sent nothing is, or labels would come out twice.
"""

import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from typing import Any

from postal_tracker.printing.devices.addresses import Elsewhere, Networks, resolved
from postal_tracker.printing.devices.faults import Fault, PrinterFault, fault
from postal_tracker.storage.tables import Printer

if sys.platform != "win32":
    import fcntl
    import termios

_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a printer is waited for. Seconds."""

    connect: float = 3.0
    stall: float = 60.0
    """Without one more byte acknowledged. A full buffer may open only when half of it is free, so
    this outlasts a whole job of five labels on a printer that takes three seconds for each."""
    close: float = 0.5
    """For a printer to reset the connection after the last byte, or to close it as some do."""
    backoff: tuple[float, ...] = (0.3, 1.0)
    """Before connecting again: many printers take one connection at a time and refuse the next."""


TIMEOUTS = Timeouts()


def send(
    printer: Printer,
    document: bytes,
    timeouts: Timeouts = TIMEOUTS,
    *,
    allowed: Networks,
    until: float = inf,
) -> None:
    """Send a document and return when the printer has taken all of it.

    It must stand in one of the networks that are allowed. `until`, on the monotonic clock, is when
    to give up though the printer still takes it, slowly. Raises PrinterFault.
    """
    connection = _connected(printer, timeouts, allowed)
    with connection, _as_printer_fault(printer):
        _send_all(connection, document, timeouts.stall, until)
        _await_close(connection, timeouts.close)


def _connected(printer: Printer, timeouts: Timeouts, allowed: Networks) -> socket.socket:
    for wait in (*timeouts.backoff, None):
        try:
            return _joined(resolved(printer.address, allowed), timeouts.connect)
        except Elsewhere:
            raise fault(Fault.ELSEWHERE, printer.name) from None
        except OSError as why:
            if wait is None:
                raise _not_connected(printer, why) from None
            time.sleep(wait)
    raise AssertionError


def _joined(places: Sequence[Any], timeout: float) -> socket.socket:
    """Connect to the first of some places that answers. Raises OSError."""
    *others, last = places
    for place in others:
        with suppress(OSError):
            return _connected_to(place, timeout)
    return _connected_to(last, timeout)


def _connected_to(place: Any, timeout: float) -> socket.socket:
    family, kind, protocol, _, address = place
    line = socket.socket(family, kind, protocol)
    try:
        line.settimeout(timeout)
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _not_connected(printer: Printer, why: OSError) -> PrinterFault:
    if isinstance(why, ConnectionRefusedError):
        return fault(Fault.REFUSED, printer.name)
    if isinstance(why, socket.gaierror):
        return fault(Fault.UNKNOWN_HOST, printer.name)
    return fault(Fault.OUT_OF_REACH, printer.name)


@contextmanager
def _as_printer_fault(printer: Printer) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise fault(Fault.STALLED, printer.name) from None
    except OSError:
        raise fault(Fault.BROKE_OFF, printer.name) from None


def _send_all(connection: socket.socket, document: bytes, stall: float, until: float) -> None:
    """Send, and wait until the printer has acknowledged all of it.

    Raises TimeoutError if nothing more is taken for so long, OSError if the connection breaks.
    """
    connection.setblocking(False)
    rest = memoryview(document)
    left, moved_at = len(document) + 1, time.monotonic()
    while left:
        sent = _send_some(connection, rest)
        rest = rest[sent:]
        before, left = left, len(rest) + _unacknowledged(connection)
        now = time.monotonic()
        if left < before:
            moved_at = now
        elif now - moved_at > stall or now > until:
            raise TimeoutError
        elif not sent:
            time.sleep(0.02)


def _send_some(connection: socket.socket, rest: memoryview) -> int:
    """Send what the socket takes now, and return how much; close our half after the last byte."""
    if not rest:
        return 0
    try:
        taken = connection.send(rest[:_PIECE])
    except BlockingIOError:
        return 0
    if taken == len(rest):
        connection.shutdown(socket.SHUT_WR)
    return taken


def _unacknowledged(connection: socket.socket) -> int:
    """Return how many bytes the printer's end has not acknowledged; 0 where nobody can tell."""
    if sys.platform != "win32":
        _refuse_broken(connection)
        answer = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(answer, sys.byteorder)
    return 0  # the operating system's word for it must do


def _refuse_broken(connection: socket.socket) -> None:
    broken = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if broken:
        raise OSError(broken, "the printer broke off")


def _await_close(connection: socket.socket, timeout: float) -> None:
    """Wait for the printer to close or reset the connection; what it says meanwhile is not read."""
    connection.settimeout(timeout)
    for _ in range(100):
        try:
            if not connection.recv(4096):
                break
        except TimeoutError:
            break
    _refuse_broken(connection)
