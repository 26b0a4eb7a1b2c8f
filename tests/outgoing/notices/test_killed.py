"""Killed in the midst of it, again and again: told once, or visibly failed or uncertain."""

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlmodel import col

from postal_tracker import outgoing
from postal_tracker.house import House
from postal_tracker.outgoing.notices import claiming, settling
from postal_tracker.outgoing.notices.standing import AT_ONCE
from postal_tracker.settings import Settings
from postal_tracker.settings.parts import NoticeSettings
from postal_tracker.storage.tables import Notice, NumberRange
from tests.outgoing.notices import gateways
from tests.outgoing.notices.conftest import by_mail, by_sms

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

DOSSIERS = int(os.environ.get("NOTICES", "300")) // 3
"""Each calls for three notices."""

KILLS = 6


def tell_for_ever(url, notices):
    """Do what a service does beside its doors, with a lease and waits that a test can sit out."""
    claiming.LEASE = timedelta(seconds=3)
    claiming.ASKED_AFTER = settling.ASKED_AFTER = (timedelta(seconds=1),) * 3
    settling.WAITS = (timedelta(seconds=1),) * 8

    async def tell():
        secret = SecretStr("test-secret-key-of-more-than-32-characters")
        house = House(
            Settings(_env_file=None, database_url=url, secret_key=secret, notices=notices)
        )
        await asyncio.gather(*outgoing.ways(house))
        await asyncio.Event().wait()

    asyncio.run(tell())


def begun(centre):
    args = (centre.settings.database_url, centre.settings.notices)
    process = multiprocessing.get_context("spawn").Process(target=tell_for_ever, args=args)
    process.start()
    return process


@pytest.fixture
def busy(telling):
    """Half of the citizens are told by e-mail, half by SMS; both carriers have a bad day."""
    chance = random.Random(7)
    mail, sms = telling.mail, telling.sms
    mail.answers = lambda _n: "451 later" if chance.random() < 0.1 else "250 OK"
    outcomes = [503, gateways.BREAKS_OFF, 200, 200, 200, 200, 200, 200, 200, 200]
    sms.answers = lambda _n: chance.choice(outcomes)
    sms.slow_seconds = 0.01
    telling.centre.settings.notices = NoticeSettings(
        email=by_mail(mail), sms=by_sms(sms), order="email,sms", quiet="00:00-00:00"
    )
    telling.centre.clock.at = datetime.now(UTC) - timedelta(minutes=10)
    return telling


def the_dossiers(centre):
    """Let some be received, handed to the post and taken to the authority."""
    codes, numbers = [], []
    more = update(NumberRange).values(last_serial=10_099_999)
    centre.database.write_now(lambda s: s.connection().execute(more))
    for n in range(DOSSIERS):
        email = f"citizen{n}@example.vn" if n % 2 else ""
        codes.append(centre.a_dossier(email=email, phone=f"0912{n:06}"))
        numbers.append(centre.a_parcel(codes[-1]))
    for milestone in ("accepted", "delivered"):
        for some in batched(numbers, 100):
            centre.clock.pass_(milliseconds=10)
            centre.tell(*(centre.an_event(number, milestone) for number in some))
    return codes


def batched(things, size):
    return [things[n : n + size] for n in range(0, len(things), size)]


def read(centre):
    query = select(col(Notice.state), col(Notice.next_at))
    return centre.database.read_now(lambda s: s.connection().execute(query).all())


def is_done(centre):
    """Tell whether all were queued, and nothing is to be done about any."""
    rows = read(centre)
    return len(rows) == 3 * DOSSIERS and not any(row.next_at for row in rows)


def test_killed_again_and_again_it_tells_once_or_says_that_it_does_not_know(busy):
    codes = the_dossiers(busy.centre)
    for n in range(KILLS):
        process, before, ends = begun(busy.centre), arrived(busy), time.monotonic() + 6
        while arrived(busy) == before and time.monotonic() < ends:
            time.sleep(0.02)
        time.sleep(0.02 * n)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    process = begun(busy.centre)
    try:
        wait(lambda: is_done(busy.centre))
    finally:
        process.kill()
        process.join()

    told = Counter(mail["subject"] for mail in busy.mail.taken)
    told += Counter(sms["text"] for sms in busy.sms.taken)
    states = Counter(row.state for row in read(busy.centre))
    twice = sum(n - 1 for n in told.values())
    sure = states["sent"] + states["delivered"]
    lost = max(0, sure - len(told))
    print(f"{states.total()} notices, {KILLS} kills: twice {twice}, lost {lost}, {dict(states)}")
    assert (twice, lost) == (0, 0)
    assert states.total() == 3 * len(codes)
    assert set(states) <= {"sent", "failed", "uncertain", "delivered"}
    assert sum(told.values()) <= sure + states["uncertain"]
    assert states["uncertain"] <= KILLS * 2 * AT_ONCE
    in_order(busy, codes)


def arrived(busy):
    return len(busy.mail.taken) + len(busy.sms.taken)


def wait(is_so, seconds=240 + DOSSIERS):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.5)


ORDER = ("tiep nhan", "giao buu", "quyet da nhan", "tiếp nhận", "giao cho", "quyết đã nhận")


def in_order(busy, codes):
    """Whatever came of one dossier came in the order in which it happened."""
    texts = [mail["subject"] for mail in busy.mail.taken] + [s["text"] for s in busy.sms.taken]
    by_code = {code: [] for code in codes}
    for text in texts:
        code = next(code for code in codes if code in text)
        by_code[code].append(next(n for n, words in enumerate(ORDER) if words in text))
    assert all(places == sorted(places) for places in by_code.values())
