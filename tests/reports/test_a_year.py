"""A year of a large centre: whatever is told of a period is told within a second."""

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.bench import databases
from tests.centre import Centre
from tests.growing import grow, migrated
from tests.web.drawing import CHARTS, timed_charts

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.one_in(2), pytest.mark.timeout(3600)]

DOSSIERS, YEARS = 500_000, timedelta(days=730)
"""Of two years; of one in ten, papers were asked for, and one in twenty is late."""
NOW = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)
TIMES = 5

YEAR = "from=2026-01-01&to=2026-12-31"
REPORTS = (
    *(f"{name}?{YEAR}&by={by}" for name in ("ii06a", "summary") for by in ("field", "office")),
    *(f"p766?{YEAR}", f"ii06a/dossiers?{YEAR}", f"ii06a/dossiers?{YEAR}&column=settled_late"),
    *(
        f"inspection?{YEAR}&part={part}"
        for part in ("work", "late", "gaps", "corrections", "acts", "gaps&office=H49.12.01")
    ),
    *("punctuality?month=2026-11", "found-by-poll?month=2026-11", "locations"),
)
PAGES = (
    *(f"official?{YEAR}", "official/summary?span=month&on=2026-11-05", "registers"),
    *("overview?month=2026-11", "overview?month=2026-11&office=H49.12"),
)

MOST = 1.0
"""Seconds for a report; for its charts there are some after that."""


@pytest.mark.parametrize("kind", [databases.sqlite, databases.postgres], ids=["sqlite", "postgres"])
def test_each_report_of_a_year_is_told_within_a_second(kind, share):
    """Judged of the whole record alone, when nothing runs beside it."""
    took = {}
    with kind() as some, Centre(migrated(some.empty("year"))) as centre, timed_charts() as drawing:
        centre.clock.at = NOW
        grow(centre.database.engine, share.of(DOSSIERS, 20), until=NOW, span=YEARS)
        for path in (
            *(f"/api/v1/reports/{r}" for r in REPORTS),
            *(f"/desk/reports/{p}" for p in PAGES),
        ):
            took[path] = statistics.median([asked(centre, path) for _ in range(TIMES)])

    pictures = statistics.median(drawing)
    figures = {path: s - pictures if "overview" in path else s for path, s in took.items()}
    late = {path: seconds for path, seconds in figures.items() if seconds > MOST}
    assert share.is_part or (late, pictures < CHARTS) == ({}, True)


def asked(centre, path):
    began = time.perf_counter()
    answer = centre.call("GET", path, role="manager")
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began
