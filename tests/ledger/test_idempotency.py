"""The same Idempotency-Key at two services at once: one does it, the other gives its answer."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial

import httpx
import pytest

from postal_tracker.core.problems import Conflict, Invalid
from postal_tracker.ledger import idempotency
from postal_tracker.storage.database import Database
from tests.centre import Centre
from tests.commands.running import until
from tests.durability import server
from tests.storage.callers import an_office, offices

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def asked(database, command, *, request=b"POST /dossiers", key="a-key"):
    """Ask one service; return its answer or what it refuses."""
    how = {"caller": "key:1", "key": key, "request": request, "now": NOW}

    async def come() -> object:
        return await database.write(lambda s: idempotency.once(s, command, **how))

    try:
        return asyncio.run(come())
    except (Conflict, Invalid) as refusal:
        return refusal


def making(code):
    return lambda session: {"code": an_office(code)(session)}


@pytest.fixture
def two(database_url):
    """Two services on one database, as two processes have them."""
    made = [Database(database_url, patience=2) for _ in range(2)]
    yield made
    for one in made:
        one.close()


@contextmanager
def at_the_first(first, command):
    """Be in the middle of a request at one service; give what it is answered in the end."""
    began, go_on = threading.Event(), threading.Event()

    def slow(session):
        answer = command(session)
        began.set()
        assert go_on.wait(60)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with ThreadPoolExecutor() as threads:
        first_one = threads.submit(asked, first, slow)
        assert began.wait(60)
        yield first_one, go_on


def at_both(two, command, **later):
    """Ask the second service while the first works on it; return both answers."""
    with at_the_first(two[0], command) as (first, go_on), ThreadPoolExecutor() as threads:
        second = threads.submit(asked, two[1], making("B"), **later)
        threading.Timer(0.2, go_on.set).start()
        return first.result(60), second.result(60)


def test_the_later_hears_the_answer_of_the_first(two):
    first, later = at_both(two, making("A"))

    assert (first, later) == ({"code": "A"}, {"code": "A", "replayed": True})
    assert offices(two[0]) == ["A"]


def test_what_the_first_was_refused_the_later_may_do(two):
    refusal = Conflict("taken", "đã có", "taken")
    first, later = at_both(two, lambda _session: refusal)

    assert (first, later) == (refusal, {"code": "B"})
    assert offices(two[0]) == ["B"]


def test_another_request_with_the_same_key_is_told_apart_at_that_moment_too(two):
    first, later = at_both(two, making("A"), request=b"POST /parcels")

    assert first == {"code": "A"}
    assert later.slug == "idempotency-key-reused"


def test_another_key_does_not_wait(two):
    if two[0].is_sqlite:  # there is one writer
        return
    with at_the_first(two[0], making("A")) as (_, go_on):
        assert asked(two[1], making("B"), key="another") == {"code": "B"}
        go_on.set()


def test_who_would_wait_too_long_hears_that_it_is_in_progress(postgres_url):
    with ExitStack() as closing:
        two = [Database(postgres_url, patience=2) for _ in range(2)]
        for one in two:
            closing.callback(one.close)
        with at_the_first(two[0], making("A")) as (first, go_on):
            later = asked(two[1], making("B"))
            go_on.set()
        again = asked(two[1], making("B"))

    assert first.result() == {"code": "A"}
    assert (later.slug, later.status) == ("request-in-progress", 409)
    assert later.retry_after_seconds
    assert again == {"code": "A", "replayed": True}


@pytest.mark.slow
def test_two_processes_give_one_answer_to_each_key(postgres_url):
    """Each of 300 requests goes to both at one moment; before, 76 were misled."""
    with Centre(postgres_url) as centre, ExitStack() as closing:
        urls = []
        for _ in range(2):
            listening = closing.enter_context(socket.create_server(("127.0.0.1", 0), backlog=99))
            process = server.born(centre.settings, listening)
            closing.callback(process.join)
            closing.callback(process.kill)
            urls.append(f"http://127.0.0.1:{listening.getsockname()[1]}")
        for url in urls:
            until(lambda url=url: httpx.get(f"{url}/readyz", trust_env=False).is_success)
        client = closing.enter_context(httpx.Client(trust_env=False, timeout=60))
        told = [pair for n in range(300) for pair in [_both(client, centre, urls, n)]]

    answers = [answer for pair in told for answer in pair]
    assert {a.status_code for a in answers} <= {201, 409}
    assert {a.json()["type"] for a in answers if a.status_code == 409} <= {
        "/problems/request-in-progress"
    }
    for pair in told:
        assert len({a.json()["code"] for a in pair if a.status_code == 201}) == 1


def _both(client, centre, urls, n):
    body = {"procedure": "GPLX-01", "applicant": {"name": f"Bà Hoa {n}"}}
    headers = {"Authorization": f"Bearer {centre.keys['desk']}", "Idempotency-Key": f"key-{n}"}
    ask = partial(client.post, json=body, headers=headers)
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda url: ask(f"{url}/api/v1/dossiers"), urls))
