"""A later date is promised with an apology; the first one is never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from postal_tracker.desks import correcting
from postal_tracker.forms import CorrectionForm
from tests.asserting import counted_as_due

FIRST = "2026-12-01T10:00:00Z"
LATER, LAST = "2026-12-08T17:00:00+07:00", "2026-12-15T11:30:00+07:00"
WHY = {"reason": "Phải xác minh ở tỉnh khác", "signed_by": "Trưởng phòng Mẫu"}


def act(centre, code, act, **rest):
    return centre.post(f"/dossiers/{code}/acts", {"act": act, **rest})


def strike(centre, code, entry):
    return act(centre, code, "strike_out", entry=entry).json()


def promises(centre, code):
    """Return the numbers of the entries that promise a date, in the order of time."""
    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
    return [e["entry"] for e in timeline if e["what"] == "extended"]


def extend(centre, code, until=LATER, **rest):
    return act(centre, code, "extend", **{"new_due_at": until, **WHY, **rest})


def dates(told):
    return told["first_due_at"], told["due_at"], told["due_on"]


def test_the_new_date_holds_and_the_first_one_stays(any_centre):
    code = any_centre.a_dossier()
    told = extend(any_centre, code).json()

    assert dates(told) == (FIRST, "2026-12-08T10:00:00Z", "2026-12-08")
    [said] = [e for e in told["timeline"] if e["what"] == "extended"]
    assert said["due_at"] == "2026-12-08T10:00:00Z"
    assert said["details"] == WHY
    assert told["stage"] == "with_office"
    assert counted_as_due(any_centre) == {"2026-12-08": 1}
    assert any_centre.differences() == []


def test_it_may_be_extended_more_than_once_and_each_is_taken_back_alone(any_centre):
    code = any_centre.a_dossier()
    extend(any_centre, code)
    any_centre.clock.pass_(days=1)
    assert dates(extend(any_centre, code, LAST).json()) == (
        FIRST, "2026-12-15T04:30:00Z", "2026-12-15"
    )  # fmt: skip
    first, second = promises(any_centre, code)
    assert dates(strike(any_centre, code, second))[1] == "2026-12-08T10:00:00Z"

    assert dates(strike(any_centre, code, first)) == (FIRST, FIRST, "2026-12-01")
    assert counted_as_due(any_centre) == {"2026-12-01": 1}


def test_what_is_told_late_takes_its_place_in_time(any_centre):
    """The last promise holds, whichever was typed in last."""
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=3)
    extend(any_centre, code, LATER)
    at = any_centre.clock() - timedelta(days=1)
    told = extend(any_centre, code, LAST, at=at.isoformat()).json()

    assert dates(told)[1] == "2026-12-08T10:00:00Z"


def test_it_is_late_only_after_the_new_date(any_centre):
    code = any_centre.a_dossier()
    extend(any_centre, code)
    any_centre.clock.pass_(days=10)
    assert any_centre.get(f"/dossiers/{code}").json()["overdue"] is False
    any_centre.clock.pass_(days=8)

    assert any_centre.get(f"/dossiers/{code}").json()["overdue"] is True
    [late] = any_centre.get("/reports/overdue", role="manager").json()["items"]
    assert (late["code"], late["due_on"]) == (code, "2026-12-08")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"signed_by": " "}, "signed_by"),
        ({"new_due_at": None}, "new_due_at"),
        ({"new_due_at": FIRST}, "new_due_at"),
        ({"new_due_at": "2026-11-25T17:00:00+07:00"}, "new_due_at"),
    ],
)
def test_what_lacks_is_named_and_nothing_is_kept(centre, values, field):
    code = centre.a_dossier()
    refused = extend(centre, code, **values)

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    assert dates(centre.get(f"/dossiers/{code}").json())[1] == FIRST


def test_a_date_that_has_passed_is_no_promise(centre):
    code = centre.a_dossier()
    centre.clock.pass_(days=30)

    assert extend(centre, code).status_code == 422


def test_what_is_with_the_post_is_counted_under_its_new_day(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=2)
    any_centre.tell(any_centre.an_event(number, "accepted"))
    extend(any_centre, code)

    assert counted_as_due(any_centre) == {"2026-12-08": 1}
    assert any_centre.differences() == []


@pytest.mark.parametrize("over", ["result_ready", "collected", "cancelled"])
def test_where_nothing_is_owed_nothing_is_extended(centre, over):
    code = centre.a_dossier()
    centre.clock.pass_(hours=1)
    assert act(centre, code, over).status_code == 200
    centre.clock.pass_(hours=1)
    refused = extend(centre, code)

    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/not-at-this-stage"


def test_a_citizen_hears_the_new_date_and_that_it_was_another(any_centre):
    code = any_centre.a_dossier()
    lookup = any_centre.get(f"/dossiers/{code}").json()["lookup_code"]
    extend(any_centre, code)
    proof = {"code": lookup, "phone_last4": "5678"}
    told = any_centre.client.post("/api/v1/track", json=proof).json()

    assert (told["first_due_on"], told["due_on"]) == ("2026-12-01", "2026-12-08")
    assert WHY["reason"] not in str(told)
    assert WHY["signed_by"] not in str(told)


@pytest.mark.parametrize(
    ("said", "stage"), [("withdraw", "cancelled"), ("hand_over_result", "collected")]
)
def test_an_act_may_be_called_as_the_law_calls_it(centre, said, stage):
    code = centre.a_dossier()
    centre.clock.pass_(hours=1)

    assert act(centre, code, said, reason="Người nộp đề nghị").json()["stage"] == stage


WRONG = {
    "another date": "due_at = '2027-01-01 10:00:00'",
    "another day": "due_on = '2027-01-01'",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_copy_that_says_another_date_than_was_promised_is_found_and_mended(any_centre, wrong):
    code, untouched = any_centre.a_dossier(), any_centre.a_dossier()
    extend(any_centre, code)
    promised = dates(any_centre.get(f"/dossiers/{code}").json())
    change = f"UPDATE dossier SET {WRONG[wrong]} WHERE id = 1"
    any_centre.database.write_now(lambda s: s.connection().execute(text(change)))
    assert any_centre.differences() == ["dossier 1"]
    any_centre.mend()

    assert any_centre.differences() == []
    assert dates(any_centre.get(f"/dossiers/{code}").json()) == promised
    assert dates(any_centre.get(f"/dossiers/{untouched}").json())[1] == FIRST


def test_a_promise_outlives_a_correction_of_the_procedure(any_centre):
    """The receipt's date is another then; what was promised with an apology still holds."""
    code = any_centre.a_dossier()
    extend(any_centre, code, LAST)
    form = CorrectionForm(procedure="DD-01", reason="chọn nhầm thủ tục")
    any_centre.clock.pass_(minutes=1)
    any_centre.database.write_now(
        lambda s: correcting.correct(
            s, code, form, versions=None, by=any_centre.lan,
            calendar=any_centre.house.calendar, now=any_centre.clock(),
        )
    )  # fmt: skip
    told = any_centre.get(f"/dossiers/{code}").json()

    assert dates(told) == ("2026-12-08T10:00:00Z", "2026-12-15T04:30:00Z", "2026-12-15")
    assert counted_as_due(any_centre) == {"2026-12-15": 1}
    assert any_centre.differences() == []
