"""An inspection of duty: who did what, what was late in whose hands, where custody has gaps."""

import csv
import io
from datetime import date
from functools import partial
from urllib.parse import quote

import pytest
from sqlmodel import select

from postal_tracker.access import Scope
from postal_tracker.reports import inspection
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import Office

PERIOD = "from=2026-11-01&to=2026-12-31"


def told(centre, part, more="", **how):
    answer = centre.get(f"/reports/inspection?part={part}&{PERIOD}{more}", role="manager", **how)
    assert answer.status_code == 200, answer.text
    return answer.json()


def act(centre, code, word, **rest):
    answer = centre.post(f"/dossiers/{code}/acts", {"act": word, **rest})
    assert answer.status_code == 200, answer.text
    return answer.json()


def sent(centre, code):
    """Seal a dossier, have the list signed, and return the parcel's number."""
    number = centre.a_parcel(code)
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    signed = centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})
    assert signed.status_code == 200, signed.text
    return number


def scanned(centre, number, milestone):
    (result,) = centre.tell(centre.an_event(number, milestone, place="Bưu cục Uông Bí"))
    assert result["status"] == "recorded"


def a_corrected_dossier(centre, reason="Ghi nhầm số điện thoại"):
    code = centre.a_dossier()
    seen = centre.get(f"/dossiers/{code}")
    answer = centre.call(
        "PATCH",
        f"/api/v1/dossiers/{code}",
        json={"applicant": {"phone": "0987654321"}, "reason": reason},
        headers={"If-Match": seen.headers["etag"]},
    )
    assert answer.status_code == 200, answer.text
    return code


# Who did what


def test_each_account_is_told_what_it_recorded(any_centre):
    code, other = any_centre.a_dossier(), any_centre.a_dossier()
    sent(any_centre, code)
    act(any_centre, other, "result_ready")
    act(any_centre, other, "collected")
    last = any_centre.get(f"/dossiers/{other}").json()["timeline"][-1]["entry"]
    act(any_centre, other, "strike_out", entry=last, note="Trả nhầm người")

    rows = told(any_centre, "work")["items"]

    by_key = [row for row in rows if row["by"].startswith("key:")]
    total = {name: sum(row[name] for row in rows) for name in ("sealed", "registered")}
    assert total == {"sealed": 1, "registered": 2}
    assert sum(row["handed_over"] for row in by_key) == 1
    assert [row["collected"] for row in by_key] == [1]
    assert [row["strike_outs"] for row in by_key] == [1]
    assert all(row["office"] == "H49.12" for row in rows)


def test_the_entries_behind_a_row_are_as_many_as_it_says(any_centre):
    sent(any_centre, any_centre.a_dossier())
    for row in told(any_centre, "work")["items"]:
        behind = any_centre.client.get(row["dossiers"], headers=key_of(any_centre)).json()

        assert behind["count"] == len(behind["items"]) == row["entries"]
        assert {one["by"] for one in behind["items"]} == {row["by"]}


def key_of(centre):
    return {"Authorization": f"Bearer {centre.keys['manager']}"}


def test_what_was_recorded_before_the_period_is_not_in_it(any_centre):
    any_centre.a_dossier()

    assert told(any_centre, "work", "&from=2026-11-24")["items"] == []


# What was late


def test_it_is_told_who_had_the_papers_when_the_limit_ran_out(any_centre):
    """Received on Monday 23 November at 8:00, due on Tuesday 1 December at 17:00."""
    kept, posted, decided = (any_centre.a_dossier() for _ in range(3))
    any_centre.clock.pass_(days=2)
    numbers = [sent(any_centre, code) for code in (posted, decided)]
    for number in numbers:
        scanned(any_centre, number, "accepted")
    any_centre.clock.pass_(days=1)
    scanned(any_centre, numbers[1], "delivered")
    any_centre.clock.pass_(days=7)

    rows = {row["code"]: row for row in told(any_centre, "late")["items"]}

    assert {code: row["held_when_due"] for code, row in rows.items()} == {
        kept: "office", posted: "post", decided: "authority",
    }  # fmt: skip
    days = ("office_days", "post_days", "authority_days", "waiting_days")
    assert [rows[kept][name] for name in days] == [10.0, 0.0, 0.0, 0.0]
    assert [rows[posted][name] for name in days] == [2.0, 8.0, 0.0, 0.0]
    assert [rows[decided][name] for name in days] == [2.0, 1.0, 7.0, 0.0]


def test_time_of_waiting_for_the_citizen_is_nobodys(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=1)
    act(any_centre, code, "request_supplement", missing=["Bản sao"], reason="Thiếu")
    any_centre.clock.pass_(days=3)
    act(any_centre, code, "receive_supplement")
    any_centre.clock.pass_(days=16)

    (row,) = told(any_centre, "late")["items"]

    assert (row["office_days"], row["waiting_days"]) == (17.0, 3.0)


def test_time_with_the_post_is_the_posts_where_it_does_not_count_in_the_limit_either(any_centre):
    any_centre.post_counts(yes=False)
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    scanned(any_centre, number, "accepted")
    any_centre.clock.pass_(days=3)
    scanned(any_centre, number, "delivered")
    any_centre.clock.pass_(days=16)

    (row,) = told(any_centre, "late")["items"]

    assert (row["post_days"], row["authority_days"], row["waiting_days"]) == (3.0, 16.0, 0.0)


def test_a_scan_that_was_struck_out_accuses_nobody(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(hours=1)
    number = sent(any_centre, code)
    any_centre.clock.pass_(days=1)
    scanned(any_centre, number, "accepted")
    any_centre.clock.pass_(days=1)
    scanned(any_centre, number, "delivered")
    last = any_centre.get(f"/dossiers/{code}").json()["timeline"][-1]["entry"]
    any_centre.clock.pass_(days=1)
    act(any_centre, code, "strike_out", entry=last)
    any_centre.clock.pass_(days=10)

    (row,) = told(any_centre, "late")["items"]

    assert row["authority_days"] == 0.0
    assert row["held_when_due"] == "post"


def test_whoever_recorded_what_was_struck_out_is_not_named_for_it(any_centre):
    code = any_centre.a_dossier()
    (before,) = told(any_centre, "work")["items"]
    any_centre.clock.pass_(days=1)
    act(any_centre, code, "result_ready")
    any_centre.clock.pass_(days=20)
    last = any_centre.get(f"/dossiers/{code}").json()["timeline"][-1]["entry"]
    act(any_centre, code, "strike_out", entry=last)

    (row,) = told(any_centre, "late")["items"]

    assert row["name"] == before["name"]


def test_what_was_settled_in_time_is_not_named(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=1)
    act(any_centre, code, "result_ready")
    any_centre.clock.pass_(days=20)

    assert told(any_centre, "late")["items"] == []


# Gaps in custody


def test_a_parcel_signed_for_that_the_carrier_does_not_know_is_a_gap(any_centre):
    number = sent(any_centre, any_centre.a_dossier())
    any_centre.clock.pass_(hours=3)
    assert told(any_centre, "gaps")["items"] == []
    any_centre.clock.pass_(hours=2)

    (row,) = told(any_centre, "gaps")["items"]

    assert (row["kind"], row["tracking_number"]) == ("not_accepted", number)
    assert (row["hours"], row["ends_at"]) == (5, None)


def test_a_carriers_word_that_came_late_leaves_a_gap_and_one_in_time_leaves_none(any_centre):
    late, good = sent(any_centre, any_centre.a_dossier()), sent(any_centre, any_centre.a_dossier())
    any_centre.clock.pass_(hours=1)
    scanned(any_centre, good, "accepted")
    any_centre.clock.pass_(hours=9)
    scanned(any_centre, late, "accepted")
    any_centre.clock.pass_(hours=9)

    (row,) = told(any_centre, "gaps")["items"]

    assert (row["kind"], row["tracking_number"], row["hours"]) == ("accepted_late", late, 10)


def struck_out(centre, number, what):
    """Take back what was told of a parcel."""
    (code,) = centre.get(f"/parcels/{number}").json()["dossiers"]
    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
    act(centre, code, "strike_out", entry=next(e["entry"] for e in timeline if e["what"] == what))


@pytest.mark.parametrize(
    ("what", "left"), [("accepted", ["not_accepted"]), ("handed_over", ["never_handed_over"])]
)
def test_what_was_struck_out_neither_fills_a_gap_nor_makes_one(any_centre, what, left):
    number = sent(any_centre, any_centre.a_dossier())
    any_centre.clock.pass_(hours=1)
    if what == "accepted":
        scanned(any_centre, number, what)
    any_centre.clock.pass_(hours=9)
    struck_out(any_centre, number, what)

    assert [row["kind"] for row in told(any_centre, "gaps")["items"]] == left


def test_a_parcel_accepted_after_its_delivery_is_a_gap(any_centre):
    number = sent(any_centre, any_centre.a_dossier())
    any_centre.clock.pass_(hours=1)
    scanned(any_centre, number, "delivered")
    any_centre.clock.pass_(hours=1)
    scanned(any_centre, number, "accepted")

    assert [row["kind"] for row in told(any_centre, "gaps")["items"]] == ["accepted_after_delivery"]


def test_a_parcel_sealed_and_never_handed_over_is_a_gap_until_it_is(any_centre):
    number = any_centre.a_parcel(any_centre.a_dossier())
    any_centre.clock.pass_(days=1)
    (row,) = told(any_centre, "gaps")["items"]
    assert (row["kind"], row["tracking_number"]) == ("never_handed_over", number)

    made = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    any_centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})

    assert told(any_centre, "gaps")["items"] == []


@pytest.mark.parametrize("is_told", [True, False])
def test_papers_received_back_whose_delivery_nobody_told_are_a_gap(any_centre, is_told):
    code = any_centre.a_dossier()
    there = sent(any_centre, code)
    for hours, milestone in ((1, "accepted"), (1, "delivered")):
        any_centre.clock.pass_(hours=hours)
        scanned(any_centre, there, milestone)
    any_centre.clock.pass_(hours=1)
    back = any_centre.a_parcel(code, direction="to_centre")
    any_centre.clock.pass_(hours=1)
    scanned(any_centre, back, "accepted")
    any_centre.clock.pass_(hours=1)
    if is_told:
        scanned(any_centre, back, "delivered")
        any_centre.clock.pass_(hours=1)
    act(any_centre, code, "received_back")

    found = [(row["kind"], row["tracking_number"]) for row in told(any_centre, "gaps")["items"]]

    assert found == ([] if is_told else [("arrival_untold", back)])


# Corrections


def test_a_correction_says_what_who_and_why_and_not_what_it_was(any_centre):
    code = a_corrected_dossier(any_centre)

    answer = told(any_centre, "corrections")

    (row,) = answer["items"]
    assert (row["what"], row["code"], row["fields"]) == ("corrected", code, ["phone"])
    assert row["why"] == "Ghi nhầm số điện thoại"
    assert "5678" not in str(answer)
    assert "87654321" not in str(answer)


def test_a_strike_out_says_what_it_took_back(any_centre):
    code = any_centre.a_dossier()
    act(any_centre, code, "result_ready")
    last = any_centre.get(f"/dossiers/{code}").json()["timeline"][-1]["entry"]
    act(any_centre, code, "strike_out", entry=last, note="Bấm nhầm")

    (row,) = told(any_centre, "corrections")["items"]

    assert (row["what"], row["struck"], row["why"]) == ("struck_out", "result_ready", "Bấm nhầm")


def test_who_reads_the_reasons_is_written_down(any_centre):
    code = a_corrected_dossier(any_centre)
    told(any_centre, "corrections")
    any_centre.get(f"/reports/inspection?part=work&{PERIOD}&format=csv", role="manager")
    seen = any_centre.get(f"/audit?dossier={code}", role="admin").json()["items"]
    taken = any_centre.get("/audit?what=exported", role="admin").json()["items"]

    assert "inspection-corrections" in {entry["detail"] for entry in seen}
    assert [entry["detail"] for entry in taken] == ["inspection-work csv"]


# Doors


@pytest.mark.parametrize("part", ["work", "late", "gaps", "corrections", "acts"])
def test_every_part_comes_a_page_at_a_time_and_as_a_file(any_centre, part):
    for _ in range(3):
        any_centre.a_parcel(a_corrected_dossier(any_centre))
    any_centre.clock.pass_(days=12)
    whole = told(any_centre, part)["items"]
    assert whole
    found, cursor = [], ""
    while cursor is not None:
        page = told(any_centre, part, "&limit=1" + (f"&cursor={quote(cursor)}" if cursor else ""))
        found, cursor = found + page["items"], page["next_cursor"]
    assert found == whole

    file = any_centre.get(f"/reports/inspection?part={part}&{PERIOD}&format=csv", role="manager")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(lines) == len(whole) + 1
    sheet = any_centre.get(f"/reports/inspection?part={part}&{PERIOD}&format=xlsx", role="manager")
    assert sheet.content.startswith(b"PK")


def test_a_clerk_does_not_inspect_and_a_period_has_an_end(centre):
    assert centre.get("/reports/inspection").status_code == 403
    too_long = centre.get("/reports/inspection?from=2024-01-01&to=2026-11-01", role="manager")
    assert too_long.status_code == 422


# Whose


def at_its_office(centre, code):
    """Return what a manager of that office alone is told of accounts' work and of entries."""
    period = Period(date(2026, 11, 1), date(2026, 12, 31), centre.clock())

    def read(session):
        office = session.exec(select(Office).where(Office.code == code)).one()
        scope = Scope(offices=frozenset({office.id}))
        parts = inspection.work, partial(inspection.late, lang="vi"), inspection.acts
        return [part(session, Asked(period), scope=scope) for part in parts]

    return centre.database.read_now(read)


def test_a_manager_of_a_ward_inspects_the_ward(any_centre):
    centres = any_centre.a_dossier()
    wards = any_centre.a_dossier(office="H49.12.01")
    any_centre.clock.pass_(days=12)

    for office, code in (("H49.12.01", wards), ("H49.12", centres)):
        work, late, acts = at_its_office(any_centre, office)

        assert {row.office for row in work.items} == {office}
        assert [row.code for row in late.items] == [code]
        assert {row.code for row in acts.items} == {code}
        assert work.count.n == 1


def test_one_office_may_be_asked_for_alone(any_centre):
    any_centre.a_dossier()
    wards = any_centre.a_dossier(office="H49.12.01")
    any_centre.clock.pass_(days=12)

    late = told(any_centre, "late", "&office=H49.12.01")["items"]

    assert [row["code"] for row in late] == [wards]
