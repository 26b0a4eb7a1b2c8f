"""Which change is worth a message to the citizen. Written with the change, sent later by a job."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from postal_tracker.core.journey import Journey, Stage
from postal_tracker.storage.tables import Notice, table_of

WORTH_TELLING = frozenset(
    {
        Stage.AT_AUTHORITY,
        Stage.AT_CENTRE,
        Stage.TO_CITIZEN,
        Stage.DELIVERED,
        Stage.RETURNED,
        Stage.LOST,
    }
)


def queue(
    connection: Connection,
    before: Mapping[int, Journey],
    after: Mapping[int, Journey],
    *,
    now: datetime,
) -> None:
    """Note, for each dossier at a new stage worth telling, that somebody is to be told."""
    rows = [
        {
            "dossier_id": id_,
            "stage": journey.stage.value,
            "happened_at": journey.last[0],
            "queued_at": now,
        }
        for id_, journey in after.items()
        if journey.stage is not before[id_].stage and journey.stage in WORTH_TELLING
    ]
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        table = table_of(Notice)
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
