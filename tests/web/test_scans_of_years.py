"""A scan is answered at once also where a centre has worked for years."""

import statistics
import time
from datetime import timedelta

import pytest

from tests.bench import databases
from tests.centre import MONDAY, Centre
from tests.growing import grow, migrated
from tests.web.conftest import Visitor, employ

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.one_in(2), pytest.mark.timeout(3600)]

SCANS = 200
MOST = 0.15
"""Seconds, in the middle."""


@pytest.mark.parametrize(
    ("kind", "dossiers"),
    [(databases.sqlite, 200_000), (databases.postgres, 1_000_000)],
    ids=["sqlite", "postgres"],
)
def test_a_scan_is_answered_at_once_in_a_large_record(kind, dossiers, share):
    """Half of the scans ask where a dossier is, half receive a parcel back: these are written."""
    many = share.of(dossiers, 20)
    with kind() as some, Centre(migrated(some.empty("years"))) as centre:
        grow(centre.database.engine, many, until=MONDAY, span=timedelta(days=3 * 365))
        employ(centre, "lan")
        lan = Visitor(centre)
        lan.signs_in("lan")
        took = {"lookup": [], "receive": []}
        for _ in range(SCANS // 2):
            number = centre.a_parcel(code := centre.a_dossier(), direction="to_centre")
            took["lookup"].append(scanned(lan, "lookup", code))
            took["receive"].append(scanned(lan, "receive", number))

    middle = {mode: statistics.median(times) for mode, times in took.items()}
    print(f"\n{many} dossiers: {middle}")
    assert share.is_part or max(middle.values()) < MOST


def scanned(lan, mode, code):
    """Return how long the station waits for its answer, in seconds."""
    lines = {"lines": code, "part": "yes", "form_id": f"{mode}-{code}"}
    began = time.perf_counter()
    page = lan.sends(f"/desk/station/{mode}", lines)
    took = time.perf_counter() - began
    assert 'class="reading right"' in page.text
    return took
