"""The worked example of the official figures agrees with itself: acts, facts and sums."""

import csv
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

HERE = Path(__file__).parent / "worked_example"
II06A = ["II.06a Q2", "II.06a Q3"]
P766 = ["766 Q2", "766 Q3"]
TOTAL = "Tổng cộng"
NUMBERS = 6
"""The row in which a report's columns are numbered; its rows stand below."""

END_OF = {"Q2": datetime.fromisoformat("2026-07-01"), "Q3": datetime.fromisoformat("2026-10-01")}
END_OF_TIME = datetime.fromisoformat("9999-12-31")
ENDINGS = {
    "result_ready": "result",
    "hand_over_result": "handed_over",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "stop": "stopped",
}

each_quarter = pytest.mark.parametrize("quarter", END_OF)
each_ii06a = pytest.mark.parametrize("sheet", II06A)
each_p766 = pytest.mark.parametrize("sheet", P766)


@cache
def workbook():
    return load_workbook(HERE / "worked_example.xlsx", data_only=True)


def blocks(sheet):
    """Return the rows of each block of a report, ending with its total: (name, {column: value})."""
    found, rows = [], []
    for row in workbook()[sheet].iter_rows(min_row=NUMBERS + 1, min_col=2, values_only=True):
        if row[1] is None:  # the heading of a block
            continue
        rows.append((row[0], dict(enumerate(row[1:], start=3))))
        if row[0] == TOTAL:
            found.append(rows)
            rows = []
    return found


def cells(sheet):
    """Return what a report's sheet says: {(row's name, column's number): value}.

    Names of fields, offices and authorities differ from each other, and the blocks' totals are
    equal, so that one name stands for one row.
    """
    last = 13 if sheet in II06A else 8
    return {
        (name, column): None if value == "" else value
        for block in blocks(sheet)
        for name, values in block
        for column, value in values.items()
        if column <= last
    }


@cache
def facts():
    """Return the first sheet's rows by dossier."""
    rows = workbook()["Hồ sơ"].iter_rows(min_row=2, values_only=True)
    names = next(rows)
    return {row[0]: dict(zip(names, map(to_the_second, row), strict=True)) for row in rows}


def to_the_second(value):
    """Spreadsheets keep moments as fractions of a day."""
    if not isinstance(value, datetime):
        return value
    return (value + timedelta(milliseconds=500)).replace(microsecond=0)


def told():
    with (HERE / "acts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def lives():
    """Return each dossier's acts that hold, in the order in which they happened."""
    struck = {act["strikes"] for act in told() if act["act"] == "strike_out"}
    holding = [
        act | {"at": local(act["at"])}
        for act in told()
        if act["line"] not in struck and act["act"] != "strike_out"
    ]
    in_order = sorted(holding, key=lambda act: (act["at"], int(act["line"])))
    return {
        code: [act for act in in_order if act["dossier"] == code]
        for code in dict.fromkeys(act["dossier"] for act in told())
    }


def local(text):
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == timedelta(hours=7)
    return moment.replace(tzinfo=None)


def first(acts, *names):
    return next((act for act in acts if act["act"] in names), None)


def moments(acts, name, before=END_OF_TIME):
    return [act["at"] for act in acts if act["act"] == name and act["at"] < before]


def differing(seen, *, of=bool):
    """Return the dossiers for which the acts and the sheet say different things."""
    return {
        code: (said, fact)
        for code, acts in lives().items()
        if of(code)
        for said, fact in [seen(acts, facts()[code])]
        if said != fact
    }


def test_each_dossier_that_is_told_of_has_a_row():
    assert sorted(lives()) == sorted(facts())
    assert len(facts()) >= 80


def test_a_dossier_is_registered_as_its_row_says():
    plain = ["office", "authority", "field", "procedure", "unit", "channel"]

    def seen(acts, fact):
        act = first(acts, "register")
        said = [*(act[name] for name in plain), int(act["limit"]), act["at"]]
        return said, [*(fact[name] for name in plain), fact["limit"], fact["received"]]

    assert differing(seen) == {}


def test_a_dossier_ends_as_its_row_says():
    def seen(acts, fact):
        end = first(acts, *ENDINGS)
        said = (end["at"], ENDINGS[end["act"]]) if end else (None, None)
        return said, (fact["ended"], fact["how"])

    assert differing(seen) == {}


def test_a_result_is_handed_over_when_its_row_says():
    def seen(acts, fact):
        return (moments(acts, "hand_over_result") or [None])[-1], fact["handed_over"]

    assert differing(seen) == {}


@each_quarter
def test_supplements_are_asked_for_as_often_as_the_row_says(quarter):
    def seen(acts, fact):
        asked = moments(acts, "request_supplement", END_OF[quarter])
        return len(asked), fact[f"asked_{quarter}"] or 0

    assert differing(seen) == {}


@each_quarter
@pytest.mark.parametrize("what", ["supplement", "payment"])
def test_a_clock_that_stands_was_stopped_and_not_started_again(quarter, what):
    end = END_OF[quarter]

    def seen(acts, fact):
        asked = moments(acts, f"request_{what}", end)
        answered = moments(acts, f"receive_{what}", end)
        waits = len(asked) > len(answered) and not (fact["ended"] and fact["ended"] < end)
        in_time = waits and asked[-1] <= fact[f"due_{quarter}"]
        return asked[-1] if in_time else None, fact[f"{what}_{quarter}"]

    assert differing(seen) == {}


@each_quarter
def test_only_one_request_and_nothing_after_it_ends_a_dossier_for_766(quarter):
    def seen(acts, fact):
        told_by_then = [act for act in acts if act["at"] < END_OF[quarter]]
        names = [act["act"] for act in told_by_then]
        alone = names.count("request_supplement") == 1 and names[-1] == "request_supplement"
        return told_by_then[-1]["at"] if alone else None, fact[f"only_asked_{quarter}"]

    assert differing(seen) == {}


def test_a_limit_in_working_days_is_counted_in_the_calendar():
    days = [
        day.date()
        for day, works, *_ in workbook()["Ngày làm việc"].iter_rows(min_row=2, values_only=True)
        if works
    ]

    def seen(_, fact):
        later = [day for day in days if day > fact["received"].date()]
        return later[fact["limit"] - 1], fact["first_due"].date()

    def in_working_days(code):
        return facts()[code]["unit"] == "working_day" and facts()[code]["limit"] > 0

    assert differing(seen, of=in_working_days) == {}


@each_quarter
def test_a_date_that_nothing_moved_is_the_first_one_and_the_last_extension_is_a_later_one(quarter):
    movers = ["request_supplement", "request_payment"]

    def seen(acts, fact):
        extended = [
            local(act["new_due_at"])
            for act in acts
            if act["act"] == "extend" and act["at"] < END_OF[quarter]
        ]
        return (extended or [fact["first_due"]])[-1], fact[f"due_{quarter}"]

    def nothing_stopped(code):
        known = facts()[code][f"due_{quarter}"] is not None
        return known and not first(lives()[code], *movers)

    assert differing(seen, of=nothing_stopped) == {}


@each_ii06a
def test_what_came_in_is_settled_or_open(sheet):
    for name, row in [line for block in blocks(sheet) for line in block]:
        assert row[3] == row[4] + row[5] + row[6] == row[7] + row[11], name
        assert row[7] == row[8] + row[9] + row[10], name
        assert row[11] == row[12] + row[13], name


@each_ii06a
def test_fields_offices_and_authorities_come_to_one_total(sheet):
    totals = [block[-1] for block in blocks(sheet)]

    assert totals == [totals[0]] * 3
    for *rows, (_, total) in blocks(sheet):
        assert {column: sum(row[column] for _, row in rows) for column in total} == total


def test_one_name_stands_for_one_row():
    names = Counter(name for block in blocks("II.06a Q2") for name, _ in block if name != TOTAL)

    assert set(names.values()) == {1}


@each_ii06a
def test_no_column_of_a_report_is_empty(sheet):
    assert min(cells(sheet)[TOTAL, column] for column in range(3, 14)) > 0


@each_p766
def test_766_is_of_the_dossiers_of_column_3(sheet):
    quarter = sheet.split()[-1]
    authorities = {name for block in blocks(sheet) for name, _ in block}

    assert {name: cells(sheet)[name, 3] for name in authorities} == {
        name: cells(f"II.06a {quarter}")[name, 3] for name in authorities
    }


@each_p766
def test_766_divides_what_it_counted(sheet):
    (block,) = blocks(sheet)
    for name, _ in block:
        received, on_time, share, ended, days, mean = (cells(sheet)[name, n] for n in range(3, 9))
        assert share == pytest.approx(100 * on_time / received, abs=0.005001), name
        assert mean == (pytest.approx(days / ended, abs=0.005001) if ended else None), name


def test_every_act_and_every_end_is_in_it():
    assert {act["act"] for act in told()} == {
        *ENDINGS,
        *["register", "extend", "strike_out"],
        *["request_supplement", "receive_supplement", "request_payment", "receive_payment"],
    }
    assert {fact["how"] for fact in facts().values()} == {*ENDINGS.values(), None}
    assert len({fact["fate"] for fact in facts().values()}) == len(facts())
    assert {fact["unit"] for fact in facts().values()} == {"hour", "day", "working_day", "month"}
    assert {fact["channel"] for fact in facts().values()} == {"direct", "online", "postal"}
