"""A signal ends demo and service within ten seconds, whatever they do and however busy it is."""

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from postal_tracker.storage.engines import make_engine
from tests.commands.running import a_port, ended, started, surroundings, until
from tests.storage.black_hole import network_to

pytestmark = pytest.mark.alone

SECRET = "0123456789abcdef0123456789abcdef"

IN_TIME = 10.0


def test_what_does_not_end_by_itself_is_cut_short(tmp_path):
    hangs = (
        "import threading, signal; from postal_tracker.commands import ending;"
        "ending.WITHIN = 0.1; bound = ending.Bound();"
        "signal.signal(signal.SIGTERM, lambda *_: None); bound.hear_signals();"
        "print('ready', flush=True); [threading.Event().wait(0.1) for _ in range(1000)]"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hangs], env=surroundings(), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        code, _ = ended(process, signal.SIGTERM)

    assert code == 0


@contextmanager
def nothing(_url, _folder):
    yield


@contextmanager
def a_caller_who_does_not_finish(url, _folder):
    """He has sent half of what he announced, and keeps the line."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(
            b"POST /api/v1/track HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
        )
        time.sleep(0.2)
        yield


@contextmanager
def a_record_that_others_keep_locked(url, folder):
    """Somebody writes and waits, for a lock that is not given back."""
    engine = make_engine(f"sqlite:///{folder}/data/postal.db")
    form = {"username": "lan", "password": "not hers"}

    def write() -> None:
        with suppress(httpx.HTTPError):
            httpx.post(f"{url}/desk/sign-in", data=form, trust_env=False, timeout=60)

    with engine.begin():
        caller = threading.Thread(target=write)
        caller.start()
        time.sleep(0.2)
        yield
    caller.join()
    engine.dispose()


@contextmanager
def both_cores_taken():
    with ExitStack() as ending:
        for _ in range(4):
            spins = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            ending.callback(spins.wait)
            ending.callback(spins.kill)
        yield


@pytest.mark.slow
@pytest.mark.parametrize(
    "meanwhile", [nothing, a_caller_who_does_not_finish, a_record_that_others_keep_locked]
)
def test_the_service_ends_in_time(tmp_path, meanwhile):
    with started(tmp_path, "serve", POSTAL_SECRET_KEY=SECRET) as service:
        url = until(lambda: _listening(tmp_path))
        until(lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success)
        with both_cores_taken(), meanwhile(url, tmp_path):
            code, seconds = ended(service, signal.SIGTERM)

    assert (code, seconds < IN_TIME) == (0, True), f"{seconds:.1f} s"


def _listening(folder):
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return said.partition("listening at ")[2].partition('"')[0]


@pytest.mark.slow
def test_a_service_that_is_still_starting_ends_at_once(tmp_path):
    """It heard nothing between its first words and its first answer, and served for ever."""
    said = tmp_path / "said.txt"
    with a_port() as port, started(tmp_path, "serve", POSTAL_PORT=str(port)) as service:
        until(lambda: "/first-admin/" in said.read_text(encoding="utf-8"))
        code, seconds = ended(service, signal.SIGTERM)

    assert code == 0
    assert seconds < IN_TIME


@pytest.mark.slow
def test_the_rehearsal_centre_ends_in_time(tmp_path):
    with started(tmp_path, "demo") as demo:
        until(lambda: (tmp_path / "data/demo.json").exists())
        time.sleep(2)  # its people are at work
        with both_cores_taken():
            code, seconds = ended(demo, signal.SIGTERM)

    assert (code, seconds < IN_TIME) == (0, True), f"{seconds:.1f} s"


@pytest.mark.slow
def test_several_processes_end_in_time(tmp_path, postgres_url):
    settings = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_DATABASE_URL": postgres_url}
    with (
        started(tmp_path, "serve", "--workers", "2", **settings) as service,
        started(tmp_path, "worker", "--name", "second", **settings) as worker,
    ):
        url = until(lambda: _listening(tmp_path))
        until(lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success)
        until(lambda: (tmp_path / "said.txt").read_text().count("event=starting") == 2)
        with both_cores_taken(), a_caller_who_does_not_finish(url, tmp_path):
            ends = [ended(process, signal.SIGTERM) for process in (service, worker)]

    assert [(code, seconds < IN_TIME) for code, seconds in ends] == [(0, True)] * 2, ends


@pytest.mark.slow
def test_it_ends_in_time_too_where_its_database_is_in_a_black_hole(tmp_path, postgres_url):
    with network_to(postgres_url) as (network, address):
        settings = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_DATABASE_URL": address}
        with started(tmp_path, "serve", **settings) as service:
            url = until(lambda: _listening(tmp_path))
            until(lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success)
            network.swallow()
            code, seconds = ended(service, signal.SIGTERM)

    assert (code, seconds < IN_TIME) == (0, True), f"{seconds:.1f} s"
