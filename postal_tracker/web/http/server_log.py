"""uvicorn's own warnings, once in a while: strangers cause them."""

import logging

LONGEST_SILENCE = 10.0
"""Seconds between two log lines that warn of the same: strangers must not fill the disk."""


class _NotEach(logging.Filter):
    """Lets each of uvicorn's warnings pass once in a while; its errors always."""

    def __init__(self) -> None:
        super().__init__()
        self.told_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        is_due = record.created - self.told_at.get(str(record.msg), 0.0) >= LONGEST_SILENCE
        if is_due:
            self.told_at[str(record.msg)] = record.created
        return is_due


def quieten() -> None:
    """Let each warning of uvicorn's be said once in a while."""
    logging.getLogger("uvicorn.error").addFilter(_NotEach())
