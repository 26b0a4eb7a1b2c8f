"""Who knocks for https and says nothing is hung up on."""

import asyncio
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest

from postal_tracker.commands import loop as service_loop


@pytest.fixture
def certificate(tmp_path):
    """Return the context of a server whose certificate nobody trusts."""
    make = "openssl req -x509 -newkey rsa:2048 -noenc -subj /CN=x -keyout key -out crt"
    subprocess.run(make.split(), cwd=tmp_path, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    return context


class Greeter(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"welcome")


@contextmanager
def listening(context):
    """Listen as the service does; gives the port."""
    loop = service_loop.Loop()
    server = loop.run_until_complete(loop.create_server(Greeter, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def test_who_says_nothing_is_hung_up_on_and_others_are_not(certificate, monkeypatch):
    monkeypatch.setattr(service_loop, "HANDSHAKE_SECONDS", 0.3)
    own = ssl.create_default_context()
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE
    with (
        listening(certificate) as port,
        socket.create_connection(("127.0.0.1", port), 10) as silent,
        own.wrap_socket(socket.create_connection(("127.0.0.1", port), 10)) as guest,
    ):
        assert guest.recv(7) == b"welcome"
        assert silent.recv(1) == b""
        guest.settimeout(0.5)
        with pytest.raises(TimeoutError):
            guest.recv(1)


def test_a_handshake_has_ten_seconds():
    assert service_loop.HANDSHAKE_SECONDS == 10
