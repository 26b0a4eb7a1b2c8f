"""What needs somebody today: on one list, with the act that solves it, off it once it is done."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import pytest

from postal_tracker.access import EVERYTHING
from postal_tracker.core.worklist import WorkKind
from postal_tracker.desks import worklist
from postal_tracker.reports.work_counts import work_counts
from tests.asserting import assert_problem
from tests.centre import Centre
from tests.web.conftest import employ


def listed(centre: Centre, **asked):
    rows, cursor = [], ""
    while cursor is not None:
        page = centre.get(f"/worklist?{urlencode({**asked, 'cursor': cursor})}").json()
        rows, cursor = [*rows, *page["items"]], page["next_cursor"]
    return rows


def ids(centre: Centre, **asked):
    return [row["id"] for row in listed(centre, **asked)]


def work(centre: Centre, item: str, role: str = "desk", **told):
    return centre.post(f"/worklist/{item}", told, role=role)


def done(centre: Centre, item: str, **told):
    answer = work(centre, item, **told)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def a_hard_day(any_centre: Centre):
    """A centre with every kind of trouble in it, and what it is called."""
    return any_centre, trouble_in(any_centre)


def trouble_in(centre: Centre):
    sent = {name: centre.a_parcel(centre.a_dossier()) for name in TROUBLE}
    for name, milestones in TROUBLE.items():
        for milestone in milestones:
            centre.clock.pass_(minutes=5)
            centre.tell(centre.an_event(sent[name], milestone, reason=REASONS.get(milestone, "")))
    centre.clock.pass_(days=6)
    sent["to_print"] = centre.a_parcel(centre.a_dossier())
    sent["to_seal"] = centre.a_dossier()
    return sent


TROUBLE = {
    "failed_delivery": ["accepted", "out_for_delivery", "delivery_failed"],
    "to_collect": ["accepted", "awaiting_collection"],
    "returning": ["accepted", "returning"],
    "silent": ["accepted"],
    "trouble": ["accepted", "exception"],
}
REASONS = {"delivery_failed": "nobody_home", "exception": "lost"}


def test_each_kind_of_trouble_is_on_the_one_list(a_hard_day):
    centre, sent = a_hard_day
    rows = {row["id"]: row for row in listed(centre)}

    for kind, code in sent.items():
        assert f"{kind}:{code}" in rows, kind
    failed = rows[f"failed_delivery:{sent['failed_delivery']}"]
    assert (failed["reason"], failed["attempts"], failed["solved_by"]) == ("nobody_home", 1, "call")
    assert failed["hours"] >= 6 * 24
    assert len(failed["dossiers"]) == 1
    sealed = rows[f"to_seal:{sent['to_seal']}"]
    assert (sealed["about"], sealed["solved_by"]) == ("dossier", "seal")


def test_what_is_done_goes_off_the_list_by_itself(a_hard_day):
    centre, sent = a_hard_day
    number = centre.a_parcel(sent["to_seal"])
    centre.tell(centre.an_event(sent["failed_delivery"], "delivered"))
    now = ids(centre)

    assert f"to_seal:{sent['to_seal']}" not in now
    assert f"to_print:{number}" in now
    assert f"failed_delivery:{sent['failed_delivery']}" not in now
    centre.post("/labels", {"parcels": [number], "media": "a6", "format": "pdf"})
    assert f"to_print:{number}" not in ids(centre)


def test_pages_of_one_row_make_the_same_list(a_hard_day):
    centre, _ = a_hard_day

    assert ids(centre, limit=1) == ids(centre)
    for kind in ("silent", "to_print", "to_seal"):
        assert ids(centre, kind=kind) == [i for i in ids(centre) if i.startswith(f"{kind}:")]


def test_somebody_takes_it_and_others_see_who(a_hard_day):
    centre, sent = a_hard_day
    employ(centre, "lan")
    item = f"silent:{sent['silent']}"
    state = done(centre, item, act="assign", assignee="lan")

    assert (state["id"], state["assignee"]) == (item, "lan")
    assert ids(centre, assignee="lan") == [item]
    assert done(centre, item, act="release")["assignee"] == ""
    assert ids(centre, assignee="lan") == []


def test_put_off_it_comes_back_by_itself(a_hard_day):
    centre, sent = a_hard_day
    item = f"silent:{sent['silent']}"
    until = (centre.clock() + timedelta(hours=3)).isoformat()
    done(centre, item, act="snooze", until=until)

    assert item not in ids(centre)
    assert item in ids(centre, snoozed="true")
    centre.clock.pass_(hours=4)
    assert item in ids(centre)


def test_what_was_said_stands_in_each_dossiers_history_and_moves_nothing(a_hard_day):
    centre, sent = a_hard_day
    [code] = centre.get(f"/parcels/{sent['silent']}").json()["dossiers"]
    before = centre.get(f"/dossiers/{code}").json()
    done(
        centre, f"silent:{sent['silent']}", act="note", note="Đã gọi bưu cục, hẹn trả lời chiều nay"
    )
    after = centre.get(f"/dossiers/{code}").json()

    entry = after["timeline"][-1]
    assert (entry["what"], entry["note"]) == ("noted", "Đã gọi bưu cục, hẹn trả lời chiều nay")
    for name in ("stage", "location", "due_at", "clock", "national_status", "flags"):
        assert after[name] == before[name]
    assert centre.differences() == []
    proof = {"code": after["lookup_code"], "phone_last4": "5678"}
    told = centre.client.post("/api/v1/track", json=proof).text
    assert "bưu cục, hẹn" not in told
    assert "Ghi chú" not in told


def test_the_carrier_is_asked_at_once(a_hard_day):
    centre, sent = a_hard_day
    number = sent["silent"]
    before = centre.get(f"/parcels/{number}").json()["next_check_at"]
    done(centre, f"silent:{number}", act="ask_carrier")
    after = centre.get(f"/parcels/{number}").json()["next_check_at"]

    assert after != before
    assert after.startswith(f"{centre.clock():%Y-%m-%dT%H:%M}")


NONSENSE = [
    ("silent:XX000000000VN", {"act": "take"}, 404),
    ("quiet:1", {"act": "take"}, 404),
    ("unread:<b>", {"act": "release"}, 404),
    ("to_seal:H49.12-000101-0001", {"act": "release"}, 404),
    ("{silent}", {"act": "assign", "assignee": "nobody"}, 422),
    ("{silent}", {"act": "take"}, 422),
    ("{silent}", {"act": "snooze"}, 422),
    ("{silent}", {"act": "snooze", "until": "2026-11-01T00:00:00Z"}, 422),
    ("{silent}", {"act": "snooze", "until": "2029-11-01T00:00:00Z"}, 422),
    ("{silent}", {"act": "note"}, 422),
    ("{silent}", {"act": "dance"}, 422),
    ("{to_seal}", {"act": "ask_carrier"}, 409),
]


@pytest.mark.parametrize(("item", "told", "status"), NONSENSE)
def test_what_cannot_be_is_refused_in_words(centre, item, told, status):
    sent = trouble_in(centre)
    named = item.format(silent=f"silent:{sent['silent']}", to_seal=f"to_seal:{sent['to_seal']}")
    before = listed(centre)

    assert work(centre, named, **told).status_code == status
    assert listed(centre) == before


def test_no_page_of_the_list_is_made_up(centre: Centre):
    for cursor in ("x", "silent~x", "unread~x", "numbers_low~~"):
        answer = centre.get(f"/worklist?cursor={cursor}")
        assert answer.status_code in (200, 422), answer.text
    assert_problem(centre.get("/worklist?cursor=x"), 422, "invalid-form")


def test_nobodys_name_is_on_the_list(a_hard_day):
    centre, sent = a_hard_day
    person = centre.get(f"/dossiers/{sent['to_seal']}").json()["applicant"]["name"]

    assert person not in centre.get("/worklist").text


def test_who_took_what_is_forgotten_half_a_year_after_the_last_word(a_hard_day):
    centre, sent = a_hard_day
    done(centre, f"silent:{sent['silent']}", act="release")
    later = centre.clock() + worklist.KEPT

    for seconds, gone in ((-1, 0), (1, 1), (2, 0)):
        forget = partial(worklist.forget_old, most=10, now=later + timedelta(seconds=seconds))
        assert centre.database.write_now(forget) == gone


def test_what_waits_too_long_comes_to_the_chief_of_its_office_or_of_the_one_above(a_hard_day):
    centre, sent = a_hard_day
    for username in ("lan", "minh"):
        employ(centre, username)
    settings = centre.house.settings
    late = f"silent:{sent['silent']}"
    for told, chief in (({}, ""), ({"H49.12": "minh"}, "minh"), ({"H49": "minh"}, "")):
        settings.escalate_to = told
        row = next(row for row in listed(centre) if row["id"] == late)
        assert (row["escalated"], row["escalated_to"]) == (True, chief)
    settings.escalate_to = {"H49.12": "minh"}
    row = next(row for row in listed(centre) if row["id"] == f"to_seal:{sent['to_seal']}")
    assert (row["escalated"], row["escalated_to"]) == (False, "")

    assert late in ids(centre, assignee="minh")
    assert f"to_seal:{sent['to_seal']}" not in ids(centre, escalated="true")
    settings.escalate_after_hours = {WorkKind.SILENT: 1000}
    assert late not in ids(centre, escalated="true")


def test_each_kinds_number_is_that_of_its_rows(a_hard_day):
    centre, sent = a_hard_day
    counted = partial(work_counts, house=centre.house, scope=EVERYTHING, now=centre.clock())

    def counts(**more):
        told = centre.database.read_now(lambda s: counted(s, **more))
        return {kind.value: n.n for kind, n in told.items()}

    def rows(**asked):
        return {kind.value: len(ids(centre, kind=kind.value, **asked)) for kind in WorkKind}

    assert counts() == rows()
    until = (centre.clock() + timedelta(hours=3)).isoformat()
    for kind in ("silent", "to_seal"):
        done(centre, f"{kind}:{sent[kind]}", act="snooze", until=until)
    assert counts() == rows() != rows(snoozed="true") == counts(snoozed=True)
    assert centre.database.read_now(lambda s: counted(s, most=1))[WorkKind.SILENT] == (1, True)
