"""Long lists are brought in, or taken back, beside everything else (desks/imports/under_way.py)."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Busy, Problem, Uncertain
from postal_tracker.desks.doubles import People
from postal_tracker.desks.imports import Checked, NothingImported, check_dossiers, procedure_names
from postal_tracker.desks.imports import under_way as lists
from postal_tracker.desks.imports.keeping import SoFar, judge_rows
from postal_tracker.desks.imports.outcomes import RowReport
from postal_tracker.desks.imports.under_way import Lost, State, Task, Ways
from postal_tracker.house import House
from postal_tracker.storage.tables import ListWork

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOKS_EVERY = 1.0
"""Seconds."""

RESTS = 30.0
"""Seconds after a fault that nobody foresaw; then it is tried again."""

_SLICE_SECONDS = 0.05
"""How long one slice may write: a scan that comes meanwhile waits so long."""

_FEWEST = 10
_MOST = 200
_JUDGED_AT_ONCE = 500

INCOMPLETE = "Danh sách không nhập được trọn vẹn nên hệ thống đã hủy phần đã nhập."


class Importer:
    """Works on one list after the other; `by` tells this process from all others."""

    def __init__(self, house: House, by: str) -> None:
        self._house, self._by = house, by

    async def run(self) -> None:
        """Do so for ever."""
        while True:
            try:
                while await self.round():
                    pass
            except (Problem, Lost):  # the lease runs out, then somebody goes on with it
                pass
            except Exception:
                log.exception("a list was not brought in")
                await asyncio.sleep(RESTS)
            await asyncio.sleep(LOOKS_EVERY)

    async def round(self) -> bool:
        """Do the work that waits longest; tell whether there was any."""
        database, now = self._house.database, self._house.now()
        if not await database.read(lists.any_waits, slow=True):
            return False
        work = await database.write(partial(lists.take, worker=self._by, now=now))
        if work is None:
            return False
        by = await database.read(lambda s: access.caller_of_label(s, work.by))
        if by is None:
            raise Lost
        await _Round(self._house, work, Ways(by, self._house.calendar)).go()
        return True


class _Round:
    """One list, from where it stands to its end."""

    def __init__(self, house: House, work: ListWork, ways: Ways) -> None:
        self._house, self._work, self._ways = house, work, ways

    async def go(self) -> None:
        if self._work.task == Task.UNDO or self._work.state == State.UNDOING:
            await self._take_back()
            return
        try:
            checked = await self._read()
        except Problem as problem:
            if isinstance(problem, Busy | Uncertain):
                raise
            await self._end(State.REFUSED, lists.told_of_problem(problem))
            return
        await self._bring_in(checked)

    async def _read(self) -> Checked:
        await self._note(State.READING)
        data, filename = self._work.data or b"", f"list.{self._work.format}"
        known = await self._house.database.read(procedure_names)
        return await asyncio.to_thread(check_dossiers, data, filename, procedures=known)

    async def _bring_in(self, checked: Checked) -> None:
        if not self._work.import_id:  # else it was judged, and cut short while it was kept
            reports = await self._judge(checked)
            told = lists.told_of_rows(reports, checked.ignored)
            if told["refused"]:
                await self._end(State.REFUSED, told)
                return
            if self._work.task == Task.CHECK:
                await self._end(State.CHECKED, told)
                return
            await self._note(State.KEEPING, total=len(checked.rows), report=told)
        await self._keep(checked)

    async def _judge(self, checked: Checked) -> list[RowReport]:
        """Judge every row against the record, and against those before it."""
        database, ways, now = self._house.database, self._ways, self._house.now()
        people = await database.read(lambda s: People(s, [], scope=ways.by.scope, now=now))
        so_far, reports = SoFar(people), list[RowReport]()
        judge = partial(
            judge_rows,
            so_far=so_far,
            by=ways.by,
            calendar=ways.calendar,
            now=now,
            doubles=lists.doubles_of(self._work),
        )
        while rows := checked.rows[len(reports) : len(reports) + _JUDGED_AT_ONCE]:
            reports += await database.read(partial(_judged, judge, checked, rows), slow=True)
            await self._note(State.CHECKING, done=len(reports), total=len(checked.rows))
        await self._note(State.CHECKING, done=0)
        return reports

    async def _keep(self, checked: Checked) -> None:
        """Keep all rows; if one cannot be kept any more, take back those before it."""
        command = partial(_kept, work=self._work, checked=checked, ways=self._ways)
        try:
            await self._in_slices(command)
        except NothingImported as nothing:
            told = lists.told_of_rows(nothing.report.rows, checked.ignored)
            await self._note(State.UNDOING, done=0, report=told, reason=INCOMPLETE)
            await self._take_back()
            return
        told = await self._told()
        await self._end(State.KEPT, {**told, "kept": True})

    async def _take_back(self) -> None:
        await self._note(State.UNDOING)
        left: list[str] = []
        await self._in_slices(partial(_undone, work=self._work, by=self._ways.by, left=left))
        if self._work.task == Task.UNDO:
            await self._end(State.UNDONE, {"left": left[: lists.MOST_TOLD]})
        else:
            await self._end(State.REFUSED, {**await self._told(), "left": left[: lists.MOST_TOLD]})

    async def _in_slices(self, command: Callable[..., bool]) -> None:
        """Do some rows after the other, as many as take a moment, and let others write between."""
        most, is_done = _FEWEST, False
        while not is_done:
            now = self._house.now()
            try:
                is_done, took = await self._house.database.write(
                    partial(_timed, command, most=most, now=now)
                )
            except (Busy, Uncertain):  # how far it is stands in the record
                await asyncio.sleep(LOOKS_EVERY)
                continue
            most = max(_FEWEST, min(_MOST, 2 * most, int(most * _SLICE_SECONDS / took)))
            await asyncio.sleep(took)

    async def _told(self) -> dict[str, Any]:
        by, id_ = self._ways.by, self._work.id
        return dict(
            (await self._house.database.read(lambda s: lists.found(s, id_, by=by))).report or {}
        )

    async def _note(self, state: State, **more: Any) -> None:
        now = self._house.now()
        await self._house.database.write(
            lambda s: lists.note_step(s, self._work, state, now=now, **more)
        )

    async def _end(self, state: State, told: dict[str, Any]) -> None:
        now = self._house.now()
        note = await self._house.database.write(
            lambda s: lists.end(s, self._work, state, told, now=now)
        )
        tell(note)


def _judged(
    judge: Callable[..., list[RowReport]], checked: Checked, rows: Sequence[Any], session: Session
) -> list[RowReport]:
    return judge(session, checked, rows)


def _kept(
    session: Session, *, work: ListWork, checked: Checked, ways: Ways, most: int, now: datetime
) -> bool:
    done, total = lists.keep_some(session, work, checked, ways, most, now=now)
    return done >= total


def _undone(
    session: Session,
    *,
    work: ListWork,
    by: access.Caller,
    left: list[str],
    most: int,
    now: datetime,
) -> bool:
    is_done, gone_on = lists.undo_some(session, work, by, most, now=now)
    left += [code for code in gone_on if code not in left]
    return is_done


def _timed(
    command: Callable[..., bool], session: Session, *, most: int, now: datetime
) -> tuple[bool, float]:
    began = time.perf_counter()
    return command(session, most=most, now=now), max(time.perf_counter() - began, 1e-6)
