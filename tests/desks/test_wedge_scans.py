"""Scans that a keyboard changed, at a desk with a whole record: equal, or asked, never another."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from sqlmodel import Session

from postal_tracker.core.codes import S10, new_lookup_code, show_lookup_code
from postal_tracker.core.journey import Direction, Stage
from postal_tracker.desks import garbled, scanning
from postal_tracker.forms import ScanForm
from postal_tracker.storage.tables import Dossier, Handover, Parcel, Procedure, table_of
from postal_tracker.views import lookup
from tests.centre import Centre
from tests.plans import plans_of
from tests.unikey import LAYOUTS, METHODS, Unikey, typed_on


@dataclass
class Record:
    """A centre's record full of codes that are alike, and what a scanner can read of it."""

    centre: Centre
    readings: list[tuple[str, str]] = field(default_factory=list)
    """What a barcode holds, and the code that the desk knows the thing by."""

    def seen(self, session: Session, arrived: str) -> scanning.ScanView:
        return scanning.read(session, ScanForm(code=arrived), by=self.centre.lan)


UNITS = (
    "H49.12",
    "A10",
    "A12",
    "A02",
    "A20",
    "E61",
    "E66",
    "D99",
    "D91",
    "D90",
    "U71",
    "W12",
    "O60",
)
HEADS = (
    "EE",
    "EB",
    "AA",
    "AS",
    "AF",
    "DD",
    "CE",
    "RA",
    "CA",
    "CQ",
    "UW",
    "WA",
    "UA",
    "OW",
    "IS",
    "YS",
    "EZ",
)
OTHERS = (
    "GAANC123", "GANC123", "SALS1234", "SALSS1234", "SALSSS1234", "CE1123456785VN", "A101234567",
    "A1234567", "A11234567", "QAZWXM", "AQWZXM", "DDDABCD", "DDABCD", "DABC99", "WWWABC", "WWABC",
    "UWABCD", "5E5FHFRA", "AE.1.17373", "AE1.17373", "1234567890123", "S1234567.SG1.2A.1234567",
)  # fmt: skip


def fill(centre: Centre, session: Session, chance: Random) -> Iterator[tuple[str, str]]:
    """Put codes that are alike into the record; return each with what its barcode or QR holds."""
    now, secret = centre.clock(), centre.house.secret
    procedure = session.get_one(Procedure, 1)
    alike = [chance.randrange(10**8) for _ in range(3)]
    numbers = {str(S10(head, serial, "VN")) for head in HEADS for serial in alike}
    numbers |= {str(S10("CE", chance.randrange(10**8), "VN")) for _ in range(60)}
    for number in sorted({*numbers, *OTHERS}):
        session.add(
            Parcel(
                carrier="by_hand", tracking_number=number, office_id=centre.lan.office_id,
                direction=Direction.TO_AUTHORITY, created_at=now, milestone="announced",
            )
        )  # fmt: skip
        yield number, number
        yield f"HTTPS://HOSO.EXAMPLE.VN/COURIER/{number}", number
    for code in [f"{unit}-2611{day}-000{n}" for unit in UNITS for day in (10, 23) for n in (1, 2)]:
        short = new_lookup_code(chance.randbytes)
        session.add(
            Dossier(
                code=code, lookup_code=short, procedure_id=procedure.id,
                authority_id=procedure.authority_id,
                office_id=centre.lan.office_id, received_at=now, due_on=now.date(), created_at=now,
                stage=Stage.WITH_OFFICE, holder="office", since=now,
            )
        )  # fmt: skip
        yield code, code
        yield short, code
        yield show_lookup_code(short), code
        yield f"https://hoso.example.vn/t/{lookup.link_token(short, secret)}", code
    for n in range(1, 6):
        number = f"BK-261123-000{n}"
        session.add(
            Handover(
                number=number,
                carrier="by_hand",
                office_id=centre.lan.office_id,
                created_at=now,
                created_by="x",
            )
        )
        yield number, number


@pytest.fixture
def record(request: pytest.FixtureRequest, database: str) -> Iterator[Record]:
    with Centre(request.getfixturevalue(f"{database}_url")) as centre:
        made = Record(centre)
        centre.database.write_now(lambda s: made.readings.extend(fill(centre, s, Random(7))))
        yield made


def keyboards(chance: Random) -> list[tuple[str, Any]]:
    """Return ways in which keys arrive, each with its name."""
    spelling, free, modern = (chance.random() < 0.5 for _ in range(3))
    methods = [(m, lambda keys, m=m: Unikey(m, spelling, free, modern).type(keys)) for m in METHODS]
    caps = [(f"{m} caps", lambda keys, type_=t: type_(keys.swapcase())) for m, t in methods]
    layouts = [(name, lambda keys, name=name: typed_on(name, keys)) for name in LAYOUTS]
    return [*methods, *caps, *layouts, ("caps", str.swapcase)]


def outcome(record: Record, session: Session, arrived: str, code: str) -> str:
    seen = record.seen(session, arrived)
    if seen.kind == "unknown":
        return "asked" if code in seen.choices else "unknown" if not seen.choices else "missed"
    return "equal" if seen.code == code else "wrong"


def outcomes(record: Record, times: int, seed: int) -> tuple[Counter[str], list[str]]:
    chance, told, bad = Random(seed), Counter[str](), []

    def look(session: Session) -> None:
        for _ in range(times):
            printed, code = chance.choice(record.readings)
            name, type_ = chance.choice(keyboards(chance))
            result = outcome(record, session, arrived := type_(printed), code)
            told[result] += 1
            if result in ("wrong", "missed"):
                bad.append(f"{printed} by {name} arrives as {arrived}: {result}")

    record.centre.database.read_now(look)
    return told, bad


@pytest.mark.parametrize(("database", "times"), [("sqlite", 250), ("postgres", 40)])
def test_every_code_comes_back_equal_or_is_asked_never_another(record, times):
    told, bad = outcomes(record, times, seed=3)

    assert bad == []
    assert told["equal"] > times * 0.75


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("database", "times"), [("sqlite", 100_000), ("postgres", 4000)])
def test_and_so_it_is_a_hundred_thousand_times(record, times, share):
    told, bad = outcomes(record, share.of(times, 8), seed=4)

    assert bad == []
    assert told["equal"] > told.total() * 0.75, told


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_stranger_is_never_silently_taken_for_what_is_in_the_record(record):
    chance = Random(5)

    def look(session: Session) -> list[str]:
        silent = []
        for _ in range(80):
            stranger = str(S10(chance.choice(HEADS), chance.randrange(10**8), "VN"))
            _, type_ = chance.choice(keyboards(chance))
            seen = record.seen(session, type_(stranger))
            silent += [stranger] if seen.kind != "unknown" and not seen.repaired else []
        return silent

    assert record.centre.database.read_now(look) == []


def many_alike(centre: Centre, count: int) -> None:
    def fill_in(session: Session) -> None:
        same = {
            "carrier": "by_hand", "office_id": centre.lan.office_id, "created_at": centre.clock(),
            "direction": Direction.TO_AUTHORITY, "milestone": "announced",
            "open": True, "flags": [], "resume": {},
        }  # fmt: skip
        rows = [{**same, "tracking_number": f"{S10('EE', n, 'VN')}"} for n in range(count)]
        session.connection().execute(table_of(Parcel).insert(), rows)

    centre.database.write_now(fill_in)


def test_among_more_numbers_than_one_waits_for_it_is_asked_and_no_table_is_read_whole(any_centre):
    centre = any_centre
    many_alike(centre, garbled.MOST + 10)
    printed = str(S10("EE", 5, "VN"))
    form = ScanForm(code=Unikey("telex").type(printed))

    seen = centre.database.read_now(lambda s: scanning.read(s, form, by=centre.lan))
    plans = centre.database.read_now(
        lambda s: plans_of(s, lambda: scanning.read(s, form, by=centre.lan))
    )

    assert form.code != printed
    assert (seen.kind, seen.choices) == ("unknown", [printed])
    assert [p for p in plans if re.search(r"(SCAN|Seq Scan on) (parcel)\b", p)] == []
