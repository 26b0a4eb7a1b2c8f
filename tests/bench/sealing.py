"""Sealing: a dossier into a parcel of its own, durable, against what only reads the form."""

from collections.abc import Iterator
from contextlib import ExitStack

from sqlalchemy import update

from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import NumberRange
from tests.bench import load
from tests.bench.data import Town
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace, Side, note_of
from tests.bench.figures import Ratio, in_turn, ratio
from tests.bench.servers import running

CLIENTS = 16
"""As many desks as a large centre has."""

MOST_PER_SECOND = 400


def sealing(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio]:
    """Measure POST /parcels; each dossier, registered before by the same door, is sealed once.

    The aim is what was measured first, 164 and 71 a second; half is the replay of two ledgers.
    """
    copy = databases.copy(town, "sealing")
    _allot(copy)
    wanted = int(MOST_PER_SECOND * pace.rounds * pace.seconds)
    with ExitStack() as opened:
        ports = {
            kind: opened.enter_context(running(kind, copy.url)).port for kind in ("ours", "noop")
        }
        codes = _register(ports["ours"], copy, wanted)
        sides = {
            kind: Side(
                port,
                _parcels(copy, codes),
                pace.seconds,
                once=kind == "ours",
                clients=CLIENTS,
                most=MOST_PER_SECOND,
                status="201",
            )
            for kind, port in ports.items()
        }
        speed = in_turn({kind: side.measure for kind, side in sides.items()}, pace.rounds)
    name = f"a parcel sealed / no-op, {databases.name}"
    goal = 0.030 if isinstance(databases, Sqlite) else 0.018
    return [ratio(name, speed["ours"], speed["noop"], goal=goal, note=note_of(sides["ours"]))]


def _allot(town: Town) -> None:
    """Let there be numbers enough."""
    engine = make_engine(town.url)
    with engine.begin() as connection:
        connection.execute(update(NumberRange).values(last_serial=19_999_999))
    engine.dispose()


def _register(port: int, town: Town, wanted: int) -> list[str]:
    codes = [f"H49.12-261127-{n:05d}" for n in range(wanted)]
    asked = [
        load.request(
            "POST",
            "/api/v1/dossiers",
            {"code": code, "procedure": "GPLX-01", "applicant": {"name": f"Bà Hoa {code}"}},
            key=town.keys["desk"],
        )
        for code in codes
    ]
    told = load.put(port, asked, seconds=300, clients=CLIENTS, once=True)
    assert told.statuses == {"201": wanted}, told.statuses
    return codes


def _parcels(town: Town, codes: list[str]) -> Iterator[bytes]:
    for code in codes:
        form = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]}
        yield load.request("POST", "/api/v1/parcels", form, key=town.keys["desk"])
