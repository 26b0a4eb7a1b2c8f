"""Background work is quiet."""

import logging

import pytest


@pytest.fixture(autouse=True)
def quiet(caplog, capfd):
    """All of it is done without a word, except where a carrier fails."""
    caplog.set_level(logging.WARNING)
    yield
    assert [r for r in caplog.records if r.name.startswith(("dbos", "asyncio"))] == []
    assert capfd.readouterr() == ("", "")
