"""Clients at work while the service, or what it stands on, dies and is born again."""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from postal_tracker.settings import Settings
from tests.centre import Centre
from tests.durability.clients import Client, Way
from tests.durability.server import born

CLIENTS = 6


@contextmanager
def a_centre(url: str) -> Iterator[tuple[Settings, list[str], str]]:
    """Give the settings of a centre with parcels on their way, their numbers, a courier's key."""
    with Centre(url) as centre:
        centre.clock.at = datetime.now(UTC) - timedelta(days=10)
        numbers = [centre.a_parcel(centre.a_dossier(), centre.a_dossier()) for _ in range(12)]
    yield centre.settings, numbers, centre.keys["courier"]


Strike = Callable[[], None]

THE_PLUG = None
"""Instead of a strike at what the service stands on: its own death."""


def load_and_kill(
    settings: Settings,
    numbers: Sequence[str],
    way: Way,
    *,
    rounds: int,
    fault: str = "",
    strikes: Sequence[Strike | None] = (THE_PLUG,),
) -> list[Client]:
    """Let clients tell of scans while the service dies and is born again; return the clients.

    Each of `strikes` in turn happens twice: at once, and when the service is at work again.
    """
    chance = random.Random(rounds)
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        clients = [Client(f"c{n}", port, way, numbers, ending) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        service = born(settings, listening, fault)
        for n in range(rounds):
            if n % 2:
                wait_until_more_is_answered(clients)
            time.sleep(chance.uniform(0, 0.2))  # at work by then, or in the midst of its birth
            if strike := strikes[n // 2 % len(strikes)]:
                strike()
                continue
            service.kill()
            service.join()
            service = born(settings, listening, fault)
        wait_until_more_is_answered(clients)
        ending.set()
        for client in clients:
            client.join()
        service.kill()
        service.join()
    return clients


def wait_until_more_is_answered(clients: Sequence[Client], more: int = 40) -> None:
    enough, too_late = answered(clients) + more, time.monotonic() + 100
    while answered(clients) < enough:
        assert time.monotonic() < too_late, "the service does not come to life"
        time.sleep(0.01)


def answered(clients: Sequence[Client]) -> int:
    return sum(len(client.kept) for client in clients)
