"""What somebody asks of his own data: its clocks, what he is shown, what goes and what stays."""

import asyncio
import json

import pytest
from sqlmodel import select

from postal_tracker.background.tasks import Tasks
from postal_tracker.commands.examining import examine
from postal_tracker.storage.tables import CarrierMessage, metadata
from tests.asserting import assert_problem
from tests.hotline import ASKED, delivered, opened

ME = {"name": "Quách Zuýp Canaria", "phone": "0987654321", "id_number": "022190777333"}
WORDS = ("Zuýp", "zuyp", "Canaria", "canaria", "987654321", "022190777333")


def act(centre, number, word, **told):
    return centre.post(f"/feedback/{number}/acts", {"act": word, **told})


def ended(centre, **person):
    """Return a dossier of mine whose matter is over, with a message, a correction and a parcel."""
    code, parcel = delivered(centre, **{**ME, **person})
    scan = {"id": parcel, "tracking_number": parcel, "status": "PHAT_TC", "receiver": ME}
    scan["at"] = centre.clock.pass_(minutes=1).isoformat()
    centre.hook(json.dumps({"scans": [scan]}, ensure_ascii=False).encode())
    told = {"applicant": {**ME, **person, "address": "77 Canaria"}, "reason": "Zuýp gọi"}
    centre.call("PATCH", f"/api/v1/dossiers/{code}", json=told, headers={"If-Match": "*"})
    return code, parcel


def where_i_stand(centre):
    def read(session):
        tables = metadata.sorted_tables
        rows = {t.name: str(session.connection().execute(select(t)).all()) for t in tables}
        return {name for name, text in rows.items() if any(word in text for word in WORDS)}

    return centre.database.read_now(read)


def bodies(centre):
    kept = select(CarrierMessage.body)
    return b"".join(centre.database.read_now(lambda s: s.exec(kept).all()))


@pytest.mark.parametrize(
    ("kind", "due", "later"),
    [
        ("view", "2026-12-03", "2026-12-14"),
        ("correct", "2026-12-03", "2026-12-14"),
        ("withdraw", "2026-12-08", "2026-12-23"),
        ("object", "2026-12-08", "2026-12-23"),
        ("erase", "2026-12-14", "2027-01-04"),
    ],
)
def test_it_is_taken_in_two_working_days_done_in_the_laws_and_put_off_once(
    centre, kind, due, later
):
    number = opened(centre, centre.a_dossier(), kind=kind)
    seen = centre.get(f"/feedback/{number}").json()

    assert seen["next_due_at"][:10] == "2026-11-26"  # Tuesday 24 November is a day off
    assert seen["answer_by"][:10] == due
    assert act(centre, number, "extend").status_code == 422
    assert act(centre, number, "extend", text="Nhiều hồ sơ").json()["answer_by"][:10] == later
    assert_problem(act(centre, number, "extend", text="Nữa"), 409, "extended-already")
    assert centre.get("/reports/feedback?month=2026-11").json()["items"][-1]["taken_late"] == 0
    assert [one["number"] for one in centre.get(f"/feedback?kind={kind}").json()["items"]] == [
        number
    ]


def test_who_only_puts_it_off_has_taken_it_and_late_if_it_was(centre):
    number = opened(centre, centre.a_dossier(), kind="erase")
    centre.clock.pass_(days=7)
    act(centre, number, "extend", text="Nhiều hồ sơ")

    assert centre.get("/reports/feedback?month=2026-11").json()["items"][-1]["taken_late"] == 1
    assert centre.get(f"/feedback/{number}").json()["state"] == "taken"


def test_a_question_is_no_request_for_ones_data(centre):
    code = centre.a_dossier()
    number, *_ = [opened(centre, code) for _ in range(5)]

    for word in ("identify", "extend", "erase"):
        assert_problem(act(centre, number, word, text="x"), 409, "feedback-not-so")
    assert_problem(centre.post("/feedback", {**ASKED, "code": code}), 409, "feedback-waits")
    number = opened(centre, code, kind="view")  # five questions do not take a right's place
    assert_problem(act(centre, number, "erase"), 409, "feedback-not-so")


def test_what_the_law_keeps_is_not_erased_and_the_reason_and_the_day_are_told(any_centre):
    centre = any_centre
    code, _ = ended(centre)
    live = centre.a_dossier(**ME)
    number = opened(centre, code, kind="erase")

    assert_problem(act(centre, number, "erase"), 409, "identity-not-checked")
    act(centre, number, "identify")
    answer = act(centre, number, "erase").json()["answer"]
    assert f"{live} (đang giải quyết)" in answer
    assert f"{code} (phải lưu đến 23/11/2027)" in answer
    assert centre.get(f"/dossiers/{code}").json()["applicant"]["name"] == ME["name"]


def test_what_may_go_goes_everywhere_and_the_history_is_still_verified(any_centre, tmp_path):
    centre = any_centre
    centre.settings.log_key_file = tmp_path / "log-key"
    code, _ = ended(centre)
    same = ended(centre, id_number="")[0]
    other = centre.a_dossier(name="Bà Khác", phone=ME["phone"])
    centre.clock.pass_(days=366)
    number = opened(centre, code, kind="erase", text="Tôi là Zuýp Canaria")
    act(centre, number, "extend", text="Zuýp đi vắng")
    act(centre, number, "identify")
    told = centre.get(f"/dossiers/{code}").json()["timeline"]
    centre.house.sequencer("one").append_now()
    assert where_i_stand(centre) > {"applicant", "search_term", "correction", "feedback"}
    assert b"Canaria" in bodies(centre)

    answer = act(centre, number, "erase").json()
    assert answer["answer"] == f"Đã xóa dữ liệu cá nhân trong hồ sơ: {same}, {code}."
    assert where_i_stand(centre) == {"applicant"}  # the telephone of somebody else
    assert bodies(centre) == b""
    centre.house.sequencer("one").append_now()
    assert [check for check in examine(centre.house) if not check.ok] == []
    assert centre.get(f"/dossiers/{other}").json()["applicant"]["name"] == "Bà Khác"
    assert centre.get("/dossiers?q=canaria").json()["items"] == []
    assert len(centre.get(f"/dossiers/{code}").json()["timeline"]) == len(told) + 1
    assert centre.differences() == []
    [line] = centre.get("/audit?what=erased", role="admin").json()["items"]
    assert (set(line["dossiers"]), line["detail"]) == ({code, same}, number)


def test_people_go_by_themselves_once_they_were_kept_long_enough(any_centre):
    centre = any_centre
    code, _ = ended(centre)
    live = centre.a_dossier()
    centre.clock.pass_(days=500)
    asyncio.run(Tasks(centre.house, by="the night").tidy())
    assert centre.get(f"/dossiers/{code}").json()["applicant"]["name"] == ME["name"]
    centre.house.settings.people_kept_days = 600
    names = []
    for days in (99, 2):
        centre.clock.pass_(days=days)
        asyncio.run(Tasks(centre.house, by="the night").tidy())
        names.append(centre.get(f"/dossiers/{code}").json()["applicant"]["name"])

    assert names == [ME["name"], ""]
    assert where_i_stand(centre) == set()
    assert centre.get(f"/dossiers/{live}").json()["applicant"]["name"] == "Bà Hoa"
    assert centre.differences() == []
