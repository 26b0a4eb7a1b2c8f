"""An administrator enters the numbers that a post allotted, and sees what is left."""

import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from tests.web.conftest import Visitor, employ

NUMBERS = "/desk/admin/numbers"
ALLOTTED = {"carrier": "rehearsal", "indicator": "ee", "country": "VN"}
ALLOTTED |= {"first_serial": "01234567", "last_serial": "01234599"}


def test_a_range_is_entered_with_its_check_digits_shown_and_written_down(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    made = quan.sends(NUMBERS, ALLOTTED)
    page = quan.opens(NUMBERS).text

    assert made.headers["location"] == NUMBERS
    assert "EE012345675VN" in page
    assert "EE012345998VN" in page
    assert ">33</td>" in page
    told = any_centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="settings")))
    assert [(e.who, e.detail) for e in told.items] == [
        ("staff:1", "numbers EE 1234567 to 1234599 added")
    ]


def test_the_same_range_is_entered_once(visitor):
    quan = visitor("quan")
    quan.sends(NUMBERS, ALLOTTED)

    assert quan.sends(NUMBERS, ALLOTTED).status_code == 409
    assert quan.opens(NUMBERS).text.count("EE012345675VN") == 2  # first, and next


@pytest.mark.parametrize(
    "wrong", [{"carrier": "none"}, {"indicator": "E1"}, {"first_serial": "9999999999"},
              {"first_serial": "²"}, {"last_serial": "1"}, {"last_serial": ""}]
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(visitor, wrong):
    quan = visitor("quan")
    answer = quan.sends(NUMBERS, ALLOTTED | wrong)

    assert answer.status_code == 422
    assert f'id="f-{next(iter(wrong))}-fault"' in answer.text
