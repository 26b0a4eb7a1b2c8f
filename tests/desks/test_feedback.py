"""The hotline: a citizen asks or complains, somebody answers within the law's days."""

import pytest

from tests.asserting import assert_problem
from tests.hotline import ASKED, delivered, flags, opened
from tests.web.conftest import employ


def act(centre, number, word, role="desk", **told):
    return centre.post(f"/feedback/{number}/acts", {"act": word, **told}, role=role)


def listed(centre, query=""):
    return [one["number"] for one in centre.get(f"/feedback{query}").json()["items"]]


def shown(centre, number):
    return centre.get(f"/feedback/{number}").json()


def told_of(centre, code):
    return [one["what"] for one in centre.get(f"/dossiers/{code}").json()["timeline"]]


def test_the_law_counts_fifteen_working_days_to_the_answer(any_centre):
    code = any_centre.a_dossier()
    answer = any_centre.post("/feedback", {**ASKED, "code": code}).json()

    assert answer["number"] == "PA-20261123-0001"
    # Tuesday 24 November is a day off.
    assert answer["answer_by"] == "2026-12-15T10:00:00Z"
    seen = shown(any_centre, answer["number"])
    assert seen["next_due_at"] == "2026-11-26T10:00:00Z"
    assert (seen["state"], seen["channel"], seen["owner"]) == ("open", "telephone", "")


def test_a_citizen_says_it_with_the_proof_and_not_without(any_centre):
    code = any_centre.a_dossier()
    ask = {**ASKED, "code": code}

    assert_problem(any_centre.post("/feedback", ask, role=""), 422, "invalid-form")
    wrong = any_centre.post("/feedback", {**ask, "phone_last4": "0000"}, role="")
    assert_problem(wrong, 404, "nothing-found")
    right = any_centre.post("/feedback", {**ask, "phone_last4": "5678"}, role="")
    assert right.status_code == 201
    assert shown(any_centre, right.json()["number"])["channel"] == "page"
    assert told_of(any_centre, code)[-1] == "feedback_opened"


def test_it_is_taken_in_once_under_one_key_and_five_times_at_most(any_centre):
    code = any_centre.a_dossier()
    key = {"Idempotency-Key": "once"}
    first, again = (
        any_centre.post("/feedback", {**ASKED, "code": code}, headers=key).json() for _ in "ab"
    )

    assert first == again
    for _ in range(4):
        opened(any_centre, code)
    many = any_centre.post("/feedback", {**ASKED, "code": code})
    assert_problem(many, 409, "feedback-waits")


def test_somebody_takes_it_and_the_citizen_reads_the_answer(any_centre):
    code = any_centre.a_dossier()
    number = opened(any_centre, code)
    employ(any_centre, "lan")

    assert act(any_centre, number, "close").status_code == 409
    assert act(any_centre, number, "answer").status_code == 422
    taken = act(any_centre, number, "assign", assignee="lan").json()
    assert (taken["state"], taken["owner"]) == ("taken", "lan")
    assert taken["next_due_at"] == taken["answer_by"]
    act(any_centre, number, "forward", to="Phòng Cảnh sát giao thông")
    answered = act(any_centre, number, "answer", text="Kết quả có vào thứ Sáu.").json()
    assert answered["next_due_at"] is None
    assert act(any_centre, number, "close").json()["state"] == "closed"
    whole = shown(any_centre, number)["history"]
    assert [one["act"] for one in whole] == ["open", "assign", "forward", "answer", "close"]

    assert told_of(any_centre, code)[-2:] == ["feedback_opened", "feedback_answered"]
    proof = {"code": code, "phone_last4": "5678"}
    page = any_centre.client.post("/", data=proof).text
    assert "Kết quả có vào thứ Sáu." in page
    assert any_centre.differences() == []


def test_while_the_citizen_is_asked_for_more_the_clock_rests(any_centre):
    code = any_centre.a_dossier()
    number = opened(any_centre, code)

    assert act(any_centre, number, "receive_more", text="x").status_code == 409
    assert act(any_centre, number, "ask_more").status_code == 422
    asked = act(any_centre, number, "ask_more", text="Biên nhận số mấy?").json()
    assert (asked["state"], asked["next_due_at"]) == ("asked", None)
    assert act(any_centre, number, "ask_more", text="Và ngày nào?").status_code == 409
    any_centre.clock.pass_(days=7)  # five working days, and not the one after the Sunday
    told = act(any_centre, number, "receive_more", text="Số 12").json()
    assert (told["state"], told["history"][-1]["text"]) == ("taken", "Số 12")
    assert told["next_due_at"] == told["answer_by"] == "2026-12-21T10:00:00Z"
    assert asked["answer_by"] == "2026-12-15T10:00:00Z"


def test_what_is_declined_says_why_and_is_over(any_centre):
    number = opened(any_centre, any_centre.a_dossier())

    assert act(any_centre, number, "decline").status_code == 422
    done = act(any_centre, number, "decline", text="Không thuộc thẩm quyền").json()
    assert (done["state"], done["answer"]) == ("declined", "Không thuộc thẩm quyền")
    assert (done["next_due_at"], done["history"][-1]["text"]) == (None, "")
    assert act(any_centre, number, "answer", text="x").status_code == 409


def test_a_month_in_figures_tells_which_steps_were_late(any_centre):
    code = any_centre.a_dossier()
    punctual, asked, tardy = (opened(any_centre, code) for _ in range(3))
    opened(any_centre, any_centre.a_dossier(), kind="complaint", category="staff")
    act(any_centre, punctual, "answer", text="Mai có.")
    act(any_centre, asked, "forward", to="Sở")
    any_centre.clock.pass_(days=14)
    act(any_centre, asked, "ask_more", text="Biên nhận số mấy?")
    act(any_centre, tardy, "decline", text="Không rõ")

    staff, other, total = any_centre.get("/reports/feedback?month=2026-11").json()["items"]
    assert (staff["received"], staff["open_late"], staff["in_time_percent"]) == (1, 1, 0.0)
    wanted = {"received": 3, "answered": 2, "declined": 1, "asked": 1, "open": 1, "open_late": 0}
    assert wanted.items() <= other.items()
    assert (other["taken_late"], other["asked_late"], other["in_time_percent"]) == (1, 1, 33.33)
    assert (total["received"], total["answered_late"], total["in_time_percent"]) == (4, 0, 25.0)
    assert any_centre.get("/reports/feedback?month=2026-10").json()["items"] == []
    assert any_centre.get("/reports/feedback?month=2026-11&format=xlsx").status_code == 200


def test_the_list_is_narrowed_to_a_state_or_to_what_is_overdue(any_centre):
    numbers = [opened(any_centre, any_centre.a_dossier()) for _ in range(3)]
    act(any_centre, numbers[0], "forward", to="Sở")

    assert listed(any_centre) == numbers[::-1]
    assert listed(any_centre, "?state=open") == numbers[:0:-1]
    assert listed(any_centre, "?overdue=true") == []
    any_centre.clock.pass_(days=4)
    assert listed(any_centre, "?overdue=true") == numbers[1:]
    page = any_centre.get("/feedback?overdue=true&limit=1").json()
    assert listed(
        any_centre, f"?overdue=true&limit=1&cursor={page['next_cursor'].replace('+', '%2B')}"
    ) == [numbers[2]]


def test_what_is_due_by_the_next_working_day_is_on_the_worklist(any_centre):
    number = opened(any_centre, any_centre.a_dossier())
    employ(any_centre, "lan")

    def work():
        return any_centre.get("/worklist?kind=feedback").json()["items"]

    assert work() == []
    any_centre.clock.pass_(days=2)
    [row] = work()
    assert (row["code"], row["solved_by"], row["escalated"]) == (number, "answer", False)
    any_centre.clock.pass_(days=2)
    assert work()[0]["escalated"]
    done = any_centre.post(f"/worklist/feedback:{number}", {"act": "assign", "assignee": "lan"})
    assert done.json()["assignee"] == "lan"
    assert shown(any_centre, number)["owner"] == "lan"
    assert work() == []


@pytest.mark.parametrize("told_by", ["courier"])
def test_not_received_after_delivered_leaves_both_claims_standing(any_centre, told_by):
    code, _ = delivered(any_centre)
    number = opened(any_centre, code, kind="not_received", text="Tôi chưa nhận được")

    assert flags(any_centre, code) == ["delivery_disputed"]
    assert any_centre.stage(code) == "delivered"
    proof = {"code": code, "phone_last4": "5678"}
    said = any_centre.post("/track", proof, role="").json()["stage_text"]
    assert said == "Bưu chính báo đã phát kết quả, còn Ông/Bà báo chưa nhận được."
    act(any_centre, number, "answer", text="Chúng tôi đang hỏi bưu chính.")
    assert_problem(act(any_centre, number, "close"), 409, "delivery-disputed")
    again = opened(any_centre, code, kind="not_received")
    assert not shown(any_centre, again)["disputed"]
    assert any_centre.differences() == []


def test_a_delivery_that_never_was_is_struck_out_with_the_reason(any_centre):
    code, parcel = delivered(any_centre)
    number = opened(any_centre, code, kind="not_received")

    assert act(any_centre, number, "settle", text="x").status_code == 422
    assert act(any_centre, number, "settle", outcome="not_delivered").status_code == 422
    told = {"outcome": "not_delivered", "text": "Bưu tá giao nhầm nhà"}
    assert not act(any_centre, number, "settle", **told).json()["disputed"]
    assert flags(any_centre, code) == []
    assert any_centre.stage(code) == "to_citizen"
    assert any_centre.get(f"/parcels/{parcel}").json()["milestone"] == "out_for_delivery"
    assert_problem(act(any_centre, number, "settle", **told), 409, "nothing-disputed")
    assert any_centre.differences() == []


def test_a_delivery_that_was_is_confirmed_with_the_reason(any_centre):
    code, _ = delivered(any_centre)
    number = opened(any_centre, code, kind="not_received")

    told = {"outcome": "delivered", "text": "Con trai bà Hoa đã nhận"}
    assert act(any_centre, number, "settle", **told).status_code == 200
    assert (any_centre.stage(code), flags(any_centre, code)) == ("delivered", [])
    assert told_of(any_centre, code)[-1] == "dispute_settled"
    assert any_centre.differences() == []


def test_a_courier_says_it_of_a_parcel_and_learns_nothing_of_the_dossier(any_centre):
    code, parcel = delivered(any_centre)
    told = {"kind": "not_received", "text": "Bà Hoa nói chưa nhận", "code": parcel}
    answer = any_centre.post("/feedback", told, role="courier")

    assert set(answer.json()) == {"number", "answer_by"}
    assert shown(any_centre, answer.json()["number"])["channel"] == "courier"
    assert flags(any_centre, code) == ["delivery_disputed"]
    hidden = any_centre.post("/feedback", {**told, "code": code}, role="courier")
    assert_problem(hidden, 404, "no-such-parcel")
    assert any_centre.post("/feedback", told, role="manager").status_code == 403
