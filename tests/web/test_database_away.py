"""PostgreSQL is away: everybody is told in time, the log says so once, and all goes on after it."""

import asyncio
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import FIRST_OF_AN_HOUR
from postal_tracker.commands import log_lines
from postal_tracker.core.problems import busy, uncertain
from postal_tracker.house import House
from tests.centre import MONDAY, Centre
from tests.commands.running import until
from tests.storage.black_hole import network_to
from tests.web.serving import serving

pytestmark = pytest.mark.alone

DOSSIER = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa", "phone": "0912345678"}}

IN_TIME = 10.0
READY_IN_TIME = 2.0


@pytest.fixture
def away(postgres_url):
    """A service, a key of the desk, and the network to its database."""
    with Centre(postgres_url) as centre, network_to(postgres_url) as (network, address):
        settings = centre.settings.model_copy(update={"database_url": address})
        house = House(settings, clock=centre.clock, in_service=True)
        with serving(SimpleNamespace(house=house)) as url:
            made = SimpleNamespace(url=url, network=network, key=centre.keys["desk"])
            assert [ask(made, what).status_code for what in WAYS] == list(WAYS.values())
            assert ready(made) == 200
            yield made
        network.cut()
        house.close()


WAYS = {"write": 201, "read": 200, "look up": 404}
"""What callers want, and how it is answered when all is well."""


def ask(away, what):
    headers = {"Authorization": f"Bearer {away.key}"}
    with httpx.Client(trust_env=False, timeout=30, headers=headers) as client:
        if what == "write":
            return client.post(f"{away.url}/api/v1/dossiers", json=DOSSIER)
        path = "/dossiers" if what == "read" else "/dossiers/H49.12-261123-9999"
        return client.get(f"{away.url}/api/v1{path}")


def timed(away, what):
    began = time.monotonic()
    answer = ask(away, what)
    return answer.status_code, time.monotonic() - began


def ready(away):
    """Return the status of `/readyz`, which is always told in time."""
    began = time.monotonic()
    answer = httpx.get(f"{away.url}/readyz", trust_env=False, timeout=30)
    assert time.monotonic() - began < READY_IN_TIME
    return answer.status_code


def all_come(away, many):
    """Let many come at once for each thing; return how each was answered, and after how long."""
    wanted = [what for what in WAYS for _ in range(many)]
    with ThreadPoolExecutor(len(wanted)) as threads:
        coming = [threads.submit(timed, away, what) for what in wanted]
        until(lambda: ready(away) == 503, seconds=10)
        return [one.result() for one in coming]


@pytest.mark.slow
def test_in_a_black_hole_everybody_is_told_in_time(away, capsys):
    away.network.swallow()
    for many in (12, 1):  # who comes later does not wait at all
        told = all_come(away, many)
        assert {status for status, _ in told} == {503}
        assert max(seconds for _, seconds in told) < IN_TIME
    assert max(seconds for _, seconds in told) < 1

    away.network.mend()
    until(lambda: ready(away) == 200, seconds=20)
    assert [ask(away, what).status_code for what in WAYS] == list(WAYS.values())


@pytest.mark.slow
def test_on_a_line_that_is_cut_everybody_is_told_at_once(away):
    away.network.cut()
    told = all_come(away, 3)
    assert {status for status, _ in told} == {503}
    assert max(seconds for _, seconds in told) < IN_TIME / 2

    away.network.mend()
    until(lambda: ready(away) == 200, seconds=20)
    assert [ask(away, what).status_code for what in WAYS] == list(WAYS.values())


@pytest.fixture
def as_in_service():
    """The log as the service writes it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log_lines.configure(logging.WARNING)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.slow
def test_the_log_tells_of_an_outage_once_a_minute(away, as_in_service, capfd):
    away.network.cut()
    for _ in range(3):
        all_come(away, 3)

    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("time=")]
    assert 1 <= len(said) <= 2, "\n".join(said)
    assert any("nothing can be written" in line for line in said)


def failing_with(failure):
    try:
        raise RuntimeError from failure
    except RuntimeError:
        logging.getLogger("postal_tracker.web").exception("a request failed")


AWAY = OperationalError("SELECT 1", {}, Exception("gone"))


@pytest.mark.parametrize(
    ("failures", "lines"),
    [
        ([AWAY] * 3, 1),
        ([AWAY, PoolTimeout(), busy(), uncertain(), InterfaceError("SELECT 1", {}, AWAY)], 1),
        ([ValueError()] * 3, 3),
        ([AWAY, ValueError(), AWAY, IntegrityError("INSERT", {}, ValueError())], 3),
    ],
)
def test_no_other_line_is_lost_by_that(as_in_service, capfd, failures, lines):
    for failure in failures:
        failing_with(failure)

    assert len(capfd.readouterr().err.splitlines()) == lines


def test_how_many_lines_were_left_out_is_told(as_in_service, capfd, monkeypatch):
    for _ in range(5):
        failing_with(AWAY)
    monkeypatch.setattr(log_lines, "_A_MINUTE", 0.0)
    failing_with(AWAY)

    assert "suppressed=4" in capfd.readouterr().err.splitlines()[-1]


def test_the_service_ends_though_its_database_is_away_and_no_refusal_is_forgotten(
    postgres_url, caplog
):
    with Centre(postgres_url) as centre, network_to(postgres_url) as (network, address):
        house = House(centre.settings.model_copy(update={"database_url": address}))
        network.cut()

        async def refuse() -> None:
            for _ in range(FIRST_OF_AN_HOUR + 7):
                house.audit.refused(Note(Audited.REFUSED, MONDAY, network="203.0.113.7"))

        with caplog.at_level(logging.INFO):
            asyncio.run(refuse())
            house.close()

    lines = [json.loads(r.message) for r in caplog.records if r.name.endswith(".security")]
    assert sum(line.get("many", 1) for line in lines) == FIRST_OF_AN_HOUR + 7
    assert "21 audit entries are in the security log alone" in caplog.text


RENAMED = {"look up": "dossier", "read": "dossier", "write": "applicant"}


@pytest.mark.parametrize("what", RENAMED)
def test_a_statement_of_ours_that_is_wrong_is_our_fault_and_not_the_databases(any_centre, what):
    """Told to come again, callers would do so for ever, and operators look at the database."""
    table = RENAMED[what]
    rename = f"ALTER TABLE {table} RENAME COLUMN {COLUMNS[table]} TO gone"
    with serving(any_centre) as url:
        asker = SimpleNamespace(url=url, key=any_centre.keys["desk"])
        assert ask(asker, what).status_code == WAYS[what]
        with any_centre.database.engine.begin() as connection:
            connection.execute(text(rename))
        told = ask(asker, what)

    assert told.status_code == 500
    assert told.json()["type"] == "/problems/internal"
    assert "retry-after" not in told.headers


COLUMNS = {"dossier": "lookup_code", "applicant": "phone"}
