"""Log lines: one event each, `key=value` (logfmt), to stderr, with nothing personal in them.

Of an exception only its type and place are told: its text may repeat what somebody sent.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

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


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr now: a live display puts itself in its place for a while."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None: ...


def configure(level: int = logging.INFO) -> None:
    """Send every log line of this process to stderr in this form."""
    handler = _Stderr()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
