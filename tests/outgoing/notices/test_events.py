"""From receipt to delivery: each change that matters is told, once, in its order."""

from datetime import timedelta

import pytest

from tests.hotline import opened

MONTH = timedelta(days=30)


@pytest.fixture
def mailed(telling):
    """Return the events that were told, in the order in which they came."""

    def events(code):
        told = [(one["event"], one["state"]) for one in telling.notices(code)]
        assert len(telling.mail.taken) == len([1 for _, state in told if state == "sent"])
        return [event for event, state in told if state == "sent"]

    return events


def step(telling, number, *milestones):
    for milestone in milestones:
        telling.centre.clock.pass_(minutes=20)
        telling.centre.tell(telling.centre.an_event(number, milestone))
        telling.work()


def act(telling, code, name, **rest):
    telling.centre.clock.pass_(minutes=20)
    answer = telling.centre.post(f"/dossiers/{code}/acts", {"act": name, **rest})
    assert answer.status_code == 200, answer.text
    telling.work()


def test_a_dossier_that_goes_by_post_both_ways(telling, mailed):
    centre = telling.centre
    code = telling.a_dossier(return_by_post=True)
    telling.work()
    there = centre.a_parcel(code)
    step(telling, there, "accepted", "in_transit", "delivered", "delivered")
    act(telling, code, "result_ready")
    back = centre.a_parcel(code, direction="to_citizen")
    step(telling, back, "accepted", "out_for_delivery", "delivery_failed", "delivery_failed")
    telling.pass_(hours=22)
    step(telling, back, "out_for_delivery", "awaiting_collection", "delivered")

    assert mailed(code) == [
        *("received", "handed_over", "at_authority", "result_ready"),
        *("out_for_delivery", "delivery_failed", "out_for_delivery", "at_post_office"),
        "delivered",
    ]


def test_what_the_law_asks_of_a_citizen_and_what_it_owes_them(telling, mailed):
    code = telling.a_dossier()
    telling.work()
    act(telling, code, "request_supplement", missing=["Giấy khám"], reason="Thiếu")
    act(telling, code, "receive_supplement")
    act(telling, code, "request_payment", amount_vnd=50_000, what="Lệ phí")
    act(telling, code, "receive_payment", amount_vnd=50_000)
    later = (telling.centre.clock() + MONTH).isoformat()
    act(telling, code, "extend", reason="Quá tải", new_due_at=later, signed_by="Minh")

    assert mailed(code) == ["received", "supplement_asked", "payment_asked", "late"]
    assert "Điểm tiếp nhận xin lỗi" in telling.mail.taken[-1].get_content()


def test_who_is_asked_for_more_is_told_unless_it_was_said_meanwhile(telling, mailed):
    code = telling.a_dossier()
    telling.work()
    for text in ("Biên nhận số mấy?", "Ngày nào?"):
        number = opened(telling.centre, code)
        asks = {"act": "ask_more", "text": text}
        telling.centre.post(f"/feedback/{number}/acts", asks)
        telling.work()
        telling.centre.post(f"/feedback/{number}/acts", {"act": "receive_more", "text": "12"})
    telling.centre.clock.pass_(days=5)  # a Saturday
    number = opened(telling.centre, code)
    telling.centre.post(f"/feedback/{number}/acts", asks)
    telling.work()
    telling.centre.post(f"/feedback/{number}/acts", {"act": "answer", "text": "Xong."})
    telling.pass_(days=2)

    assert mailed(code) == ["received", "more_asked", "more_asked"]
    text = telling.mail.taken[-1].get_content()
    assert "điểm tiếp nhận cần Ông/Bà cho biết thêm" in text
    assert "Ngày nào?" not in text


def test_in_the_evening_nothing_is_sent_and_in_the_morning_only_what_is_still_so(telling, mailed):
    centre = telling.centre
    code = telling.a_dossier(return_by_post=True)
    telling.work()
    act(telling, code, "result_ready")
    number = centre.a_parcel(code, direction="to_citizen")
    telling.pass_(hours=13)  # ten minutes to ten in the evening
    step(telling, number, "out_for_delivery", "delivery_failed", "delivered")
    assert mailed(code) == ["received", "result_ready"]

    telling.pass_(hours=10)
    assert mailed(code) == ["received", "result_ready", "delivered"]
    overtaken = [one for one in telling.notices(code) if one["fault"] == "overtaken"]
    assert [one["event"] for one in overtaken] == ["out_for_delivery", "delivery_failed"]


def test_what_was_struck_out_before_it_was_sent_is_told_to_nobody(telling, mailed):
    code = telling.a_dossier()
    telling.work()
    centre = telling.centre
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    [entry] = [
        one["entry"]
        for one in centre.get(f"/dossiers/{code}").json()["timeline"]
        if one["what"] == "result_ready"
    ]
    act(telling, code, "strike_out", entry=entry, note="Nhầm hồ sơ")

    assert mailed(code) == ["received"]


def test_what_happened_long_ago_is_no_news(telling):
    long_ago = (telling.centre.clock() - timedelta(days=9)).isoformat()
    code = telling.a_dossier(received_at=long_ago)
    telling.work()

    assert telling.notices(code) == []


def test_whoever_wants_no_notices_has_none_and_who_wants_english_has_english(telling):
    quiet, foreign = telling.a_dossier(), telling.a_dossier(phone="0912345679")
    for code, choice in ((quiet, {"wanted": False}), (foreign, {"lang": "en"})):
        answer = telling.centre.call("PUT", f"/api/v1/dossiers/{code}/notice-choice", json=choice)
        assert answer.status_code == 200, answer.text
    telling.work()

    assert telling.notices(quiet) == []
    assert telling.mail.subjects() == [f"[{foreign}] Your dossier was received"]


def test_a_notice_waits_for_the_one_before_it(telling):
    telling.mail.answers = lambda n: "451 later" if n == 1 else "250 OK"
    code = telling.a_dossier()
    telling.work()
    telling.centre.a_parcel(code)
    act(telling, code, "request_supplement", missing=["Giấy khám"], reason="Thiếu")

    assert [s.partition("] ")[2] for s in telling.mail.subjects()] == [
        "Đã tiếp nhận hồ sơ",
        "Đề nghị bổ sung hồ sơ",
    ]
