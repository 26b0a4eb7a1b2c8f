"""Carriers write telephones, postmen and streets into places: nobody finds them here again.

Every carrier posts what it posts, proven as it proves it; couriers tell of scans, too.
Afterwards the ledger, what citizens and couriers are shown, and the logs are read through.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select

from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import Dossier, LedgerEntry, Parcel
from tests.carriers.exchanging import works_with
from tests.centre import HOOK_SECRET, Centre
from tests.standins.all import STAND_INS
from tests.standins.chatter import OFFICES, PERSON, STREET, Chatter, of_people
from tests.standins.standin import Scan, StandIn


def set_up(centre: Centre) -> dict[type[StandIn], str]:
    """Let the centre work with all carriers; return a parcel of which each tells."""
    works_with(centre, *STAND_INS)
    centre.settings.carriers["by_hand"] = CarrierSettings()
    centre.house.carriers = Carriers(centre.settings)
    return {
        kind: centre.a_parcel(
            carrier=kind.name if kind.name in centre.house.carriers.choices else "vnpost",
            tracking_number=kind().number(n + 1),
        )
        for n, kind in enumerate(STAND_INS.values())
    }


def post(centre: Centre, kind: type[StandIn], number: str, scan: Scan) -> None:
    hook = kind().hook(number, scan)
    answer = centre.client.post(
        f"/hooks/{kind.name}/{HOOK_SECRET}",
        content=hook.body,
        headers=dict(hook.headers),
        params=dict(hook.query),
    )
    assert answer.status_code == 200, answer.text


def everybody_tells(centre: Centre, chatter: Chatter, times: int) -> Iterator[str]:
    """Let each carrier, and a courier, tell of scans in turn, so many in all."""
    parcels = set_up(centre)
    ours = centre.a_parcel(carrier="by_hand", tracking_number="TUI-77")
    yield from (*parcels.values(), ours)
    codes = {kind: list(kind().carrier().statuses) for kind in parcels}
    for n in range(0, times, len(parcels) + 1):
        centre.clock.pass_(minutes=1)
        at = centre.clock() - timedelta(seconds=30)
        for kind, number in parcels.items():
            code = codes[kind][n % len(codes[kind])]
            post(centre, kind, number, Scan(code, at, place=chatter.place()))
        centre.tell(centre.an_event(ours, "in_transit", place=chatter.place()))


def everything_shown(centre: Centre, numbers: list[str]) -> Iterator[str]:
    """Return each text that somebody reads, or that is kept for good."""
    for table, column in ((LedgerEntry, "place"), (Dossier, "place"), (Parcel, "place")):
        rows = centre.database.read_now(lambda s, t=table: s.exec(select(t)).all())
        yield from (getattr(row, column) for row in rows)
    for number in numbers:
        parcel = centre.get(f"/parcels/{number}").json()
        yield from (event.get("place") or "" for event in parcel["events"])
        for code in parcel["dossiers"]:
            asked = {"code": code, "phone_last4": "5678"}
            told = centre.client.post("/api/v1/track", json=asked).json()
            yield told["location"]["place"]
            yield from (entry["place"] or "" for entry in told["timeline"])


@pytest.mark.parametrize("times", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_nobody_is_found_by_way_of_a_place(centre: Centre, caplog, share, times: int) -> None:
    caplog.set_level(logging.DEBUG)
    chatter = Chatter(Random(times))

    numbers = list(everybody_tells(centre, chatter, share.of(times)))

    shown = list(everything_shown(centre, numbers))
    assert len(chatter.telephones) > share.of(times) / 3
    assert len(shown) > share.of(times)
    assert [text for text in shown if of_people(text, chatter.telephones)] == []
    assert sum(any(office in text for office in OFFICES) for text in shown) > len(shown) / 2
    said = [record.getMessage() for record in caplog.records if record.name.startswith("postal")]
    assert [line for line in said if PERSON in line or STREET in line] == []
    assert centre.differences() == []
