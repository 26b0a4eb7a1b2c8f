"""The rehearsal centre put together: its record, its service, the rehearsal post, its people."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import uvicorn
from pydantic import SecretStr

from adapters.asking import Bearer
from postal_tracker.commands.ending import Bound
from postal_tracker.commands.serving import HTTP, accepting, app_of, background, listening
from postal_tracker.commands.terminal import alone_on, build_house, stop, waiting
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.clocks import Timing
from postal_tracker.demo import access, board
from postal_tracker.demo.access import CARRIER, Access
from postal_tracker.demo.director import Director
from postal_tracker.demo.postman import Postman
from postal_tracker.demo.record import Files, prepare, start_anew
from postal_tracker.house import House
from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.settings.parts import EmailSettings, SmsSettings, ZaloSettings
from postal_tracker.storage import side_lock

SPEED = 900.0
"""An hour in the post passes in four seconds."""

ROUNDS = "*/15 * * * * *"
"""When carriers are polled and told, as a cron line that begins with seconds."""

SEED = 1
"""Fates hang on it, and the post's memory is worth nothing under another one."""


def run(settings: Settings, *, fresh: bool, lang: Lang) -> None:
    """Live until a signal comes. Leaves with 1 if it cannot: port taken, another's database."""
    files = Files(Path("data"))
    files.folder.mkdir(parents=True, exist_ok=True)
    stopping = _Stopping()
    url = settings.database_url
    with alone(files, lang), alone_on(url), listening(settings) as listener:
        if fresh:
            start_anew(settings, files)
        known = access.remembered(files.access, url=_url(settings, listener), settings=settings)
        with waiting(board.in_words("making", lang)):
            known, key, towns = prepare(settings, files, known)
        stopping.at_once = False
        failed = _live(settings, files, known, listener, key, towns, lang, stopping)
    board.say_line(board.in_words("stopped", lang))
    if failed:
        stop("The service ended by itself; see the lines above.")


class _Stopping(threading.Event):
    """Set once a signal asks for the end; before there is anything to end, it ends at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = True
        self._bound = Bound()
        signal.signal(signal.SIGINT, self._hear)
        signal.signal(signal.SIGTERM, self._hear)
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, self._hear)

    def _hear(self, *_signal: object) -> None:
        self._bound.begin()
        self.set()
        if self.at_once:
            raise SystemExit(0)


def _live(
    settings: Settings,
    files: Files,
    known: Access,
    listener: socket.socket,
    key: str,
    towns: dict[str, str],
    lang: Lang,
    stopping: threading.Event,
) -> bool:
    """Run service, post and people until it is to stop; return whether the service failed."""
    with ExitStack() as service_open, ExitStack() as post_open:  # the post closes first
        post_url = post_open.enter_context(_post(settings, files, known))
        own = _for_centre(settings, listener, known, post_url)
        house = build_house(own, Timing(speedup=SPEED), in_service=True)
        service = service_open.enter_context(_serving(house, listener))
        access.write(files.access, known)
        with _crew(house, files, known, post_url, key, towns):
            board.say_welcome(known, str(files.access), lang)
            board.show(house, lang, stopping, service.is_alive)
            return not service.is_alive()


@contextmanager
def alone(files: Files, lang: Lang) -> Iterator[None]:
    """One rehearsal centre at a time in one folder."""
    with ExitStack() as holding:
        try:
            holding.enter_context(side_lock.held(files.lock))
        except side_lock.InUse:
            at = access.address_in(files.access) or str(files.folder.resolve())
            stop(f"{board.in_words('runs_already', lang)} {at}")
        yield


def _url(settings: Settings, listener: socket.socket) -> str:
    """Return where this machine reaches the service; a host of zeros stands for any of its own."""
    own = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not bound to
    host = own.get(settings.host) or (
        f"[{settings.host}]" if ":" in settings.host else settings.host
    )
    return f"http://{host}:{listener.getsockname()[1]}"


def _for_centre(
    settings: Settings, listener: socket.socket, known: Access, post_url: str
) -> Settings:
    """Return the settings with the rehearsal carrier's, beside those of any other carrier."""
    rehearsal = CarrierSettings(
        base_url=post_url,
        token=SecretStr(known.token),
        hook_secret=SecretStr(known.hook_secret),
        rate_per_second=50,
    )
    secret_key = settings.secret_key.get_secret_value() or known.secret_key
    return settings.model_copy(
        update={
            "port": listener.getsockname()[1],
            "secret_key": SecretStr(secret_key),
            "open_docs": True,
            "second_factor_roles": "",  # a rehearsal is entered by name and password alone
            "lock_after_minutes": 720,
            "lock_after_minutes_admin": 720,
            "idle_account_days": 0,
            "carriers": {**settings.carriers, CARRIER: rehearsal},
            "notices": settings.notices.model_copy(update=_told_by_rehearsal(known, post_url)),
        }
    )


def _told_by_rehearsal(known: Access, post_url: str) -> dict[str, object]:
    """Return by what its citizens are told, at any hour: the rehearsal's SMS, which reach nobody.

    An operator's own channels are left out: these people's numbers may be somebody's one day.
    """
    sms = SmsSettings(url=post_url, token=SecretStr(known.token), sender="MOTCUA")
    nobodys = {"email": EmailSettings(), "zalo": ZaloSettings(), "quiet": "00:00-00:00"}
    return {"sms": sms, **nobodys}


# Who runs


@contextmanager
def _post(settings: Settings, files: Files, known: Access) -> Iterator[str]:
    own = RehearsalSettings(
        token=known.token, hook_url=known.hook_url, seed=SEED, speed=SPEED, memory=files.post
    )
    with ExitStack() as open_:
        try:
            url = open_.enter_context(running(own, port=settings.rehearsal_port))
        except OSError as taken:
            stop(
                f"The rehearsal carrier cannot listen at port {settings.rehearsal_port} "
                f"({os.strerror(taken.errno or 0)}). Set POSTAL_REHEARSAL_PORT to another one."
            )
        yield url


@contextmanager
def _serving(house: House, listener: socket.socket) -> Iterator[threading.Thread]:
    """Run the service in a thread of its own; the first one is for signals and the board."""
    # Director and postman tell the post of what moves; a visitor's own parcel stays as it was made.
    work = background(house, rounds=ROUNDS, announces=False)
    app = app_of(house, beside=work)
    config = uvicorn.Config(app, **{**HTTP, "timeout_graceful_shutdown": 1})
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=(accepting(listener),), name="service")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield thread
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _crew(
    house: House, files: Files, known: Access, post_url: str, key: str, towns: dict[str, str]
) -> Iterator[None]:
    """Set director and postman to work."""
    with (
        _client(known.url, key) as service,
        _client(post_url, known.token) as directors,
        _client(post_url, known.token) as postmans,
    ):
        workers = (
            Director(service, directors, files.director, towns=towns),
            Postman(house, postmans),
        )
        for worker in workers:
            worker.start()
        yield
        for worker in workers:
            worker.stop()


def _client(url: str, token: str) -> httpx.Client:
    # All of it is on this machine: a proxy from the environment would lead astray.
    return httpx.Client(base_url=url, auth=Bearer(token), timeout=5, trust_env=False)
