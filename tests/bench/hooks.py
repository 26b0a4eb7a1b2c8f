"""Signed webhooks, each durable: ours, which records and moves, beside a peer that only keeps."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from typing import Any

from adapters.rehearsal import STATUSES
from adapters.signing import sign
from tests.bench import anymail_hook, load
from tests.bench.data import Town, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace, Side, note_of
from tests.bench.figures import Ratio, in_turn, ratio
from tests.bench.servers import running
from tests.centre import HOOK_SECRET
from tests.standins.standin import TOKEN

_STATUS = {status.milestone.value: code for code, status in reversed(STATUSES.items())}


def hooks(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio]:
    """Measure one signed webhook per request against django-anymail's, by one client and many."""
    with ExitStack() as open_servers:
        ours = open_servers.enter_context(running("ours", databases.copy(town, "hooks").url))
        other = databases.copy(town, "hooks_anymail")
        peer = open_servers.enter_context(running("anymail", other.url))
        told = {"ours": signed_hooks(town), "peer": _theirs(town)}
        ports = {"ours": ours.port, "peer": peer.port}
        return [
            _ratio(databases, ports, told, pace, clients, goal)
            for clients, goal in ((1, 0.8), (64, 1.0))
        ]


def _ratio(
    databases: Sqlite | Postgres,
    ports: dict[str, int],
    told: dict[str, Iterator[bytes]],
    pace: Pace,
    clients: int,
    goal: float,
) -> Ratio:
    sides = {
        name: Side(port, told[name], pace.seconds, once=True, clients=clients, most=2_500)
        for name, port in ports.items()
    }
    speed = in_turn({name: side.measure for name, side in sides.items()}, pace.rounds)
    name = f"a signed webhook / anymail's, {clients} clients, {databases.name}"
    return ratio(name, speed["ours"], speed["peer"], goal=goal, note=note_of(sides["ours"]))


def signed_hooks(town: Town) -> Iterator[bytes]:
    for event in scans_to_come(town, doubles=0):
        scan = {
            "id": event["id"],
            "tracking_number": event["tracking_number"],
            "status": _STATUS[event["milestone"]],
            "at": event["happened_at"],
            "office": event["place"],
        }
        yield _signed(f"/hooks/rehearsal/{HOOK_SECRET}", {"scans": [scan]}, TOKEN)


def _theirs(town: Town) -> Iterator[bytes]:
    for n in count():
        mail = {"email_id": f"{n}", "to": [f"{town.numbers[n % len(town.numbers)]}@example.vn"]}
        body = {"type": "email.delivered", "created_at": "2026-11-26T06:01:00.000Z", "data": mail}
        yield _signed(anymail_hook.PATH, body, anymail_hook.SECRET, also="svix")


def _signed(path: str, body: dict[str, Any], secret: str, also: str = "") -> bytes:
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = sign(content, secret, message_id=f"msg_{secrets.token_hex(8)}", at=datetime.now(UTC))
    if also:
        headers = {name.replace("webhook", also): value for name, value in headers.items()}
    return load.request("POST", path, body, headers=headers)
