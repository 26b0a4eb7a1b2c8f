"""What a form takes, and what it tells those who write programs that it takes."""

import pytest
from pydantic import ValidationError

from adapters.event import Reason
from postal_tracker.forms import (
    ApplicantCorrection,
    ApplicantForm,
    EventForm,
    RecipientForm,
    shapes,
)

FAILED = {
    "id": "e1",
    "tracking_number": "EB123456785VN",
    "milestone": "delivery_failed",
    "happened_at": "2026-11-23T08:00:00+07:00",
}


OLD = [
    ("01681234567", "0381234567"),
    ("+84 123 456 7890", "0834567890"),
    ("1991234567", "0591234567"),
]
FORMS_WITH_A_TELEPHONE = [ApplicantForm, ApplicantCorrection, RecipientForm]


@pytest.mark.parametrize("form", FORMS_WITH_A_TELEPHONE)
@pytest.mark.parametrize(("old", "new"), OLD)
def test_wherever_a_telephone_is_entered_an_old_mobile_is_offered_its_new_number(form, old, new):
    with pytest.raises(ValidationError, match=f"now it is {new}"):
        form(name="Bà Hoa", phone=old)


def test_no_other_form_has_a_telephone():
    forms = {form for form in vars(shapes).values() if isinstance(form, type)}
    with_one = {form for form in forms if "phone" in getattr(form, "model_fields", {})}

    assert with_one == set(FORMS_WITH_A_TELEPHONE)


@pytest.mark.parametrize("form", [ApplicantForm, ApplicantCorrection])
@pytest.mark.parametrize(
    ("number", "offered"),
    [
        ("1085012345", "Is it 001085012345?"),
        ("22199001234", "Is it 022199001234?"),
        ("3085012345", ""),
        ("0010850123", ""),
        ("00108501234", ""),
        ("12345678", ""),
        ("1234567890123", ""),
    ],
)
def test_an_identity_number_of_too_few_digits_is_refused_with_what_it_may_be(form, number, offered):
    with pytest.raises(ValidationError) as refused:
        form(name="Bà Hoa", id_number=number)

    assert offered in str(refused.value)
    assert ("Is it" in str(refused.value)) is bool(offered)
    assert f"has {len(number)} digits" in str(refused.value)


@pytest.mark.parametrize(
    "number", ["001085012345", "127199001234", "012345678", "B1234567", "12345678A", ""]
)
def test_a_whole_identity_number_or_a_passports_is_taken(number):
    assert ApplicantForm(name="Bà Hoa", id_number=number).id_number == number


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
