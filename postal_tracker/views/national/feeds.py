"""Pages of items behind a cursor, in the order in which the log has what they tell of.

Persons are shown, whatever a program sees elsewhere: that is what the scope `national` is for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.journey import Act
from postal_tracker.core.working_days import Calendar
from postal_tracker.ledger.log import feed
from postal_tracker.ledger.log.feed import Mention
from postal_tracker.storage.tables import Applicant, Dossier, EntryDetail, LedgerEntry, Procedure
from postal_tracker.views.national.course import Course
from postal_tracker.views.national.items import CapNhatTienDoHoSoMC, DongBoHoSoMC
from postal_tracker.views.national.mapping import File, dossier_item, progress_item
from postal_tracker.views.standing import DOSSIER
from postal_tracker.views.worklists import names_of

MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class DossierFeed:
    """Dossiers of which there is news behind a cursor, each once, as they stand now."""

    items: list[DongBoHoSoMC]
    """For the `data` of DongBoHoSoMC."""
    new: list[str]
    """The codes of those of which nothing stands before the cursor: `isUpdating` is False."""
    next_cursor: str
    """Where to go on; there is always one."""
    is_more: bool
    """Whether there is more to read at once; a page may be empty though there is."""


@dataclass(frozen=True, slots=True)
class ProgressFeed:
    """What happened, in the order in which the record learnt of it."""

    items: list[CapNhatTienDoHoSoMC]
    """For the `data` of CapNhatTienDoHoSoMC."""
    next_cursor: str
    """Where to go on; there is always one."""
    is_more: bool
    """Whether there is more to read at once; a page may be empty though there is."""


_AMONG_COLLEAGUES = frozenset({Act.POSSIBLE_DOUBLE, Act.NOTED})


def dossiers_behind(
    session: Session, cursor: str, *, scope: Scope, calendar: Calendar
) -> DossierFeed:
    """Return the dossiers that changed. Raises Invalid, Conflict (another record's cursor)."""
    connection = session.connection()
    start = feed.position(connection, cursor)
    mentions, end, is_more = _up_to(feed.part_from(connection, start), distinct=True)
    files = _files(session, _named(mentions), scope, {})
    found = [files[id_] for id_ in _named(mentions) if id_ in files]
    return DossierFeed(
        [dossier_item(file, calendar) for file in found],
        [file.row.code for file in found if not _was_told(file, start)],
        feed.cursor_at(connection, end),
        is_more,
    )


def progress_behind(
    session: Session, cursor: str, *, scope: Scope, calendar: Calendar, titles: Mapping[str, str]
) -> ProgressFeed:
    """Return what happened, an item for each dossier that it is about. Raises as the other.

    What is read again from a cursor says the same, but for what was taken out of a parcel since.
    What colleagues noted for each other is left out.
    """
    connection = session.connection()
    start = feed.position(connection, cursor)
    mentions, end, is_more = _up_to(feed.part_from(connection, start), distinct=False)
    files = _files(session, _named(mentions), scope, titles)
    entries = {id_: {told.entry: told for told in file.history} for id_, file in files.items()}
    courses = {id_: Course(file.row, file.history, calendar) for id_, file in files.items()}
    told_of = (
        (files[id_], entries[id_][mention.entry], courses[id_])
        for mention in mentions
        for id_ in mention.dossiers
        if id_ in files and mention.entry in entries[id_]  # taken out of the parcel just now
    )
    items = [
        progress_item(file, told, course.after(told.number or 0))
        for file, told, course in told_of
        if told.fact.what not in _AMONG_COLLEAGUES
    ]
    return ProgressFeed(items, feed.cursor_at(connection, end), is_more)


def _up_to(part: feed.Part, *, distinct: bool) -> tuple[Sequence[Mention], int, bool]:
    """Return as many as fit onto a page, whole; the number behind them, and if more follows."""
    taken: list[Mention] = []
    ids: list[int] = []
    for mention in part.mentions:
        ids += mention.dossiers
        if taken and len(set(ids) if distinct else ids) > MOST_ITEMS:
            return taken, mention.number, True
        taken.append(mention)
    return taken, part.end, part.is_more


def _named(mentions: Iterable[Mention]) -> list[int]:
    return list(dict.fromkeys(id_ for mention in mentions for id_ in mention.dossiers))


def _was_told(file: File, start: int) -> bool:
    return any(told.number is not None and told.number < start for told in file.history)


NATIONAL: Any = DOSSIER.add_columns(
    col(Applicant.email).label("applicant_email"),
    col(Applicant.phone).label("applicant_phone"),
    col(Procedure.field).label("procedure_field"),
)


def _files(
    session: Session, ids: Sequence[int], scope: Scope, titles: Mapping[str, str]
) -> dict[int, File]:
    """Return those of these dossiers that are within reach."""
    connection = session.connection()
    wanted = NATIONAL.where(col(Dossier.id).in_(ids), scope.covers(Dossier))
    rows = {row.id: row for row in connection.execute(wanted)} if ids else {}
    histories = feed.histories(connection, list(rows))
    details = _details(connection, list(rows))
    by = {told.by for history in histories.values() for told in history}
    names = names_of(session, by)
    return {id_: File(row, histories[id_], details, names, titles) for id_, row in rows.items()}


def _details(connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    query = (
        select(col(EntryDetail.entry_id), col(EntryDetail.field), col(EntryDetail.text))
        .join(LedgerEntry, col(LedgerEntry.id) == col(EntryDetail.entry_id))
        .where(col(LedgerEntry.dossier_id).in_(ids))
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(query) if ids else ():
        found[row.entry_id][row.field] = row.text
    return found
