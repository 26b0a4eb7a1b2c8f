"""PostgreSQL over a network that may swallow what it is given: nobody waits for it without an end.

A connection that is lost without a word (a firewall that forgot it, a cable, a machine that is off)
looks like a server that thinks. The system's own bounds are the first to notice; where something in
between still says that all has arrived, only a bound of ours does.
"""

import math
import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

LINK: dict[str, int] = {
    "keepalives_idle": 15,  # seconds without a word, then three questions
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,  # milliseconds for what was sent to arrive
}
"""How soon a link counts as lost; the address may say otherwise (PostgreSQL 18, section 32.1.2)."""

SERVER_GIVES_UP = 0.8
LOCK_GIVES_UP = 0.5
"""Which part of our patience the server has for a statement, and for a lock: it says no before we
hang up, and then only that statement fails."""


HEARD_LATELY = 1.0
"""Seconds for which a connection that answered is not asked whether it lives: the question takes
a fifth of the writer's time. One that died since fails once, and takes the idle ones with it."""


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection on which one answer may take so long and no longer."""

    patience = math.inf
    """In seconds."""
    heard_at = -math.inf
    """When it answered last, by `time.monotonic`."""

    def wait(
        self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: float | None = None
    ) -> Any:
        """Raises OperationalError when patience is at its end, with the connection closed."""
        try:
            answer = super().wait(gen, interval, min(timeout or self.patience, self.patience))
            self.heard_at = time.monotonic()
            return answer
        except errors.OperationalError as failure:
            if failure.sqlstate is None and not self.closed:  # no answer, so none of the server's
                self.close()
            raise

    def __del__(self, *_warn: Any) -> None:
        """Hang up: a thread that was still reading gives it back to a pool that is no more."""
        if not self.closed:
            self.close()


def make_engine(url: str, patience: float | None, **how: Any) -> Engine:
    """Return an engine on which, with `patience`, one answer may take so many seconds."""
    bounds = {"pool_timeout": patience} if patience else {}
    engine = create_engine(url, hide_parameters=True, **bounds, **how)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Dialect, _record: Any, args: Any, settings: dict[str, Any]) -> Any:
        soon = max(2, math.ceil(patience or 3))  # less than two seconds is not for libpq
        wanted = {**LINK, "connect_timeout": min(3, soon), **settings}
        connection = ImpatientConnection.connect(*args, **wanted)
        if patience:
            _bound(connection, patience)
        return connection

    @event.listens_for(engine, "checkout")
    def ask_whether_it_lives(connection: Any, _record: Any, _proxy: Any) -> None:
        if time.monotonic() - connection.heard_at < HEARD_LATELY:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error:
            raise DisconnectionError from None  # the pool takes or makes another one

    return engine


def _bound(connection: ImpatientConnection, patience: float) -> None:
    connection.patience = patience
    milliseconds = int(patience * 1000)
    bounds = {
        "statement_timeout": milliseconds * SERVER_GIVES_UP,
        "lock_timeout": milliseconds * LOCK_GIVES_UP,
        "idle_in_transaction_session_timeout": milliseconds * 4,
    }
    connection.autocommit = True
    for name, value in bounds.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, str(int(value))))
    connection.autocommit = False
