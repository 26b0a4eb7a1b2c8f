"""Running the service: its doors, its background work, and the rehearsal carrier alone."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvicorn
from sqlmodel import Session
from uvicorn.supervisors import Multiprocess

from postal_tracker.commands import https, log_lines
from postal_tracker.commands.ending import SETTLING, Bound, Server
from postal_tracker.commands.readying import (
    give_own_key,
    keep_files_private,
    prepare,
    refuse_in_the_clear,
    refuse_many_on_sqlite,
    refuse_rehearsal,
    refuse_unsafe,
    say_first_address,
)
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    about_database,
    alone_on,
    build_house,
    load_settings,
    stop,
)
from postal_tracker.house import House
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.views.first_steps import first_steps

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

Migrate = Annotated[
    bool, typer.Option("--migrate/--no-migrate", help="Migrate the database first.")
]


def serve(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one only with PostgreSQL.")
    ] = 1,
    migrate: Migrate = True,
) -> None:
    """Run the service at POSTAL_HOST and POSTAL_PORT, background work included.

    Refuses to start with a rehearsal's secrets: set POSTAL_SECRET_KEY.
    """
    settings = load_settings()
    house = build_house(settings, in_service=True)
    give_own_key(house)
    settings = house.settings
    refuse_unsafe(settings)
    refuse_in_the_clear(settings)
    if workers > 1:
        refuse_many_on_sqlite(house, "Leave --workers away")
    refuse_rehearsal(house)
    with listening(settings) as listener, alone_on(settings.database_url):
        prepare(house, migrate=migrate)
        bound = Bound()
        bound.end_quietly()
        log_lines.configure(security=settings.security_log)
        log.info("starting", extra={"database": about_database(house), "workers": workers})
        _say_where(settings, listener)
        house.database.read_now(partial(_say_what_is_lacking, house))
        say_first_address(house)
        keep_files_private(settings)
        if workers == 1:
            app = app_of(house, beside=background(house))
            Server(uvicorn.Config(app, **_http(settings)), bound).run(sockets=accepting(listener))
            return
        with _working_in_a_thread(house):
            config = uvicorn.Config(_WORKER_APP, factory=True, workers=workers, **_http(settings))
            processes = Multiprocess(config, accepting(listener))
            bound.hear_signals()
            processes.run()


_WORKER_APP = "postal_tracker.commands.serving:worker_app"


def _say_where(settings: Settings, listener: socket.socket) -> None:
    """Name the address that can be opened: with port 0 the system has chosen one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    log.info("listening at %s://%s:%d", settings.scheme, host, listener.getsockname()[1])
    if https.is_in_the_clear(settings):
        log.warning(https.IN_THE_CLEAR)


def _say_what_is_lacking(house: House, session: Session) -> None:
    for step in first_steps(session, connected=house.carriers.connected):
        if not step.done:
            log.warning("no %s yet", step.name, extra={"command": step.command})


BACKLOG = 4096
"""Connections that wait to be accepted: what Linux allows unless told otherwise (somaxconn).
Whoever comes while it is full is not refused; his system tries again after a second."""

HTTP: dict[str, Any] = {
    "loop": "postal_tracker.commands.loop:Loop",
    "http": "postal_tracker.web.http.connections:Connection",  # httptools, with bounds
    "ws": "none",
    "lifespan": "on",
    "access_log": False,  # its lines would hold the secrets of hooks
    "log_config": None,
    "server_header": False,
    "proxy_headers": False,  # `http.auth.address_of` reads them, where a proxy was announced
    "timeout_graceful_shutdown": SETTLING,
    "backlog": BACKLOG,
    # Longer than anybody is told to wait when he is refused (10 s): who comes again then finds his
    # connection open, and taking in a new one costs more than refusing does.
    "timeout_keep_alive": 12,
    # No `limit_concurrency`: it would refuse health checks, too. See `web/http/admission.py`.
}
"""How uvicorn runs our doors."""

ACCEPTED_PER_TURN = 64
"""Connections taken in at one turn of the event loop."""


def accepting(listener: socket.socket) -> list[socket.socket]:
    """Return the listening socket as often as connections are to be accepted in one turn.

    libuv, below uvloop, accepts one for each listening handle and turn (since 1.45). Under load a
    turn takes milliseconds, and the last of 4,000 who came at once waited for 14 s to be refused.
    """
    if os.name == "nt":  # there the loop is asyncio's own, which accepts all
        return [listener]
    return [listener, *(listener.dup() for _ in range(ACCEPTED_PER_TURN - 1))]


def _http(settings: Settings) -> dict[str, Any]:
    return {**HTTP, **https.uvicorn_options(settings)}


def app_of(house: House, **how: Any) -> "FastAPI":
    """Return the service of a house. The doors take long to import: other commands do without."""
    from postal_tracker.web.app import create_app
    from postal_tracker.web.http import garbage

    app = create_app(house, **how)
    garbage.seldom()
    return app


def background(house: House, **how: Any) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Return what does a house's background work; as long to import as the doors are."""
    from postal_tracker.background import scheduler

    return partial(scheduler.running, house, **how)


def worker_app() -> "FastAPI":
    """Return the doors for one of several processes; uvicorn calls it in each."""
    settings = Settings()
    log_lines.configure(security=settings.security_log)
    Bound().hear_signals()  # by now uvicorn hears them
    return app_of(House(settings, in_service=True))


def worker(
    name: Annotated[
        str,
        typer.Option(
            help="Tells workers apart; keep it from one start to the next. "
            "Default: POSTAL_WORKER_NAME.",
        ),
    ] = "",
    migrate: Migrate = True,
) -> None:
    """Do background work only: polling carriers, telling them of parcels, tidying up.

    For further machines on one PostgreSQL database; `serve` does its own.
    """
    settings = load_settings()
    house = build_house(settings, in_service=True)
    refuse_unsafe(settings)
    refuse_many_on_sqlite(house, "`serve` does the background work, too")
    refuse_rehearsal(house)
    prepare(house, migrate=migrate)
    log_lines.configure()
    log.info("starting", extra={"database": about_database(house)})
    try:
        asyncio.run(_work(background(house, name=name or settings.worker_name)))
    finally:
        house.close()


async def _work(beside: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    told_to_stop, bound, loop = asyncio.Event(), Bound(), asyncio.get_running_loop()

    def hear(*_signal: object) -> None:
        bound.begin()
        loop.call_soon_threadsafe(told_to_stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)
    async with beside():
        await told_to_stop.wait()


@contextmanager
def _working_in_a_thread(house: House) -> Iterator[None]:
    """Do the background work of several serving processes in the one that keeps them."""
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def work() -> None:
        async with background(house)():
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),), name="work")
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join()
        loop.close()
        house.close()


def listening(settings: Settings) -> socket.socket:
    """Take host and port now; leaves with 1 if somebody else has them."""
    address = (settings.host, settings.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as taken:
        why = os.strerror(taken.errno) if taken.errno and taken.errno > 0 else str(taken)
        stop(
            f"Cannot listen at {settings.host} port {settings.port} ({why}). "
            "Set POSTAL_HOST or POSTAL_PORT to another one."
        )


def rehearsal(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Default: POSTAL_REHEARSAL_PORT, else 8100.")
    ] = 0,
    hook_url: Annotated[
        str,
        typer.Option(help="Where its webhooks go. Default: this service's address, if it has one"),
    ] = "",
    speed: Annotated[
        float, typer.Option(min=0, max=1_000_000, help="At 60, an hour passes in a minute.")
    ] = 60.0,
    memory: Annotated[
        Path | None, typer.Option(help="A file in which it remembers its parcels.")
    ] = None,
) -> None:
    """Run the rehearsal carrier alone, on loopback: a stand-in postal service for drills.

    It takes the token of POSTAL_CARRIERS__REHEARSAL__TOKEN and signs its webhooks with it.
    """
    from postal_tracker.rehearsal.post import RehearsalSettings
    from postal_tracker.rehearsal.service import run

    settings = load_settings()
    ours = settings.carriers.get("rehearsal", CarrierSettings())
    secret = next(iter(ours.hook_secrets), "")
    own_hook = f"{settings.address}/hooks/rehearsal/{secret}" if secret else ""
    try:
        how = RehearsalSettings(
            token=ours.token.get_secret_value(),
            hook_url=hook_url or own_hook,
            speed=speed,
            memory=memory,
        )
    except ValueError as wrong:
        stop(f"POSTAL_CARRIERS__REHEARSAL__TOKEN is needed ({wrong}).", WRONGLY_ASKED)
    log_lines.configure()
    Bound().end_quietly()
    at = port or settings.rehearsal_port or 8100
    log.info("starting", extra={"port": at, "hooks": bool(how.hook_url)})
    run(how, port=at)
