"""Carriers' messages that found no home, the newest first, and one of them looked at closely."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, LargeBinary, Row, func, select
from sqlmodel import Session, col

from adapters.event import Milestone, Reason, Source
from postal_tracker.access import Scope, refuse_part
from postal_tracker.carriers import inbox
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox import WITHOUT_HOME, Fate, MessageState
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.storage.tables import CarrierMessage, MessageNumber
from postal_tracker.views.counting import Count, counted

EXCERPT_BYTES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message in short."""

    id: int
    carrier: str
    state: MessageState
    problem: str
    """Why it has no home; always in the same words."""
    problem_text: str
    """The same for people, in their language."""
    source: Source
    received_at: datetime
    excerpt: str
    """The first 500 bytes of its body."""
    waits_for: list[str]
    """Numbers of parcels that it tells of and that nobody has made."""
    erased_at: datetime | None
    """When its body was erased, at the end of its retention."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages of a list."""

    items: list[MessageView]
    next_cursor: str | None = None
    count: int = 0
    """How many there are on all pages, counted to 1,000."""
    is_more: bool = False
    """Whether there are more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEventView:
    """One event of a message, as we read it today, and what became of it."""

    fate: Fate
    """What became of it."""
    milestone: Milestone
    happened_at: datetime
    tracking_number: str
    reference: str
    """The number under which we announced the parcel, if the carrier gave it another one."""
    place: str
    reason: Reason | Literal[""]
    carrier_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDetailView(MessageView):
    """One message as a whole. May hold personal data."""

    by: str
    body: str
    """All of it, as text."""
    events: list[MessageEventView]


def messages(
    session: Session,
    state: str,
    *,
    scope: Scope,
    carrier: str = "",
    cursor: int | None,
    limit: int,
    lang: Lang,
) -> MessagePage:
    """Return the newest messages in a state; of the body only what staff need to recognise it.

    They belong to no office yet. Raises Forbidden for whoever has a part of the centre only.
    """
    refuse_part(scope)
    wanted = _in_state(state, carrier)
    query = select(*_SHORT).where(*wanted)
    if cursor is not None:
        query = query.where(col(CarrierMessage.id) < cursor)
    order = col(CarrierMessage.id).desc()
    rows = session.connection().execute(query.order_by(order).limit(limit + 1)).all()
    waits = _waits(session, [row.id for row in rows])
    items = [MessageView(**_short(row, waits.get(row.id, []), lang)) for row in rows[:limit]]
    count = counted(session, select(col(CarrierMessage.id)).where(*wanted))
    return MessagePage(items, str(items[-1].id) if len(rows) > limit else None, *count)


def _in_state(state: str, carrier: str) -> list[ColumnElement[bool]]:
    of_carrier = [col(CarrierMessage.carrier) == carrier] if carrier else []
    return [col(CarrierMessage.state) == state, *of_carrier]


_SHORT = (
    *(
        col(getattr(CarrierMessage, name))
        for name in ("id", "carrier", "state", "problem", "source", "received_at", "erased_at")
    ),
    func.substr(CarrierMessage.body, 1, EXCERPT_BYTES, type_=LargeBinary).label("body"),
)


def _waits(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    waits: dict[int, list[str]] = {}
    query = select(col(MessageNumber.message_id), col(MessageNumber.tracking_number))
    wanted = query.where(col(MessageNumber.message_id).in_(ids))
    for id_, number in session.connection().execute(wanted.order_by(*query.selected_columns)):
        waits.setdefault(id_, []).append(number)
    return waits


def _short(row: Row[Any], waits_for: list[str], lang: Lang) -> dict[str, Any]:
    return {
        "id": row.id,
        "carrier": row.carrier,
        "state": MessageState(row.state),
        "problem": row.problem,
        "problem_text": problem_in_words(row.problem, lang),
        "source": Source(row.source),
        "received_at": row.received_at,
        "excerpt": _text((row.body or b"")[:EXCERPT_BYTES]).rstrip("\N{REPLACEMENT CHARACTER}"),
        "waits_for": waits_for,
        "erased_at": row.erased_at,
    }


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def message(
    session: Session, carriers: Carriers, id_: int, *, scope: Scope, lang: Lang
) -> MessageDetailView:
    """Return one message as a whole, with what we understood of it. Raises NotFound, Forbidden."""
    refuse_part(scope)
    found = inbox.inspect(session, carriers, id_)
    waits = _waits(session, [id_]).get(id_, [])
    events = [
        MessageEventView(
            fate=fate,
            milestone=event.milestone,
            happened_at=event.happened_at,
            tracking_number=event.tracking_number,
            reference=event.reference,
            place=event.place,
            reason=event.reason or "",
            carrier_code=event.carrier_code,
        )
        for event, fate in found.events
    ]
    short = _short(found.row, waits, lang)
    return MessageDetailView(**short, by=found.row.by, body=_text(found.row.body), events=events)


def message_counts(session: Session, *, scope: Scope, carrier: str = "") -> dict[str, Count]:
    """Count the messages without a home, by their state; none if out of reach."""
    states = [state.value for state in WITHOUT_HOME]
    if not scope.is_whole:
        return dict.fromkeys(states, Count(0))
    return {state: counted(session, messages_in(state, carrier)) for state in states}


def messages_in(state: str, carrier: str = "") -> Any:
    """Return the query for the ids of the messages in one state."""
    return select(col(CarrierMessage.id)).where(*_in_state(state, carrier))


# Problems in words. In the table they are short and always the same, so that they can be counted.


def problem_in_words(problem: str, lang: Lang) -> str:
    """Return why a message has no home, as people say it."""
    return " ".join(_one_in_words(one, lang) for one in problem.split("; ") if one)


def _one_in_words(problem: str, lang: Lang) -> str:
    for pattern, pair in _PROBLEMS:
        if found := pattern.fullmatch(problem):
            return pick(pair, lang).format(*found.groups())
    return f"{problem[0].upper()}{problem[1:]}."


_PROBLEMS = [
    (re.compile(pattern), (vi, en))
    for pattern, vi, en in (
        (
            "it tells of another carrier's parcel",
            "Tin nói về bưu gửi của một đơn vị bưu chính khác.",
            "It tells of another carrier's parcel.",
        ),
        (
            "it tells of a time long before the parcel was made",
            "Tin nói về một thời điểm từ lâu trước khi tạo bưu gửi: bưu gửi cũ mang cùng số hiệu.",
            "It tells of a time long before the parcel was made: an earlier one had its number.",
        ),
        (
            "an event that is known tells something else now",
            "Một sự kiện đã biết nay lại được báo khác đi; tin đầu tiên vẫn có hiệu lực.",
            "An event that is known is told otherwise now; what was told first stands.",
        ),
        (
            "it tells of a time still to come",
            "Tin nói về một thời điểm chưa tới.",
            "It tells of a time still to come.",
        ),
        (
            "a fault in the adapter",
            "Phần mềm của trung tâm gặp lỗi khi đọc tin.",
            "Our own software failed when it read the message.",
        ),
        (
            "its carrier has no settings any more",
            "Đơn vị bưu chính này không còn được cài đặt.",
            "Its carrier has no settings any more.",
        ),
        ("longer than 1 MiB", "Tin dài quá 1 MiB.", "It is longer than 1 MiB."),
        ("not UTF-8", "Tin không phải chữ UTF-8.", "It is not UTF-8."),
        ("not JSON", "Tin không phải JSON.", "It is not JSON."),
        ("not a JSON object", "Tin không phải đối tượng JSON.", "It is not a JSON object."),
        ("not a form", "Tin không phải biểu mẫu.", "It is not a form."),
        ("nested too deep", "Tin lồng nhau quá sâu.", "It is nested too deep."),
        ("a key stands twice", "Một trường xuất hiện hai lần.", "A key stands twice."),
        (
            "NaN or Infinity is no number",
            "Có số không hợp lệ (NaN, Infinity).",
            "NaN or Infinity is no number.",
        ),
        (
            r"(\S+) is missing or not text",
            "Thiếu trường {0}, hoặc trường này không phải chữ.",
            "{0} is missing or not text.",
        ),
        (
            r"(\S+) is empty, too long or not one line of text",
            "Trường {0} trống, quá dài hoặc không phải một dòng chữ.",
            "{0} is empty, too long or not one line of text.",
        ),
        (
            r"(\S+) is not a time (?:with an offset|that exists|of this century)",
            "Trường {0} không phải thời điểm đọc được.",
            "{0} is not a time that can be read.",
        ),
        (
            r"(\S+) is not a list of at most (\d+)",
            "Trường {0} không phải danh sách, hoặc dài quá {1} mục.",
            "{0} is not a list of at most {1}.",
        ),
        (
            r"(\S+) holds something else than objects",
            "Danh sách {0} có mục lạ.",
            "{0} holds something else than objects.",
        ),
        (
            r"(\S+) is (?:not an object|not a number|none of ours|none that \S+ documents)",
            "Trường {0} có giá trị lạ.",
            "{0} has a value that we do not know.",
        ),
    )
]
