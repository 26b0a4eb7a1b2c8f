"""What a door costs does not grow with the record: a small part of what the bench measures."""

import pytest

from tests.bench import databases
from tests.bench.growth import medians

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.one_in(2), pytest.mark.timeout(600)]

SMALL, LARGE = 3_000, 30_000
FLOOR_MS = 15.0
"""What takes less than this on a busy machine says nothing."""
MOST_TIMES = 4.0
"""What reads everything through takes ten times as long."""


@pytest.mark.parametrize("kind", [databases.sqlite, databases.postgres], ids=["sqlite", "postgres"])
def test_no_door_is_dearer_in_a_record_ten_times_as_large(kind):
    with kind() as some:
        found = medians(some, (SMALL, LARGE), 3)

    assert len(found) > 35
    grown = {
        name: took
        for name, took in found.items()
        if max(took[1], FLOOR_MS) > MOST_TIMES * max(took[0], FLOOR_MS)
    }
    assert grown == {}
