"""A carrier that gives prepared answers, and what the centre made of what it was told."""

import contextlib
import socket
import threading

from sqlmodel import col, select

from postal_tracker.storage.tables import LedgerEntry, Parcel
from tests.post import at_address


def due_times(centre):
    query = select(Parcel.tracking_number, Parcel.next_check_at)
    return dict(centre.database.read_now(lambda s: s.exec(query).all()))


def entries(centre, number):
    query = (
        select(LedgerEntry)
        .join(Parcel, col(Parcel.id) == LedgerEntry.parcel_id)
        .where(Parcel.tracking_number == number, col(LedgerEntry.dossier_id).is_(None))
        .order_by(col(LedgerEntry.id))
    )
    return centre.database.read_now(lambda s: s.exec(query).all())


@contextlib.contextmanager
def a_carrier_that_answers(centre, *answers: bytes):
    """Serve raw HTTP answers, one for each question; b"" hangs until the caller gives up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            with listening.accept()[0] as caller:
                caller.recv(65536)
                if answer:
                    caller.sendall(answer)
                else:
                    caller.recv(65536)  # ends when the caller has gone

    thread = threading.Thread(target=serve)
    thread.start()
    at_address(centre, f"http://127.0.0.1:{listening.getsockname()[1]}")
    try:
        yield
    finally:
        thread.join(timeout=60)
        listening.close()


def http(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
