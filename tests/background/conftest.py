"""Background work is quiet."""

import logging

import pytest

from postal_tracker.background import scheduler


@pytest.fixture(autouse=True)
def quiet(caplog, capfd):
    """All of it is done without a word, except where work is cut short."""
    caplog.set_level(logging.WARNING)
    yield
    said = [r.message for r in caplog.get_records("call") if r.name.startswith(("dbos", "asyncio"))]
    assert [word for word in said if "task cancelled" not in word] == []
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def nothing_under_way(monkeypatch):
    """Nothing begins by the clock, and all that was begun has ended: ending need not wait."""
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0)
