"""Running the service: its doors, and the rehearsal carrier alone."""

import logging
import os
import signal
import socket
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI

from postal_tracker import migrations
from postal_tracker.commands import log_lines
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    about_database,
    build_house,
    load_settings,
    sentences,
    stop,
)
from postal_tracker.house import House
from postal_tracker.settings import Settings, UnsafeSettings, check_for_service

log = logging.getLogger(__name__)


def serve(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; more than one only with PostgreSQL.")
    ] = 1,
    migrate: Annotated[
        bool, typer.Option("--migrate/--no-migrate", help="Migrate the database first.")
    ] = True,
) -> None:
    """Run the service at POSTAL_HOST and POSTAL_PORT.

    Refuses to start with a rehearsal's secrets: set POSTAL_SECRET_KEY.
    """
    settings = load_settings()
    log_lines.configure()
    house = build_house(settings)
    _refuse_unsafe(house, workers)
    with listening(settings) as listener:
        with sentences():
            _prepare(house, migrate=migrate)
        log.info("starting", extra={"database": about_database(house), "workers": workers})
        end_quietly()
        if workers == 1:
            uvicorn.Server(uvicorn.Config(app_of(house), **HTTP)).run(sockets=[listener])
            return
    house.close()
    uvicorn.run(
        "postal_tracker.commands.serving:worker_app",
        factory=True,
        workers=workers,
        host=settings.host,
        port=settings.port,
        **HTTP,
    )


HTTP: dict[str, Any] = {
    "loop": "uvloop" if os.name != "nt" else "asyncio",
    "http": "httptools",
    "ws": "none",
    "lifespan": "on",
    "access_log": False,  # its lines would hold the secrets of hooks
    "log_config": None,
    "server_header": False,
    "proxy_headers": False,  # `gate.address_of` reads them, where a proxy was announced
    "timeout_graceful_shutdown": 10,
}
"""How uvicorn runs our doors."""


def app_of(house: House) -> FastAPI:
    """Return the service of a house. The doors take long to import: other commands do without."""
    from postal_tracker.web.app import create_app

    return create_app(house)


def worker_app() -> FastAPI:
    """Return the service for one of several processes; uvicorn calls it in each."""
    log_lines.configure()
    return app_of(House(Settings()))


def _refuse_unsafe(house: House, workers: int) -> None:
    try:
        check_for_service(house.settings)
    except UnsafeSettings as unsafe:
        stop(str(unsafe), WRONGLY_ASKED)
    if workers > 1 and house.database.is_sqlite:
        stop(
            "SQLite takes one process only. Leave --workers away, or set POSTAL_DATABASE_URL to a "
            "PostgreSQL database.",
            WRONGLY_ASKED,
        )


def _prepare(house: House, *, migrate: bool) -> None:
    engine = house.database.engine
    if migrate:
        migrations.upgrade(engine)
    elif not migrations.is_current(engine):
        stop("The database lacks migrations: run `postal-tracker migrate` first.")


def listening(settings: Settings) -> socket.socket:
    """Take host and port now; leaves with 1 if somebody else has them."""
    address = (settings.host, settings.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as taken:
        why = os.strerror(taken.errno) if taken.errno and taken.errno > 0 else str(taken)
        stop(
            f"Cannot listen at {settings.host} port {settings.port} ({why}). "
            "Set POSTAL_HOST or POSTAL_PORT to another one."
        )


def end_quietly() -> None:
    """Let a signal end the service with code 0: uvicorn raises it again once all is settled."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
