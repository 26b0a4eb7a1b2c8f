"""Jobs handed over with what a desk writes: done once it is kept, each receiver at its rate."""

import asyncio
import time
from datetime import timedelta

import pytest

from postal_tracker.background import scheduler
from postal_tracker.background.queues import Jobs, Queue
from tests.background.times import NEVER, on_sqlite_and_in_the_soak_on_postgresql, until

pytestmark = pytest.mark.alone

LETTERS = "letters"


class Postman:
    """Delivers letters, and notes when."""

    def __init__(self, per_second=100):
        self.delivered = []
        self.queue = Queue(LETTERS, self.deliver, per_second=per_second, at_once=20)

    async def deliver(self, letter):
        self.delivered.append((letter, time.monotonic()))

    @property
    def letters(self):
        return sorted(letter for letter, _ in self.delivered)

    def times(self, receiver):
        return [at for letter, at in self.delivered if letter["to"] == receiver]

    def working(self, centre):
        return scheduler.running(centre.house, rounds=NEVER, queues=[self.queue])


def a_letter(jobs, letter, *, to="An", **how):
    def command(session) -> None:
        jobs.enqueue(session, LETTERS, letter, key=str(letter), lane=to, **how)

    return command


@on_sqlite_and_in_the_soak_on_postgresql
def test_a_job_is_done_once_though_the_service_restarts_and_only_if_it_was_kept(any_centre):
    database, postman = any_centre.database, Postman()
    jobs = Jobs(database.engine)

    def refused(session) -> None:
        a_letter(jobs, "refused")(session)
        raise LookupError

    async def hand_over() -> None:
        async with postman.working(any_centre):
            await database.write(a_letter(jobs, "first"))
            await until(lambda: postman.letters == ["first"])
            with pytest.raises(LookupError):
                await database.write(refused)
        # Nobody works now; a service that only answers doors hands over all the same.
        database.write_now(a_letter(jobs, "second"))
        database.write_now(a_letter(jobs, "second"))
        database.write_now(a_letter(jobs, "first"))

    async def work_again() -> None:
        async with postman.working(any_centre):
            await until(lambda: "second" in postman.letters)
            await database.write(a_letter(jobs, "third"))
            await until(lambda: "third" in postman.letters)

    asyncio.run(hand_over())
    asyncio.run(work_again())

    assert postman.letters == ["first", "second", "third"]


@pytest.mark.slow
@on_sqlite_and_in_the_soak_on_postgresql
def test_each_receiver_has_the_rate_limit_for_himself(any_centre, nothing_under_way):
    database, postman = any_centre.database, Postman(per_second=4)
    jobs = Jobs(database.engine)

    def hand_over(session) -> None:
        for n in range(12):
            a_letter(jobs, {"to": "An", "n": n})(session)
        for n in range(4):
            a_letter(jobs, {"to": "Bình", "n": n}, to="Bình")(session)

    async def come() -> float:
        async with postman.working(any_centre):
            began = time.monotonic()
            await database.write(hand_over)
            await until(lambda: len(postman.delivered) == 16)
            return began

    began = asyncio.run(come())
    an, binh = postman.times("An"), postman.times("Bình")

    # On SQLite DBOS counts in whole seconds: what two seconds allow may go within little over one.
    assert an[-1] - began > 1, "four a second: the last of twelve have to wait"
    assert binh[-1] < an[-1], "he did not wait for the other's letters"


@on_sqlite_and_in_the_soak_on_postgresql
def test_a_job_may_be_handed_over_for_later(any_centre, nothing_under_way):
    database, postman = any_centre.database, Postman()
    jobs = Jobs(database.engine)

    async def come() -> float:
        async with postman.working(any_centre):
            began = time.monotonic()
            await database.write(a_letter(jobs, "late", after=timedelta(seconds=1)))
            await database.write(a_letter(jobs, "early"))
            await until(lambda: len(postman.delivered) == 2)
            return began

    began = asyncio.run(come())
    [(early, _), (late, at)] = postman.delivered

    assert (early, late) == ("early", "late")
    assert at - began >= 1
