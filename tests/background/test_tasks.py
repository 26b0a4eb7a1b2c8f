"""What is done at night, without the clock that starts it."""

import asyncio

from sqlmodel import select

from postal_tracker.background.tasks import Tasks
from postal_tracker.ledger import outbox
from postal_tracker.storage.tables import StageChange


def test_the_night_clears_away_changes_that_nobody_read_in_time(any_centre, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_FORGOTTEN", 2)
    for _ in range(5):
        any_centre.a_dossier()
    any_centre.clock.pass_(days=31)
    any_centre.a_dossier()

    asyncio.run(Tasks(any_centre.house, by="the night").tidy())

    left = any_centre.database.read_now(lambda s: s.exec(select(StageChange)).all())
    assert [change.recorded_at for change in left] == [any_centre.clock()]
