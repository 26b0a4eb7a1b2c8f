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

from postal_tracker import outgoing
from postal_tracker.house import House
from postal_tracker.outgoing.notices import claiming, settling
from postal_tracker.outgoing.notices.standing import AT_ONCE
from postal_tracker.settings import Settings
from postal_tracker.settings.parts import NoticeSettings
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
    codes = []
    for n in range(DOSSIERS):
        email = f"citizen{n}@example.vn" if n % 2 else ""
        code = centre.a_dossier(email=email, phone=f"0912{n:06}")
        number = centre.a_parcel(code)
        for milestone in ("accepted", "delivered"):
            centre.clock.pass_(milliseconds=10)
            centre.tell(centre.an_event(number, milestone))
        codes.append(code)
    return codes


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
        wait(lambda: not any(one["next_at"] for code in codes for one in busy.notices(code)))
    finally:
        process.kill()
        process.join()

    every = {code: busy.notices(code) for code in codes}
    told = Counter(mail["subject"] for mail in busy.mail.taken)
    told += Counter(sms["text"] for sms in busy.sms.taken)
    assert max(told.values()) == 1
    states = Counter(one["state"] for notices in every.values() for one in notices)
    assert set(states) <= {"sent", "failed", "uncertain", "delivered"}
    sure = states["sent"] + states["delivered"]
    assert sure <= sum(told.values()) <= sure + states["uncertain"]
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
