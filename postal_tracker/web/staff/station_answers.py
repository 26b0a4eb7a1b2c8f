"""What the scan station answers to the lines of a form, mode by mode."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from adapters.carrier import Carrier
from postal_tracker.access import Caller
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import Problem
from postal_tracker.desks import scanning, station
from postal_tracker.desks.station import Told, Tone
from postal_tracker.forms import field_invalid
from postal_tracker.views import worklists
from postal_tracker.web.html.forms import Sent, once, prefilled
from postal_tracker.web.http.auth import RequestContext

Lines = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one line."""

    line: int
    told: Told
    same_as: int = 0
    """The line in which the same thing was read before; 0 if there is none."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is told of all lines, and what they lack."""

    rows: Sequence[Row] = ()
    missing: Sequence[str] = ()
    """What the record expects and nobody scanned."""
    more: bool = False
    """Whether the record expects more than was compared."""
    listable: Sequence[str] = ()
    """Parcels that can go on the list."""
    left: Sequence[str] = field(default_factory=list)
    """Lines that wait for a parcel's label."""


async def answer(context: RequestContext, mode: str, sent: Sent, lines: Lines) -> Answers:
    """Answer each line in its turn. Raises Invalid (no such carrier or direction)."""
    if mode == "receive":
        told = [(line, await _receive(context, sent, line, text)) for line, text in lines]
        return Answers(rows_of(told))
    if mode == "seal":
        return await _Sealing(context, sent).answer(lines)
    if mode == "handover":
        context.house.carriers.chosen(sent.one("carrier"))
    return await _compare(context, mode, sent, lines)


def rows_of(told: Sequence[tuple[int, Told]]) -> list[Row]:
    """Name of each double the line in which it was read first."""
    first: dict[str, int] = {}
    rows = []
    for line, one in told:
        before = first.get(one.code, 0)
        if before and one.tone is Tone.RIGHT:
            one = replace(one, tone=Tone.DOUBLE)
        rows.append(Row(line, one, before if one.tone is Tone.DOUBLE else 0))
        if one.code and one.tone is not Tone.WRONG:
            first.setdefault(one.code, line)
    return rows


async def _receive(context: RequestContext, sent: Sent, line: int, text: str) -> Told:
    by, now = context.caller, context.now
    values = {"mode": "receive", "text": text}
    return await _once(
        context, sent, line, values, lambda s: station.receive(s, text, by=by, now=now)
    )


async def _once(
    context: RequestContext,
    sent: Sent,
    line: int,
    values: dict[str, Any],
    command: Callable[[Session], Told],
) -> Told:
    """Do what one line asks for once, though the form may come twice."""
    own = prefilled(form_id=f"{sent.one('form_id') or uuid4().hex}-{line}")
    try:
        kept = await once(context, own, values, lambda s: command(s).as_answer())
    except Problem as problem:
        return station.refused(problem)
    return station.told_again(kept)


async def _compare(context: RequestContext, mode: str, sent: Sent, lines: Lines) -> Answers:
    """Answer what changes nothing."""
    by, carrier = context.caller, sent.one("carrier")
    tell: dict[str, Callable[[Session, str], Told]] = {
        "lookup": lambda s, text: station.look_up(s, text, by=by),
        "shelf": lambda s, text: station.on_shelf(s, text, by=by),
        "handover": lambda s, text: station.to_list(s, text, carrier, by=by),
    }

    is_whole = not sent.one("part")
    known = await context.house.database.read(
        lambda s: station.told_of_held(s, by=by) if mode == "shelf" and is_whole else {}, slow=True
    )
    told: list[tuple[int, Told]] = []
    for first in range(0, len(lines), _AT_A_TIME):
        told += await context.house.database.read(
            partial(_told, lines=lines[first : first + _AT_A_TIME], known=known, tell=tell[mode]),
            slow=len(lines) > 1,
        )
    rows = rows_of(told)
    if not is_whole:
        return Answers(rows)
    right = [row.told.code for row in rows if row.told.tone is Tone.RIGHT]
    expected, more = await context.house.database.read(
        lambda s: expected_of(s, mode, carrier, by), slow=True
    )
    found = set(right)
    missing = [code for code in expected if code not in found]
    return Answers(rows, missing, more, right if mode == "handover" else ())


def _told(
    session: Session, lines: Lines, known: dict[str, Told], tell: Callable[[Session, str], Told]
) -> list[tuple[int, Told]]:
    """Answer some lines; what was answered before is not looked for again."""
    for text in {text: 0 for _, text in lines if text not in known}:
        known[text] = known.get(text.upper()) or _tried(session, text, tell)
    return [(line, known[text]) for line, text in lines]


_AT_A_TIME = 50
"""Lines that one question to the database answers: a pile holds up nobody else."""


def _tried(session: Session, text: str, tell: Callable[[Session, str], Told]) -> Told:
    try:
        return tell(session, text)
    except Problem as problem:
        return station.refused(problem)


def expected_of(
    session: Session, mode: str, carrier: str, by: Caller
) -> tuple[Sequence[str], bool]:
    """Return the codes that the record expects, and whether there are more."""
    if mode == "shelf":
        held, more = station.held_here(session, by=by)
        return [one.code for one in held], more
    if mode == "handover":
        waiting, more = worklists.parcels_to_hand_over(session, scope=by.scope)
        return [one.tracking_number for one in waiting.get(carrier, ())], more
    return [], False


class _Sealing:
    """Dossiers one after the other, and then the label of the parcel that takes them."""

    def __init__(self, context: RequestContext, sent: Sent) -> None:
        self._context = context
        self._sent = sent
        self._carrier: Carrier = context.house.carriers.chosen(sent.one("carrier"))
        self._direction = _direction(sent.one("direction"))
        self._inside: dict[str, str] = {}
        """Codes of this parcel's dossiers, each with its line."""

    async def answer(self, lines: Lines) -> Answers:
        told = []
        if self._sent.one("part"):  # all but the last were answered before
            await self._remember([text for _, text in lines[:-1]])
            lines = lines[-1:]
        for line, text in lines:
            told.append((line, await self._one(line, text)))
        return Answers(rows_of(told), left=list(self._inside.values()))

    async def _remember(self, texts: Sequence[str]) -> None:
        by = self._context.caller
        found = await self._context.house.database.read(
            lambda s: scanning.codes_of(s, texts, by), slow=True
        )
        self._inside = dict(zip(found, texts, strict=True))

    async def _one(self, line: int, text: str) -> Told:
        by, database = self._context.caller, self._context.house.database
        try:
            label = await database.read(lambda s: station.label_of(s, text, self._carrier, by=by))
            if label:
                return await self._close(line, label)
            before, way = list(self._inside), self._direction
            told = await database.read(lambda s: station.to_seal(s, text, before, way, by=by))
        except Problem as problem:
            return station.refused(problem)
        if told.tone is Tone.RIGHT:
            self._inside[told.code] = text
        return told

    async def _close(self, line: int, number: str) -> Told:
        context, house = self._context, self._context.house
        values = {
            "carrier": self._carrier.name,
            "direction": self._direction,
            "dossiers": list(self._inside),
            "tracking_number": number,
        }
        told = await _once(
            context,
            self._sent,
            line,
            values,
            lambda s: station.close_parcel(
                s,
                values,
                house.carriers,
                by=context.caller,
                reuse_after=house.reuse_after,
                now=context.now,
            ),
        )
        if told.tone is Tone.RIGHT:
            self._inside.clear()
        return told


def _direction(text: str) -> str:
    if text not in [one.value for one in Direction]:
        raise field_invalid("direction", "Vui lòng chọn gửi đi đâu.", "Choose where it goes.")
    return text
