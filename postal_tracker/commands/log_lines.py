"""Log lines: one event each, `key=value` (logfmt), to stderr, with nothing personal in them.

Of an exception only its type and place are told: its text may repeat what somebody sent.
"""

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import SysLogHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from postal_tracker.access.trail import SECURITY_LOG
from postal_tracker.core.problems import Busy, Uncertain

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}

_TOO_CHATTY = ("alembic", "httpcore", "httpx")
"""The latter log addresses, and the last segment of a hook's address is a secret."""


class OneLine(logging.Formatter):
    """`time=… level=warning from=… event="hook given up" tries=10`"""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        pairs: dict[str, object] = {
            "time": at,
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        pairs |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info and record.exc_info[0]:
            pairs["error"] = record.exc_info[0].__name__
            pairs["at"] = _places(record.exc_info[2])
        return " ".join(f"{key}={_value(value)}" for key, value in pairs.items())


def _value(value: object) -> str:
    text = str(value)
    plain = text and text.isprintable() and not set(text) & {" ", '"', "="}
    return text if plain else json.dumps(text, ensure_ascii=False)


def _places(trace: TracebackType | None) -> str:
    """Return the innermost calls, the last one first."""
    frames = traceback.extract_tb(trace)[-8:]
    return "<".join(f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in reversed(frames))


class OncePerOutage(logging.Filter):
    """Passes one line a minute of all that say the same: that the database is away.

    Each caller, each round and each retry of the library says so; the pulse's own line is enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._said_at = -_A_MINUTE
        self._suppressed = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if not _tells_of_an_outage(record):
            return True
        with self._lock:
            now = time.monotonic()
            if record.name != _PULSE and now - self._said_at < _A_MINUTE:
                self._suppressed += 1
                return False
            record.suppressed, self._suppressed = self._suppressed, 0
            self._said_at = now
            return True


def _tells_of_an_outage(record: logging.LogRecord) -> bool:
    if record.name == _PULSE:
        return record.levelno >= logging.CRITICAL
    if record.name == "dbos":
        return record.getMessage().startswith("Database connection")
    failure = record.exc_info[1] if record.exc_info else None
    while failure and not isinstance(failure, _OUTAGES):
        failure = failure.__cause__
    return failure is not None


_PULSE = "postal_tracker.storage.pulse"
_OUTAGES = (OperationalError, InterfaceError, PoolTimeout, Busy, Uncertain)
_A_MINUTE = 60.0


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr now: a live display puts itself in its place for a while."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None: ...


def _configure_security(target: str) -> None:
    """Send the security log to `stdout`, `syslog` (this machine's), `syslog:HOST:PORT` or `off`."""
    SECURITY_LOG.handlers.clear()
    SECURITY_LOG.propagate = False
    SECURITY_LOG.setLevel(logging.INFO)
    kind, _, address = target.partition(":")
    handler: logging.Handler = logging.NullHandler()
    if kind == "stdout":
        handler = logging.StreamHandler(sys.stdout)
    elif kind == "syslog":
        handler = _syslog(address)
    SECURITY_LOG.addHandler(handler)


def _syslog(address: str) -> SysLogHandler:
    """Raises OSError for a host that nobody knows."""
    host, _, port = address.rpartition(":")
    handler = SysLogHandler((host, int(port)) if host else "/dev/log", SysLogHandler.LOG_AUTH)
    handler.ident = "postal-tracker: "
    return handler


@contextmanager
def telling_syslog(target: str) -> Iterator[None]:
    """Send the security log of one command to syslog, if that is where the service tells it.

    To stdout never: what stands there is the command's answer. Raises OSError.
    """
    if not target.startswith("syslog"):
        yield
        return
    handler, before = _syslog(target.partition(":")[2]), SECURITY_LOG.level
    SECURITY_LOG.addHandler(handler)
    SECURITY_LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        SECURITY_LOG.removeHandler(handler)
        SECURITY_LOG.setLevel(before)
        handler.close()


def configure(level: int = logging.INFO, *, security: str = "off") -> None:
    """Send every log line of this process to stderr in this form, and the security log there."""
    _configure_security(security)
    handler = _Stderr()
    handler.setFormatter(OneLine())
    handler.addFilter(OncePerOutage())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
