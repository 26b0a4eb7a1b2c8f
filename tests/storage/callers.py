"""Callers of a database: what they write, several of them at one moment, one who holds up all."""

import asyncio
import threading

from sqlmodel import Session, select

from postal_tracker.storage import patience
from postal_tracker.storage.tables import Office


def an_office(code):
    def command(session: Session) -> str:
        session.add(Office(code=code, name_vi="Uông Bí"))
        session.flush()
        return code

    command.code = code
    return command


def failing(code, failure):
    def command(session: Session) -> None:
        an_office(code)(session)
        raise failure

    return command


def offices(database):
    return sorted(database.read_now(lambda s: s.exec(select(Office.code)).all()))


def all_of(database, *commands):
    """Run commands as if their callers came at one moment; return results and failures."""

    async def come() -> list[object]:
        waiting = [asyncio.create_task(database.write(c)) for c in commands]
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(come())


def hold_up(database):
    """Return a command that keeps the writer busy until told otherwise, and the signals."""
    began, go_on = threading.Event(), threading.Event()

    def command(_session: Session) -> None:
        began.set()
        assert go_on.wait(60)

    return command, began, go_on


def for_a_caller(share, command):
    """Mark a command as one of a caller of that share, who waits for a minute."""
    command.share = share
    return command


def held_up(database, *commands, leaving=None):
    """Let commands queue up behind one that takes its time; return results and failures.

    The command of the office LEFT is given to `leaving`.
    """
    slow, began, go_on = hold_up(database)

    async def ask(command):
        with patience.of(getattr(command, "share", ""), 60):
            return await database.write(command)

    async def come() -> list[object]:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        later = [
            asyncio.create_task((leaving if leaving and c.code == "LEFT" else ask)(c))
            for c in commands
        ]
        await asyncio.sleep(0.05)
        go_on.set()
        await first
        return await asyncio.gather(*later, return_exceptions=True)

    return asyncio.run(come())


async def begun(began):
    assert await asyncio.to_thread(began.wait, 60)
