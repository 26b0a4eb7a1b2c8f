"""An administrator tells of days off; what receipts promised before stays."""

import pytest

from tests.asserting import assert_problem
from tests.web.conftest import Visitor, employ

AT = "/desk/admin/holidays"
STORM = {"date": "2026-11-26", "reason": "Nghỉ tránh bão", "source": "125/CĐ-UBND"}


def due_of(centre, code):
    return centre.get(f"/dossiers/{code}").json()["due_on"]


def test_a_day_off_counts_for_what_comes_in_later_and_not_for_what_was_promised(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    before = any_centre.a_dossier()
    promised = due_of(any_centre, before)
    any_centre.clock.pass_(minutes=5)
    assert quan.sends(AT, STORM | {"working": "no"}).status_code == 303
    after = any_centre.a_dossier(name="Ông Tư")

    assert due_of(any_centre, before) == promised
    assert due_of(any_centre, after) > promised
    told = {one["date"]: one for one in any_centre.get("/holidays").json()["items"]}
    assert told["2026-11-26"] == STORM | {"working": False, "own": True}
    assert told["2026-09-02"]["own"] is False
    quan.sends(AT, {"back": "2026-11-26"})
    again = any_centre.a_dossier(name="Ông Năm")
    assert due_of(any_centre, again) == promised
    assert any_centre.differences() == []


def test_a_clock_that_stood_goes_by_the_calendar_of_when_it_went_on(any_centre):
    code = any_centre.a_dossier()
    ask = {"act": "request_supplement", "missing": ["Giấy khám"], "reason": "Thiếu"}
    any_centre.post(f"/dossiers/{code}/acts", ask)
    any_centre.clock.pass_(hours=2)
    any_centre.post(f"/dossiers/{code}/acts", {"act": "receive_supplement"})
    due = due_of(any_centre, code)
    any_centre.clock.pass_(minutes=5)
    assert any_centre.post("/holidays", STORM, role="admin").status_code == 201

    assert any_centre.differences() == []
    assert due_of(any_centre, code) == due


def test_the_page_says_how_many_dossiers_are_due_on_a_day_off(visitor, centre):
    quan = visitor("quan")
    due = due_of(centre, centre.a_dossier())
    quan.sends(AT, STORM | {"date": due})

    assert '<span class="tag warn">1</span>' in quan.opens(AT).text


@pytest.mark.parametrize(
    "wrong", [{"date": "2026-11-20"}, {"date": "2029-01-01"}, {"date": "bão"}, {"reason": ""}]
)
def test_what_is_over_far_off_or_no_day_is_refused_beside_its_field(visitor, centre, wrong):
    refused = visitor("quan").sends(AT, STORM | wrong)

    assert refused.status_code == 422
    assert f'id="f-{next(iter(wrong))}-fault"' in refused.text
    assert_problem(centre.post("/holidays", STORM | wrong, role="admin"), 422, "invalid-form")
    assert centre.post("/holidays", STORM, role="desk").status_code == 403
