"""Two processes that record news of the same parcels seldom stand in each other's way."""

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import make_url, text

from postal_tracker.storage.engines import make_engine
from tests.centre import MONDAY, Centre
from tests.commands.running import until
from tests.durability import server
from tests.durability.clients import SCANS, ByApi, ByHook, Scan

pytestmark = pytest.mark.alone

PARCELS = 6
REQUESTS = 200

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def deadlocks(centre):
    with centre.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        return connection.execute(text(DEADLOCKS)).scalar_one()


def scans(numbers, n):
    """Return what request n tells: of several parcels, in an order of its own."""
    chance = random.Random(n)
    told = zip(chance.sample(numbers, 6), chance.choices(list(SCANS), k=6), strict=True)
    at = MONDAY - timedelta(minutes=n)
    return [Scan(f"{n}-{number}", number, word, at, f"Bưu cục {n}") for number, word in told]


def by_api(centre):
    return ByApi(centre.keys["courier"])


def by_hook(_centre):
    return ByHook()


@pytest.mark.slow
@pytest.mark.parametrize("way_of", [by_api, by_hook])
def test_two_processes_on_the_same_parcels(postgres_url, way_of):
    """Of 200 requests for the same six parcels next to none is done twice."""
    with Centre(postgres_url) as centre, ExitStack() as closing:
        numbers = [centre.a_parcel(centre.a_dossier()) for _ in range(PARCELS)]
        urls = [closing.enter_context(a_service(centre)) for _ in range(2)]
        client = closing.enter_context(httpx.Client(trust_env=False, timeout=60))
        way, before = way_of(centre), deadlocks(centre)

        def tell(n):
            path, body, headers = way.request(scans(numbers, n))
            headers = headers | {"Content-Type": "application/json"}
            return client.post(urls[n % 2] + path, content=body, headers=headers).status_code

        with ThreadPoolExecutor(16) as threads:
            told = set(threads.map(tell, range(REQUESTS)))
        time.sleep(1.5)  # the server counts at its leisure
        found = deadlocks(centre) - before

    assert told == {200}
    assert found <= 1


REFERRED_TO = ("parcel", "dossier", "handover", "carrier_message", "office", "number_range")
"""Tables whose rows others point at: whoever adds such a pointer holds the row FOR KEY SHARE."""


@pytest.mark.parametrize("act", ["scan", "cancel", "seal", "list", "sign"])
def test_nobody_waits_for_those_who_only_point_at_the_same_rows(postgres_url, act):
    """Both would have added an entry first and then waited for the other's: a deadlock."""
    impatient = make_url(postgres_url).update_query_dict({"options": "-c lock_timeout=1000"})
    with Centre(impatient.render_as_string(hide_password=False)) as centre:
        code, number = centre.a_dossier(), centre.a_parcel(centre.a_dossier())
        scan = centre.an_event(number, "in_transit")
        listed = centre.a_parcel(centre.a_dossier())
        listing = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [listed]}).json()
        acts = {
            "scan": lambda: centre.post("/events", {"events": [scan]}, role="courier"),
            "cancel": lambda: centre.post(f"/dossiers/{code}/acts", {"act": "cancelled"}),
            "seal": lambda: centre.post("/parcels", SEALED | {"dossiers": [code]}),
            "list": lambda: centre.post("/handovers", LISTED | {"parcels": [number]}),
            "sign": lambda: centre.post(f"/handovers/{listing['number']}/sign", SIGNED),
        }
        other = make_engine(postgres_url)
        with other.begin() as connection:
            for table in REFERRED_TO:
                connection.execute(text(f"SELECT id FROM {table} FOR KEY SHARE"))
            answer = acts[act]()
        other.dispose()

    assert answer.status_code in (200, 201), answer.text


SEALED = {"carrier": "rehearsal", "direction": "to_authority"}
LISTED = {"carrier": "rehearsal"}
SIGNED = {"signed_by": "Tuấn"}


@contextmanager
def a_service(centre):
    with socket.create_server(("127.0.0.1", 0), backlog=99) as listening:
        process = server.born(centre.settings, listening)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        until(lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success)
        yield url
        process.kill()
        process.join()
