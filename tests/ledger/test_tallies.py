"""How many dossiers are where: counted as they move, and never otherwise than one by one."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlmodel import col

from postal_tracker.ledger import tallies
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Tally, TallyChange
from tests.centre import Centre


def scan(centre: Centre, number: str, milestone: str, place: str) -> None:
    at = centre.clock.pass_(minutes=1).isoformat()
    event = {"id": f"{number} {at}", "tracking_number": number, "milestone": milestone}
    told = {"events": [event | {"happened_at": at, "place": place}]}
    assert centre.post("/events", told, role="courier").status_code == 200


def act(centre: Centre, code: str, what: str) -> None:
    assert centre.post(f"/dossiers/{code}/acts", {"act": what}).status_code == 200


def report(centre: Centre, name: str) -> list[dict[str, Any]]:
    return centre.get(f"/reports/{name}", role="manager").json()["items"]


def rows(centre: Centre, table: type) -> int:
    """Return in how many rows it is told where dossiers are, not what desks have done."""
    wanted = select(func.count()).select_from(table).where(col(table.kind) != tallies.DONE)
    return centre.database.read_now(lambda s: s.scalar(wanted))


def fold(centre: Centre, most: int = 1_000) -> int:
    done, folded = 1, 0
    while done:
        done = centre.database.write_now(lambda s: tallies.fold(s, most))
        folded += done
    return folded


@pytest.fixture
def busy(any_centre: Centre) -> Centre:
    """Dossiers with the office, the post and an authority, one decided and one collected."""
    centre = any_centre
    away, there = centre.a_parcel(), centre.a_parcel(centre.a_dossier(), centre.a_dossier())
    scan(centre, away, "accepted", "Bưu cục Uông Bí")
    centre.clock.pass_(hours=1)
    for milestone in ("accepted", "delivered"):
        scan(centre, there, milestone, "Hạ Long")
    decided, collected = centre.a_dossier(), centre.a_dossier()
    act(centre, decided, "result_ready")
    act(centre, collected, "collected")
    return centre


def test_what_is_folded_says_the_same_in_fewer_rows(busy: Centre):
    before, changes = report(busy, "locations"), rows(busy, TallyChange)
    decided = report(busy, "punctuality")

    assert fold(busy, most=3) > changes > 10
    assert (report(busy, "locations"), report(busy, "punctuality")) == (before, decided)
    assert rows(busy, TallyChange) == 0
    assert rows(busy, Tally) < changes
    assert busy.differences() == []


def test_an_empty_cell_is_not_kept(any_centre: Centre):
    centre = any_centre
    code = centre.a_dossier()
    fold(centre)
    assert rows(centre, Tally) == 2

    act(centre, code, "collected")
    fold(centre)

    assert rows(centre, Tally) == 0


def test_who_moves_on_a_thousand_times_takes_a_row_in_all(any_centre: Centre):
    """The cell that everybody's scans change is only ever added to: nobody waits for it."""
    centre = any_centre
    number = centre.a_parcel()
    for _ in range(10):
        scan(centre, number, "in_transit", "Hà Nội")

    fold(centre)

    assert rows(centre, Tally) == 2
    assert [(row["place"], row["dossiers"]) for row in report(centre, "locations")] == [
        ("Hà Nội", 1)
    ]


def test_what_was_done_at_desks_is_told_alike_before_and_after_folding(busy: Centre):
    acts = busy.get("/reports/inspection?part=acts", role="manager").json()
    told = []
    for _ in range(2):
        rows = report(busy, "inspection?part=work")
        told.append({w: sum(r[w] for r in rows) for w in ("registered", "sealed", "entries")})
        fold(busy)

    assert told[0] == told[1] == {"registered": 5, "sealed": 3, "entries": acts["count"]}


def test_a_tally_changed_behind_the_ledgers_back_is_found_and_mended(busy: Centre):
    fold(busy)
    busy.database.write_now(
        lambda s: (
            s.connection().execute(update(Tally).where(col(Tally.kind) == "due").values(n=7)),
            s.connection().execute(delete(Tally).where(col(Tally.kind) == "here")),
        )
    )
    assert {one.split()[0] for one in busy.differences()} == {"tally"}

    busy.mend()

    assert busy.differences() == []
    assert sum(row["dossiers"] for row in report(busy, "locations")) == 4


def test_a_correction_that_changes_the_appointed_day_is_counted(any_centre: Centre):
    centre = any_centre
    code = centre.a_dossier()
    changed = centre.call(
        "PATCH",
        f"/api/v1/dossiers/{code}",
        json={"procedure": "DD-01", "reason": "chọn nhầm"},
        headers={"If-Match": "*"},
    )

    assert changed.status_code == 200
    assert centre.differences() == []


def test_a_record_from_before_there_were_tallies_is_counted_when_it_is_brought_up(busy: Centre):
    engine = busy.database.engine
    migrations.downgrade(engine, "0021")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM dossier")).scalar_one() == 5
    migrations.upgrade(engine)

    assert rows(busy, TallyChange) == 0
    assert busy.differences() == []
