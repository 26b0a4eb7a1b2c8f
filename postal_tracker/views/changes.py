"""What has changed behind a cursor, in the order of commits: thin, for those who would rather ask.

A cursor names the last change that was looked at, by its number and by its id: in a record that was
put back to an older copy another change has that number, or none, and the cursor is refused.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.journey import Stage
from postal_tracker.core.problems import Conflict
from postal_tracker.forms import field_invalid
from postal_tracker.ledger import outbox
from postal_tracker.storage.tables import Dossier, StageChange

MOST_ITEMS = 200
MOST_LOOKED_AT = 1_000
"""Changes that are looked at for one page, whoever's they are."""

LONGEST_CURSOR = 50

STAGE_CHANGED: Final = "dossier.stage_changed"
FEEDBACK_OPENED: Final = "feedback.opened"
ChangeType = Literal["dossier.stage_changed", "feedback.opened"]

_CURSOR = re.compile(r"([0-9]{1,16})-(chg_[0-9a-f]{24})", re.ASCII)


@dataclass(frozen=True, slots=True)
class StageChangeView:
    """Something changed; what a dossier holds is asked for with its code."""

    id: str
    """The same whenever it is told, here and by webhook."""
    type: ChangeType
    """What kind of change it is."""
    dossier: str
    """The dossier's code."""
    at: datetime
    """When it happened."""
    stage: Stage
    """Where the dossier stands since."""
    feedback: str
    """The number of the complaint or question that was opened; empty: the stage changed."""


@dataclass(frozen=True, slots=True)
class ChangeFeed:
    """Changes in the order of commits."""

    items: list[StageChangeView]
    next_cursor: str
    """Where to go on; there is always one."""
    is_more: bool
    """Whether there is more to read at once; a page may be empty though there is."""


def changes_behind(session: Session, cursor: str, *, scope: Scope, limit: int) -> ChangeFeed:
    """Return what changed. Raises Invalid (no cursor), Conflict (gone, or another record's)."""
    connection = session.connection()
    first, last = _kept(connection)
    start = _position(connection, cursor, first)
    end = min(start + MOST_LOOKED_AT, last)
    number = col(StageChange.number)
    query = CHANGE.where(number > start, number <= end, scope.covers(Dossier))
    rows = connection.execute(query.order_by(number).limit(limit + 1)).all()
    if len(rows) > limit:
        rows, end = rows[:limit], rows[limit - 1].number
    return ChangeFeed([told(row) for row in rows], _cursor_at(connection, end), end < last)


CHANGE: Any = select(
    col(StageChange.id),
    col(StageChange.number),
    col(StageChange.stage),
    col(StageChange.feedback),
    col(StageChange.happened_at),
    col(StageChange.recorded_at),
    col(Dossier.code),
).join(Dossier, col(Dossier.id) == col(StageChange.dossier_id))


def told(row: Any) -> StageChangeView:
    """Return what is told of a row of `CHANGE`."""
    id_ = outbox.event_id(row.id, row.recorded_at)
    about = row.code, row.happened_at, Stage(row.stage), row.feedback or ""
    return StageChangeView(id_, type_of(row.feedback), *about)


def type_of(feedback: str | None) -> ChangeType:
    """Return what a row of the outbox tells of."""
    return FEEDBACK_OPENED if feedback else STAGE_CHANGED


def _kept(connection: Connection) -> tuple[int, int]:
    """Return between which numbers changes are kept; (1, 0) if there are none."""
    number = col(StageChange.number)
    first = select(func.min(number)).where(number.is_not(None))
    return connection.execute(first).scalar_one() or 1, outbox.last_number(connection)


def _position(connection: Connection, cursor: str, first: int) -> int:
    """Return after which number to go on."""
    if cursor in ("", "0"):
        return first - 1
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise field_invalid("cursor", "Không có trang này.", "There is no such page.")
    number = int(parts[1])
    if _cursor_at(connection, number) == cursor:
        return number
    raise _too_old() if number < first else _of_another_record()


def _cursor_at(connection: Connection, number: int) -> str:
    """Return the cursor that goes on after a number; "0" if there is no such change."""
    which = select(col(StageChange.id), col(StageChange.recorded_at))
    row = connection.execute(which.where(col(StageChange.number) == number)).first()
    return f"{number}-{outbox.event_id(row.id, row.recorded_at)}" if row else "0"


def _too_old() -> Conflict:
    return Conflict(
        "cursor-too-old",
        "Thay đổi chỉ được giữ 30 ngày; con trỏ này cũ hơn. Vui lòng đọc lại các hồ sơ, rồi tiếp "
        "tục từ đầu (không gửi con trỏ).",
        "Changes are kept for 30 days and this cursor is older. Read the dossiers anew, then go on "
        "from the beginning (without a cursor).",
    )


def _of_another_record() -> Conflict:
    return Conflict(
        "cursor-of-another-record",
        "Dữ liệu đã được phục hồi từ một bản sao cũ hơn con trỏ này. Vui lòng tiếp tục từ con trỏ "
        "gần nhất còn được chấp nhận.",
        "The record was put back to a copy older than this cursor. Go on from the newest cursor of "
        "yours that is still taken.",
    )
