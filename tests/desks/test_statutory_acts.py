"""What the law knows between receipt and result, at the desk: asked for, answered, ended."""

from dataclasses import replace

import pytest

from postal_tracker import views
from postal_tracker.access import EVERYTHING
from tests.centre import Centre

FIRST = "2026-12-01T10:00:00Z"
ASKS = {
    "act": "request_supplement",
    "missing": ["Giấy khám sức khỏe", "Bản sao căn cước"],
    "reason": "Giấy khám sức khỏe đã hết hạn",
    "guidance": "Khám lại rồi nộp tại quầy",
}
BILLS = {"act": "request_payment", "amount_vnd": 135_000, "what": "Lệ phí cấp giấy phép"}
PAYS = {"act": "receive_payment", "amount_vnd": 135_000, "receipt": "BL-0012"}
ENDS = {
    "withdraw": ("cancelled", 7),
    "refuse": ("refused", 3),
    "stop": ("stopped", 8),
}
WHY = {"reason": "Không thuộc thẩm quyền"}


def act(centre, code, **told):
    answer = centre.post(f"/dossiers/{code}/acts", told)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(centre, code, **told):
    answer = centre.post(f"/dossiers/{code}/acts", told)
    assert 400 <= answer.status_code < 500, answer.text
    return answer.status_code, answer.json()


def in_law(told):
    return told["clock"], told["waiting_for"], told["national_status"], told["due_at"]


def entries(told, what):
    return [e for e in told["timeline"] if e["what"] == what]


def track(centre, code):
    lookup = centre.get(f"/dossiers/{code}").json()["lookup_code"]
    proof = {"code": lookup, "phone_last4": "5678"}
    return centre.client.post("/api/v1/track", json=proof).json()


def test_a_supplement_stops_the_clock_and_the_date_moves_by_as_long(any_centre: Centre):
    """Received on a Monday; Tuesday is a day off; asked on Wednesday, answered on Friday."""
    code = any_centre.a_dossier()
    assert in_law(any_centre.get(f"/dossiers/{code}").json()) == ("running", [], 2, FIRST)
    any_centre.clock.pass_(days=2)
    asked = act(any_centre, code, **ASKS)
    assert in_law(asked) == ("stopped", ["supplement"], 5, FIRST)
    any_centre.clock.pass_(days=2)
    answered = act(any_centre, code, act="receive_supplement")

    assert in_law(answered) == ("running", [], 2, "2026-12-03T10:00:00Z")
    assert answered["first_due_at"] == FIRST
    [said] = entries(answered, "supplement_requested")
    assert said["details"] == {
        "missing": "Giấy khám sức khỏe\nBản sao căn cước",
        "reason": ASKS["reason"],
        "guidance": ASKS["guidance"],
    }
    assert any_centre.differences() == []


def test_whose_clock_stands_is_not_overdue_however_long_it_takes(any_centre):
    code = any_centre.a_dossier()
    act(any_centre, code, **BILLS)
    any_centre.clock.pass_(days=40)
    seen = any_centre.get(f"/dossiers/{code}").json()

    assert (seen["clock"], seen["overdue"], seen["national_status"]) == ("stopped", False, 6)
    assert any_centre.get("/reports/overdue").json()["items"] == []
    paid = act(any_centre, code, **PAYS)
    assert not paid["overdue"]
    assert paid["due_at"] > seen["due_at"]
    assert any_centre.differences() == []


def test_what_was_late_when_it_was_asked_stays_late(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=10)
    asked = act(any_centre, code, **ASKS)

    assert (asked["clock"], asked["overdue"], asked["waiting_for"]) == (
        "running", True, ["supplement"]
    )  # fmt: skip
    assert [row["code"] for row in any_centre.get("/reports/overdue").json()["items"]] == [code]
    assert any_centre.differences() == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 0, 3, 1)])
def test_the_order_of_telling_makes_no_difference(any_centre, order):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=14)
    told = [
        {**ASKS, "at": "2026-11-25T09:00:00+07:00"},
        {"act": "receive_supplement", "at": "2026-11-27T09:00:00+07:00"},
        {**BILLS, "at": "2026-11-30T09:00:00+07:00"},
        {**PAYS, "at": "2026-12-02T09:00:00+07:00"},
    ]
    for which in order:
        last = act(any_centre, code, **told[which])

    assert in_law(last) == ("running", [], 2, "2026-12-07T10:00:00Z")
    assert any_centre.differences() == []


@pytest.mark.parametrize("word", ENDS)
def test_an_end_without_a_result_is_never_late_and_has_its_number(any_centre, word):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=1)
    ended = act(any_centre, code, act=word, **WHY)
    any_centre.clock.pass_(days=30)
    seen = any_centre.get(f"/dossiers/{code}").json()

    assert (seen["closed_by"], seen["national_status"]) == ENDS[word]
    assert (seen["clock"], seen["overdue"], seen["result_ready_at"]) == ("ended", False, None)
    [said] = entries(ended, ENDS[word][0])
    assert said["details"] == WHY
    for again in (*ENDS, "extend"):
        if word != "stop" or again == "extend":
            assert refused(any_centre, code, act=again, **WHY, signed_by="Mẫu")[0] == 409
    assert any_centre.differences() == []


@pytest.mark.parametrize("word", ENDS)
def test_papers_of_what_ended_at_the_authority_are_followed_home(any_centre, word):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    for milestone in ("accepted", "delivered"):
        any_centre.clock.pass_(hours=20)
        any_centre.tell(any_centre.an_event(number, milestone))
    ended = act(any_centre, code, act=word, **WHY)
    assert (ended["stage"], ended["location"]["holder"]) == ("at_authority", "authority")
    assert refused(any_centre, code, act="result_ready")[0] == 409
    any_centre.clock.pass_(hours=20)
    back = act(any_centre, code, act="received_back")
    assert (back["stage"], back["national_status"]) == ("at_centre", ENDS[word][1])
    home = act(any_centre, code, act="hand_over_result", to="Người nộp")

    assert (home["stage"], home["flags"]) == ("collected", [])
    assert home["timeline"][-1]["details"] == {"to": "Người nộp"}
    assert any_centre.differences() == []


@pytest.mark.parametrize("told", [ASKS, BILLS, {"act": "refuse", **WHY}, {"act": "stop", **WHY}])
def test_what_was_told_by_mistake_is_taken_back_whole(any_centre, told):
    code = any_centre.a_dossier()
    before = any_centre.get(f"/dossiers/{code}").json()
    any_centre.clock.pass_(hours=1)
    number = act(any_centre, code, **told)["timeline"][-1]["entry"]
    any_centre.clock.pass_(hours=1)
    after = act(any_centre, code, act="strike_out", entry=number)

    same = ("stage", "clock", "waiting_for", "closed_by", "national_status", "due_at", "overdue")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert any_centre.differences() == []


LACKING = [
    ({"act": "request_supplement"}, {"missing", "reason"}),
    ({"act": "request_supplement", "missing": ["", " "], "reason": "x"}, {"missing"}),
    ({"act": "request_payment"}, {"amount_vnd", "what"}),
    ({"act": "receive_payment"}, {"amount_vnd"}),
    ({"act": "extend", "reason": "x"}, {"signed_by", "new_due_at"}),
    *(({"act": word}, {"reason"}) for word in ENDS),
    ({**BILLS, "amount_vnd": 0}, {"amount_vnd"}),
    ({**BILLS, "amount_vnd": 10**12 + 1}, {"amount_vnd"}),
    ({**ASKS, "missing": ["Giấy tờ"] * 31}, {"missing"}),
]


@pytest.mark.parametrize(("told", "fields"), LACKING)
def test_what_is_lacking_is_named_and_nothing_is_recorded(centre, told, fields):
    code = centre.a_dossier()
    status, problem = refused(centre, code, **told)

    assert status == 422
    assert {fault["field"].split(".")[0] for fault in problem["errors"]} == fields
    assert len(centre.get(f"/dossiers/{code}").json()["timeline"]) == 1


def test_nobody_changes_a_limit_without_end(centre, monkeypatch):
    monkeypatch.setattr("postal_tracker.desks.statutory.MOST_STEPS", 3)
    code = centre.a_dossier()
    for _ in range(3):
        centre.clock.pass_(minutes=1)
        act(centre, code, **BILLS)

    assert refused(centre, code, **PAYS)[1]["type"] == "/problems/too-many-changes"


def test_the_citizen_hears_what_is_asked_and_never_what_was_written(any_centre):
    code = any_centre.a_dossier()
    act(any_centre, code, **ASKS)
    told = track(any_centre, code)

    assert told["stage_text"] == "Đề nghị Ông/Bà bổ sung giấy tờ cho hồ sơ."
    assert "tạm dừng" in told["next_text"]
    assert (told["clock"], told["closed_by"]) == ("stopped", None)
    for text in (*ASKS["missing"], ASKS["reason"], ASKS["guidance"]):
        assert text not in str(told)


@pytest.mark.parametrize(
    ("word", "says", "follows"),
    [
        ("withdraw", "Hồ sơ đã được rút.", ""),
        ("refuse", "Hồ sơ không được tiếp nhận, giải quyết.", ""),
        ("stop", "Cơ quan giải quyết đã dừng giải quyết hồ sơ.", "Kính mời Ông/Bà tới nhận lại."),
    ],
)
def test_the_citizen_hears_how_it_ended_and_where_the_papers_are(any_centre, word, says, follows):
    code = any_centre.a_dossier()
    act(any_centre, code, act=word, **WHY)
    told = track(any_centre, code)

    assert told["stage_text"] == says
    assert told["next_text"].endswith(follows)
    assert bool(told["next_text"]) is bool(follows)
    assert WHY["reason"] not in str(told)


def test_details_are_not_for_a_program_that_sees_nobody(centre):
    code = centre.a_dossier()
    act(centre, code, **ASKS)
    portal, today = replace(EVERYTHING, sees_people=False), centre.house.today()
    seen = centre.database.read_now(
        lambda s: views.dossier(s, code, scope=portal, today=today, titles={}, lang="vi")
    )

    assert [e.details for e in seen.timeline] == [{}, {}]
