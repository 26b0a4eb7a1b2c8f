"""The rehearsal centre's five weeks can be told whenever somebody starts it."""

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from postal_tracker.commands.examining import examine
from postal_tracker.demo import access, record
from postal_tracker.house import House
from postal_tracker.settings import Settings

BEGIN = datetime(2026, 11, 27, 22, 51, tzinfo=UTC)
"""At that minute a paper came that nobody needed any more, and the centre did not start."""

MINUTES = 365 * 24 * 60


def moments(count):
    """Return this one, and others of the year after it, at any hour of any day."""
    chance = Random(count)
    return [
        BEGIN,
        *(BEGIN + timedelta(minutes=chance.randrange(MINUTES)) for _ in range(count - 1)),
    ]


def differences(tmp_path, monkeypatch, template, now):
    """Tell the past up to a moment; return what does not fit in it."""
    folder = tmp_path / f"{now:%Y%m%d%H%M}"
    folder.mkdir()
    shutil.copy(template, folder / "demo.db")
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/demo.db")
    monkeypatch.setattr(record, "build_house", lambda told: House(told, clock=lambda: now))
    known = access.remembered(folder / "demo.json", url="", settings=settings)
    record.prepare(settings, record.Files(folder), known)
    with closing(House(settings, clock=lambda: now)) as house:
        faults = [str(check) for check in examine(house) if not check.ok]
    shutil.rmtree(folder)
    return faults


def test_it_starts_at_a_minute_at_which_it_did_not(tmp_path, monkeypatch, migrated_sqlite):
    assert differences(tmp_path, monkeypatch, migrated_sqlite, BEGIN) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_it_starts_at_any_minute(tmp_path, monkeypatch, migrated_sqlite, share):
    for now in moments(share.of(60, part=20)):
        assert differences(tmp_path, monkeypatch, migrated_sqlite, now) == [], now
