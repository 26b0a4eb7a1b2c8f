"""The reports say cell by cell what the worked example's spreadsheet reckoned."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from postal_tracker.access import EVERYTHING
from postal_tracker.reports.ii06a import ii06a
from postal_tracker.reports.p766 import p766
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import Authority, Office, Procedure
from tests.centre import Centre

HERE = Path(__file__).parent / "worked_example"
QUARTERS = {
    "Q2": (date(2026, 4, 1), date(2026, 6, 30)),
    "Q3": (date(2026, 7, 1), date(2026, 9, 30)),
}
COLUMNS = (
    *("received", "received_online", "received_direct", "carried_over"),
    *("settled", "settled_early", "settled_on_time", "settled_late"),
    *("open", "open_in_time", "open_late"),
)
NUMBERS = 6
"""The row of a sheet in which its columns are numbered."""


def acts():
    with (HERE / "acts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reckoned(sheet, last):
    """Return what the spreadsheet says: {name of the row: [columns 3 to the last]}."""
    found = {}
    book = load_workbook(HERE / "worked_example.xlsx", data_only=True)
    for row in book[sheet].iter_rows(min_row=NUMBERS + 1, min_col=2, values_only=True):
        if row[1] is not None:
            found[row[0]] = [None if value == "" else value for value in row[1 : last - 1]]
    return found


@pytest.fixture(params=["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.slow)])
def any_centre(request: pytest.FixtureRequest) -> Iterator[Centre]:
    """SQLite at once; PostgreSQL, which takes as long again, among the slow ones."""
    with Centre(request.getfixturevalue(request.param)) as made:
        yield made


@pytest.fixture
def lived(any_centre: Centre) -> Centre:
    """Tell the example, line by line, each at the moment at which it is told."""
    any_centre.clock.at = datetime.fromisoformat("2026-03-01T08:00:00+07:00")
    any_centre.database.write_now(a_catalogue)
    entries: dict[str, tuple[str, int]] = {}
    for line in acts():
        at = datetime.fromisoformat(line["at"])
        any_centre.clock.at = max(any_centre.clock.at, at + timedelta(minutes=1))
        if line["act"] == "register":
            register(any_centre, line)
        else:
            entries[line["line"]] = line["dossier"], do(any_centre, line, entries)
    any_centre.clock.at = datetime.fromisoformat("2026-10-03T08:00:00+07:00")
    return any_centre


def a_catalogue(session):
    """Make what the example names: each office, authority and procedure by its name."""
    lines = [line for line in acts() if line["act"] == "register"]
    for n, name in enumerate(dict.fromkeys(line["office"] for line in lines)):
        session.add(Office(code=f"VD.{n}", parent_code="H49.12", name_vi=name))
    for n, name in enumerate(dict.fromkeys(line["authority"] for line in lines)):
        session.add(Authority(code=f"CQ.{n}", name_vi=name))
    session.flush()
    authorities = {one.name_vi: one.id for one in session.exec(select(Authority))}
    for line in {line["procedure"]: line for line in lines}.values():
        session.add(
            Procedure(
                code=line["procedure"],
                name_vi=line["procedure"],
                authority_id=authorities[line["authority"]],
                limit_number=int(line["limit"]),
                limit_unit=line["unit"],
                field=line["field"],
            )
        )


def register(centre, line):
    offices = centre.database.read_now(
        lambda s: {o.name_vi: o.code for o in s.exec(select(Office))}
    )
    form = {
        "code": line["dossier"],
        "procedure": line["procedure"],
        "office": offices[line["office"]],
        "received_at": line["at"],
        "channel": line["channel"],
        "applicant": {"name": "Bà Mẫu", "phone": "0912345678"},
    }
    answer = centre.post("/dossiers", form, role="desk")
    assert answer.status_code == 201, answer.text


def do(centre, line, entries):
    """Do an act; return the number of its entry."""
    form = {"act": line["act"], "at": line["at"], "reason": line["reason"] or "Mẫu"}
    match line["act"]:
        case "request_supplement":
            form["missing"] = [line["reason"] or "Bản sao"]
        case "request_payment" | "receive_payment":
            form |= {"amount_vnd": int(line["amount_vnd"] or 1), "what": "Lệ phí"}
        case "extend":
            form |= {"new_due_at": line["new_due_at"], "signed_by": "Mẫu"}
        case "strike_out":
            form = {"act": "strike_out", "entry": entries[line["strikes"]][1]}
    answer = centre.post(f"/dossiers/{line['dossier']}/acts", form)
    assert answer.status_code == 200, (line, answer.text)
    return max(entry["entry"] for entry in answer.json()["timeline"])


def figures(row, names):
    return [getattr(row, name) for name in names]


def of_period(centre, quarter, report, **how):
    period = Period(*QUARTERS[quarter], centre.clock())
    return centre.database.read_now(
        lambda s: report(s, period, scope=EVERYTHING, lang="vi", **how)
    ).items


def test_every_cell_is_the_spreadsheets(lived):
    calendar = lived.house.calendar
    for quarter in QUARTERS:
        wanted = reckoned(f"II.06a {quarter}", 13)
        said = {}
        for by in ("field", "office", "authority"):
            *rows, total = of_period(lived, quarter, ii06a, by=by)
            said |= {row.name: figures(row, COLUMNS) for row in rows}
            assert figures(total, COLUMNS) == wanted["Tổng cộng"], (quarter, by)
        assert said == {name: row for name, row in wanted.items() if name in said}, quarter
        assert not any(any(row) for name, row in wanted.items() if name not in {*said, "Tổng cộng"})

        wanted = reckoned(f"766 {quarter}", 8)
        said = {}
        for row in of_period(lived, quarter, p766, calendar=calendar):
            name = "Tổng cộng" if row.key == "total" else row.name
            assert name in wanted, (quarter, name)
            said[name] = [row.dossiers, row.on_time, row.on_time_percent, row.ended, row.mean_days]
        missing = [name for name, row in wanted.items() if name not in said and any(row[:2])]
        assert missing == [], quarter
        for name, row in said.items():
            all_, on_time, percent, ended, _, mean = wanted[name]
            assert row[:2] == [all_, on_time], (quarter, name)
            assert row[2] == round(percent, 2), (quarter, name)
            assert row[3] == ended, (quarter, name)
            assert row[4] == (None if mean is None else pytest.approx(mean, abs=0.005)), (
                quarter,
                name,
            )
    assert lived.differences() == []
