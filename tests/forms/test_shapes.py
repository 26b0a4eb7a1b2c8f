"""What a form takes, and what it tells those who write programs that it takes."""

import pytest
from pydantic import ValidationError

from adapters.event import Reason
from postal_tracker.forms import EventForm

FAILED = {
    "id": "e1",
    "tracking_number": "EB123456785VN",
    "milestone": "delivery_failed",
    "happened_at": "2026-11-23T08:00:00+07:00",
}


@pytest.mark.parametrize("reason", [*Reason, "Chó dữ, không vào được", ""])
def test_a_courier_may_give_a_reason_in_the_posts_words_or_in_his_own(reason):
    assert EventForm(**FAILED, reason=reason).reason == reason


def test_a_reason_that_is_a_novel_is_refused():
    with pytest.raises(ValidationError):
        EventForm(**FAILED, reason="x" * 201)


def test_programs_are_told_the_posts_words_for_a_reason():
    told = EventForm.model_json_schema()["properties"]["reason"]["anyOf"]

    assert told[0]["enum"] == [reason.value for reason in Reason]
    assert told[1] == {"type": "string", "maxLength": 200}
