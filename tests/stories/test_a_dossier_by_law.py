"""A dossier that lacks a paper, waits for a fee and is late with an apology, from end to end.

Dates, stage, national status, forms and the citizen's words are looked at after every step; told
late and in any order, the same comes out.
"""

from contextlib import closing
from random import Random

import pypdfium2
import pytest

from tests.centre import Centre

DAY = "2026-{}+07:00".format
ASKS = {
    "act": "request_supplement",
    "missing": ["Giấy khám sức khỏe"],
    "reason": "Giấy khám sức khỏe đã hết hạn",
}
EXTENDS = {
    "act": "extend",
    "reason": "Chờ xác minh nơi cấp",
    "new_due_at": DAY("12-11T17:00:00"),
    "signed_by": "Lãnh đạo Mẫu",
}
LATER = {**EXTENDS, "new_due_at": DAY("12-16T17:00:00")}
FIRST, MOVED, AGAIN, PROMISED, LAST = (
    f"2026-12-{day}T10:00:00Z" for day in ("01", "03", "07", "11", "16")
)
"""Five working days from Monday 23 November, of which the 24th is off; 25 to 27 it waits for a
paper, 30 to 2 December for the fee; the authority asks for time until the 11th, then the 16th."""

STEPS = [
    # When; what the desk does, or a carrier says; then: due, clock, stage, national status.
    ("11-25T09:00:00", ASKS, (FIRST, "stopped", "with_office", 5)),
    ("11-27T09:00:00", {"act": "receive_supplement"}, (MOVED, "running", "with_office", 2)),
    ("11-27T10:00:00", "accepted", (MOVED, "running", "to_authority", 4)),
    ("11-28T09:00:00", "delivered", (MOVED, "running", "at_authority", 4)),
    (
        "11-30T09:00:00",
        {"act": "request_payment", "amount_vnd": 135_000, "what": "Lệ phí cấp giấy phép"},
        (MOVED, "stopped", "at_authority", 6),
    ),
    (
        "12-02T09:00:00",
        {"act": "receive_payment", "amount_vnd": 135_000},
        (AGAIN, "running", "at_authority", 4),
    ),
    ("12-03T09:00:00", EXTENDS, (PROMISED, "running", "at_authority", 4)),
    ("12-09T09:00:00", LATER, (LAST, "running", "at_authority", 4)),
    ("12-10T09:00:00", {"act": "result_ready"}, (LAST, "ended", "at_authority", 9)),
    ("12-11T09:00:00", {"act": "received_back"}, (LAST, "ended", "at_centre", 9)),
    ("12-14T09:00:00", {"act": "hand_over_result"}, (LAST, "ended", "collected", 10)),
]
SAYS = {
    "request_supplement": "Đề nghị Ông/Bà bổ sung giấy tờ cho hồ sơ.",
    "request_payment": "Đề nghị Ông/Bà nộp phí, lệ phí hoặc thuế cho hồ sơ.",
    "hand_over_result": "Kết quả đã được nhận tại quầy.",
}
FORMS = {
    "request_supplement": ("supplement", ["Mẫu số 02", "Giấy khám sức khỏe"]),
    "extend": ("apology", ["Mẫu số 04", "01 tháng 12", "Lãnh đạo Mẫu"]),
    "hand_over_result": ("control", ["Mẫu số 06"]),
}


def tell(centre: Centre, code: str, number: str, at: str, step) -> None:
    if isinstance(step, str):
        event = {**centre.an_event(number, step), "happened_at": DAY(at)}
        assert centre.tell(event)[0]["status"] == "recorded"
        return
    answer = centre.post(f"/dossiers/{code}/acts", {**step, "at": DAY(at)})
    assert answer.status_code == 200, answer.text


def seen(centre: Centre, code: str):
    told = centre.get(f"/dossiers/{code}").json()
    return told["due_at"], told["clock"], told["stage"], told["national_status"]


def citizen_reads(centre: Centre, code: str) -> str:
    lookup = centre.get(f"/dossiers/{code}").json()["lookup_code"]
    proof = {"code": lookup, "phone_last4": "5678"}
    return centre.client.post("/api/v1/track", json=proof).json()["stage_text"]


def form(centre: Centre, code: str, name: str) -> str:
    answer = centre.get(f"/dossiers/{code}/papers/{name}.pdf")
    assert answer.status_code == 200, answer.text
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(texts).split())


def on_the_day(centre: Centre, at: str) -> None:
    """Let it be that hour."""
    centre.clock.at = centre.clock.at.fromisoformat(DAY(at))


def test_each_step_of_the_law_moves_date_stage_status_and_words(any_centre: Centre):
    code, number = any_centre.a_dossier(), ""
    assert seen(any_centre, code) == (FIRST, "running", "with_office", 2)
    for at, step, stands in STEPS:
        on_the_day(any_centre, at)
        if step == "accepted":
            number = any_centre.a_parcel(code)
            assert seen(any_centre, code) == (MOVED, "running", "sealed", 4)
        tell(any_centre, code, number, at, step)
        what = step if isinstance(step, str) else step["act"]
        assert (what, seen(any_centre, code)) == (what, stands)
        if what in SAYS:
            assert citizen_reads(any_centre, code) == SAYS[what]
        name, words = FORMS.get(what, ("", []))
        text = form(any_centre, code, name) if name else ""
        assert [word for word in words if word not in text] == []
    assert any_centre.get(f"/dossiers/{code}").json()["first_due_at"] == FIRST
    assert any_centre.differences() == []


@pytest.mark.parametrize("seed", range(4))
def test_told_late_and_in_any_order_the_same_comes_out(any_centre: Centre, seed: int):
    code = any_centre.a_dossier()
    on_the_day(any_centre, "11-27T09:30:00")
    number = any_centre.a_parcel(code)
    on_the_day(any_centre, "12-15T09:00:00")
    steps = list(STEPS[:-3])  # what gives the result away is told when it is known where it is
    Random(seed).shuffle(steps)
    for at, step, _ in [*steps, *STEPS[-3:]]:
        tell(any_centre, code, number, at, step)

    assert seen(any_centre, code) == STEPS[-1][2]
    told = any_centre.get(f"/dossiers/{code}").json()
    assert (told["first_due_at"], told["flags"]) == (FIRST, [])
    assert citizen_reads(any_centre, code) == SAYS["hand_over_result"]
    text = form(any_centre, code, "apology")
    words = [*FORMS["extend"][1], "11 tháng 12", "16 tháng 12"]
    assert [word for word in words if word not in text] == []
    assert any_centre.differences() == []
