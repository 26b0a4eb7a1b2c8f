"""What has waited too long is written to whose it is then: by e-mail, on working days, once.

That somebody is written to is kept before it is done: of a letter whose outcome a crash has hidden
nobody knows whether it came, and the worklist shows its work all the same.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from sqlmodel import Session, col, select

from postal_tracker.access import EVERYTHING
from postal_tracker.core.dates import midnight
from postal_tracker.core.notices import NO_REPLY, ToldBy
from postal_tracker.core.problems import Problem
from postal_tracker.core.worklist import ESCALATED_AFTER, WorkKind
from postal_tracker.house import House
from postal_tracker.outgoing.notices import setup_of
from postal_tracker.outgoing.notices.email import Email
from postal_tracker.outgoing.notices.message import Letter
from postal_tracker.outgoing.notices.outcomes import Fate
from postal_tracker.reports.escalation import is_overdue
from postal_tracker.reports.in_words import WORK_IN_WORDS
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.reports.worklist import Asked, worklist
from postal_tracker.storage.tables import StaffMember, WorkItem
from postal_tracker.storage.turns import ESCALATED, is_my_turn

log = logging.getLogger(__name__)

EVERY_SECONDS = 900

_MOST = 200
"""Of each kind, in one round: a letter is to be read."""

Letters = Mapping[str, Sequence[ToDoRow]]
"""What is written to each address."""


class Escalation:
    """Writes to whoever work has come to; of several processes one at a time."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def run(self) -> None:
        """Do so for ever."""
        while True:
            try:
                await self.round()
            except Problem:  # the database is away or busy, which others tell of
                pass
            except Exception:
                log.exception("nobody was written to of what waits too long")
            await asyncio.sleep(EVERY_SECONDS)

    async def round(self) -> None:
        """Write of what has come to somebody since the last round."""
        house = self._house
        is_open = ToldBy.EMAIL in setup_of(house).open
        if not (is_open and house.calendar.is_working_day(house.today())):
            return
        addresses = await house.database.read(_addresses)
        rows = [row for kind in _KINDS if addresses for row in await self._waiting(kind)]
        if rows:
            claim = partial(_claim, rows=rows, addresses=addresses, now=house.now())
            await self._write(await house.database.write(claim))

    async def _waiting(self, kind: WorkKind) -> list[ToDoRow]:
        """Return the first of what waits too long and was not written of."""
        house, now, asked = self._house, self._house.now(), Asked([kind], snoozed=True)
        found: list[ToDoRow] = []
        cursor: str | None = ""

        def page(session: Session) -> tuple[bool, list[ToDoRow], str | None]:
            read = worklist(
                *(session, house, asked), scope=EVERYTHING, now=now, lang="vi", cursor=cursor
            )
            late = [row for row in read.items if _has_come(row, house)]
            is_off = {row.id for row in late if row.snoozed_until and row.snoozed_until > now}
            new = [row for row in _untold(session, late) if row.id not in is_off]
            return bool(late), new, read.next_cursor

        while cursor is not None and len(found) < _MOST:
            any_late, new, cursor = await house.database.read(page, slow=True)
            found += new
            cursor = cursor if any_late else None  # the longest waiting come first
        return found[:_MOST]

    async def _write(self, letters: Letters) -> None:
        """Send each; what certainly reached nobody is written of again in the next round."""
        mail, taken, busy = Email(self._house.settings.notices.email), set[str](), set[str]()
        for to, rows in letters.items():
            outcome = await mail.post(_letter(to, rows, self._house.settings.address))
            (busy if outcome.fate is Fate.BUSY else taken).update(row.id for row in rows)
            if outcome.fate is not Fate.TAKEN:  # without the address: it is somebody's
                log.warning("a letter to staff was not taken", extra={"fault": outcome.fault})
        if untold := busy - taken:
            await self._house.database.write(partial(_forget, keys=untold))


_KINDS = tuple(kind for kind in WorkKind if kind in ESCALATED_AFTER)


def _has_come(row: ToDoRow, house: House) -> bool:
    """Tell whether it is to be written of: of feedback that its day by law is over."""
    if row.kind is WorkKind.FEEDBACK:
        return is_overdue(row, house.today())
    return row.escalated


def _addresses(session: Session) -> Mapping[str, str]:
    """Return where open accounts are written to, by their sign-in names."""
    query = select(StaffMember.username, StaffMember.email).where(
        col(StaffMember.email) != "", col(StaffMember.disabled_at).is_(None)
    )
    return dict(session.exec(query).all())


def _untold(session: Session, rows: Sequence[ToDoRow]) -> Iterator[ToDoRow]:
    """Return those of which nobody was written to since they began to wait."""
    of_them = select(WorkItem.key, WorkItem.told_at).where(
        col(WorkItem.key).in_([row.id for row in rows])
    )
    told = dict(session.exec(of_them).all())
    for row in rows:
        at = told.get(row.id)
        began = _began(row)
        if at is None or (began and at < began):
            yield row


def _began(row: ToDoRow) -> datetime | None:
    """Return since when it is too late: of feedback since its day, which moves with each step."""
    if row.kind is WorkKind.FEEDBACK and row.due_on:
        return midnight(row.due_on + timedelta(days=1))
    return row.since


def _claim(
    session: Session, *, rows: Sequence[ToDoRow], addresses: Mapping[str, str], now: datetime
) -> Letters:
    """Keep that it is written of, and return to whom what is; nothing if another is at it."""
    letters: dict[str, list[ToDoRow]] = defaultdict(list)
    if not is_my_turn(session.connection(), ESCALATED):
        return letters
    for row in _untold(session, rows):
        owner = row.assignee if row.kind is WorkKind.FEEDBACK else ""
        to = {addresses[who] for who in (row.escalated_to, owner) if who in addresses}
        for address in sorted(to):
            letters[address].append(row)
        if to:
            item = session.get(WorkItem, row.id, with_for_update=True)
            item = item or WorkItem(key=row.id, changed_at=now)
            item.told_at = item.changed_at = now
            session.add(item)
    return letters


def _forget(session: Session, *, keys: Collection[str]) -> None:
    items = select(WorkItem).where(col(WorkItem.key).in_(keys))
    for item in session.exec(items.with_for_update()):
        item.told_at = None


def _letter(to: str, rows: Sequence[ToDoRow], address: str) -> Letter:
    """Return a letter: codes, which name nobody, and since when each waits."""
    listed = "\n".join(_lines(rows))
    text = (
        f"Kính gửi Ông/Bà,\n\nCác việc sau đã quá thời gian chờ và được chuyển tới Ông/Bà.\n"
        f"This has waited too long and has come to you.\n\n{listed}\n"
        f"Danh sách việc / Worklist: {address}/desk/worklist?escalated=yes\n\n{NO_REPLY}\n"
    )
    subject = f"{len(rows)} việc quá thời gian chờ"
    return Letter(f"esc{secrets.token_hex(12)}", to, subject, text)


def _lines(rows: Iterable[ToDoRow]) -> Iterator[str]:
    for kind, of_kind in groupby(rows, lambda row: row.kind):
        yield " / ".join(WORK_IN_WORDS[kind])
        for row in of_kind:
            until = f", hạn / due {row.due_on:%d/%m/%Y}" if row.due_on else ""
            yield f"- {row.code}: {row.hours} giờ / hours{until}"
        yield ""
