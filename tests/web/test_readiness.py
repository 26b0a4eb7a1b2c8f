"""`/readyz` says whether something can be written now, at once, and takes no lock to find out."""

import asyncio
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from postal_tracker.storage import pulse, writer
from tests.commands.running import until
from tests.storage.callers import an_office, hold_up

AT_ONCE = 1.0
"""Seconds within which it answers here, also on a machine that has much else to do."""


@pytest.fixture
def centre(any_centre, monkeypatch):
    """A centre on either database whose pulse is quick, for the sake of the clock."""
    monkeypatch.setattr(pulse, "EVERY", 0.02)
    monkeypatch.setattr(writer, "STUCK_AFTER", 0.2)
    assert any_centre.client.get("/readyz").status_code == 200
    return any_centre


def readiness(centre):
    """Return the status of `/readyz`, which nothing may hold up."""
    began = time.monotonic()
    answer = centre.client.get("/readyz")
    assert time.monotonic() - began < AT_ONCE
    return answer.status_code


def until_it_is(centre, status):
    until(lambda: readiness(centre) == status, seconds=20)


@contextmanager
def writing(centre, command):
    """Run a command beside the test, as a caller does."""

    async def come() -> None:
        await asyncio.gather(centre.database.write(command), return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(come(),))
    thread.start()
    yield
    thread.join()


def test_a_command_that_does_not_end_is_known_and_named(centre, caplog):
    slow, began, go_on = hold_up(centre.database)
    with writing(centre, slow):
        assert began.wait(60)
        until_it_is(centre, 503)
        go_on.set()
    until_it_is(centre, 200)

    until(lambda: [r for r in caplog.records if r.message == "writing is possible again"])
    [said] = [r for r in caplog.records if r.message == "nothing can be written"]
    assert said.command == "tests.storage.callers.hold_up.<locals>.command"


def test_a_commit_that_does_not_end_is_known_too(centre):
    reached, go_on = threading.Event(), threading.Event()

    def at_commit(_connection):
        reached.set()
        assert go_on.wait(60)

    event.listen(centre.database.engine, "commit", at_commit)
    with writing(centre, an_office("A")):
        assert reached.wait(60)
        until_it_is(centre, 503)
        go_on.set()
    until_it_is(centre, 200)


def test_a_transaction_that_failed_says_so_until_one_succeeds(centre):
    def at_commit(_connection):
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    event.listen(centre.database.engine, "commit", at_commit)
    with writing(centre, an_office("A")):
        pass
    until_it_is(centre, 503)
    event.remove(centre.database.engine, "commit", at_commit)
    with writing(centre, an_office("B")):
        pass
    until_it_is(centre, 200)


def test_a_command_that_was_refused_is_no_fault(centre):
    def refused(_session):
        raise ValueError

    with writing(centre, refused):
        pass
    for _ in range(5):
        time.sleep(0.02)
        assert readiness(centre) == 200


def test_whoever_waits_behind_it_for_too_long_is_told_to_come_again(centre, monkeypatch):
    monkeypatch.setattr(writer, "LONGEST_WAIT", 0.1)
    slow, began, go_on = hold_up(centre.database)
    with writing(centre, slow):
        assert began.wait(60)
        answer = centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa"}})
        go_on.set()

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert centre.get("/dossiers").json()["items"] == []


def test_a_lock_that_others_hold_does_not_hold_it_up(centre):
    with centre.database.engine.begin():
        assert readiness(centre) == 200


def test_a_service_that_is_ending_takes_nothing_any_more(centre):
    centre.database.close()

    assert centre.client.get("/healthz").status_code == 200
    assert centre.client.get("/readyz").status_code == 503


def test_it_feels_its_pulse_again_if_the_thread_has_ended(centre, monkeypatch):
    def last(*_args):
        raise SystemExit

    monkeypatch.setattr(threading, "excepthook", lambda _told: None)
    monkeypatch.setattr(centre.database._pulse, "_note", last)
    centre.database._pulse._thread.join(60)
    monkeypatch.undo()

    until_it_is(centre, 200)


# The disk


@pytest.mark.parametrize(("bound", "is_told"), [(0, False), (1_048_576, True)])
def test_a_disk_that_is_nearly_full_is_told_before_it_is(
    centre, visitor, monkeypatch, bound, is_told
):
    monkeypatch.setattr(centre.house.settings, "disk_warning_mib", bound)
    is_told = is_told and centre.database.is_sqlite  # PostgreSQL's disk is its own machine's
    answer = centre.client.get("/readyz")

    assert answer.status_code == 200
    told = {"status": "ready", "warnings": ["disk-nearly-full"] if is_told else []}
    assert answer.json() == told
    for address in ("/desk", "/desk/dossiers", "/desk/handovers"):
        assert ("sắp đầy" in visitor("lan").opens(address).text) is is_told
    for address in ("/", "/desk/sign-in"):  # nobody there can do anything about it
        assert "sắp đầy" not in visitor().opens(address).text
