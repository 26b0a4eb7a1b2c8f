"""Letters that people type: in every field the same signs go, and the same are refused."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from postal_tracker.access.fields import checked_name, normal_username
from postal_tracker.core.problems import Invalid
from postal_tracker.desks.imports.columns import Kind, columns_of
from postal_tracker.forms import (
    ApplicantForm,
    DossierForm,
    EventForm,
    RecipientForm,
    SignatureForm,
)

EVENT = {
    "id": "e1",
    "tracking_number": "EB123456785VN",
    "milestone": "delivery_failed",
    "happened_at": "2026-11-23T08:00:00+07:00",
}
Taking = Callable[[str], str]
FIELDS: dict[str, Taking] = {
    "name": lambda text: ApplicantForm(name=text).name,
    "address": lambda text: ApplicantForm(name="A", address=text).address,
    "ward": lambda text: ApplicantForm(name="A", ward=text).ward,
    "province": lambda text: ApplicantForm(name="A", province=text).province,
    "note": lambda text: (
        DossierForm(procedure="A", applicant=ApplicantForm(name="A"), note=text).note
    ),
    "recipient": lambda text: RecipientForm(name=text).name,
    "recipient's address": lambda text: RecipientForm(name="A", address=text).address,
    "signed by": lambda text: SignatureForm(signed_by=text).signed_by,
    "place": lambda text: EventForm(**EVENT, place=text).place,
    "reason": lambda text: EventForm(**EVENT, reason=text).reason,
    "courier's note": lambda text: EventForm(**EVENT, note=text).note,
    "staff": checked_name,
}
TYPED = {
    "\ufeffĐình Ẩn": "Đình Ẩn",
    "Đình\u200b Ẩ\u00adn": "Đình Ẩn",
    "\u202aĐình\u202e Ẩn\u202c": "Đình Ẩn",
    "\u2067Đình Ẩn\u2069\ufe0f": "Đình Ẩn",
    "Đình Ẩn\U000e0041\U000e007f": "Đình Ẩn",
    "Ðình Ẩn, ðường Ðô": "Đình Ẩn, đường Đô",
    "Y Ƀơ\u0306 Ê\u0306": "Y Ƀơ̆ Ê̆",
}
REFUSED = (
    "Đình\ue000",
    "\U000f1234Ẩn",
    "Đ\ufdd0ình",
    "Đình\uffff",
    "Đ\ufffdnh",
    "E" + 5 * "\u0302",
)


@pytest.mark.parametrize("typed", TYPED, ids=ascii)
@pytest.mark.parametrize("field", FIELDS)
def test_in_every_field_text_is_kept_as_it_was_meant(field: str, typed: str) -> None:
    assert FIELDS[field](typed) == TYPED[typed]


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
@pytest.mark.parametrize("field", FIELDS)
def test_in_no_field_a_letter_is_left_out_in_silence(field: str, typed: str) -> None:
    with pytest.raises((ValidationError, Invalid)):
        FIELDS[field](typed)


def test_whoever_typed_a_private_letter_is_told_what_to_do(centre) -> None:
    form = {"procedure": "GPLX-01", "applicant": {"name": "Siu \ue123"}}
    told = {
        lang: centre.post("/dossiers", form, headers={"accept-language": lang}).json()["errors"]
        for lang in ("vi", "en")
    }
    assert [each[0]["field"] for each in told.values()] == ["applicant.name"] * 2
    assert "Vui lòng gõ lại" in told["vi"][0]["detail"]
    assert "Type it anew" in told["en"][0]["detail"]


def test_a_search_takes_the_same_letters(any_centre) -> None:
    code = any_centre.a_dossier(name="Trần Ðình Ẩn")
    for asked in (
        *("Đình", "Ðình", "ðình", "dinh", "\u200bĐì\u00adnh\ufeff"),
        *(f"\ufeff{code.lower()}", f"{code[:9]}\u200b{code[9:]}\u2060"),
    ):
        items = any_centre.get("/dossiers", params={"q": asked}).json()["items"]
        assert [item["code"] for item in items] == [code], asked


def test_headings_of_a_list_may_have_the_same_letters() -> None:
    found = columns_of(
        Kind.DOSSIERS, ["\ufeffHọ\u200b tên", "Th\u00adủ tục", "Ðiện thoại", "Ðịa chỉ"]
    )
    assert list(found) == ["name", "procedure", "phone", "address"]


@pytest.mark.parametrize("typed", ["\u200blan", "lan\ufeff", "l\u2060an", "\uff2c\uff21\uff2e"])
def test_a_username_copied_out_of_a_chat_is_the_username(typed: str) -> None:
    assert normal_username(typed) == "lan"


def test_a_telephone_number_copied_out_of_an_address_book_is_one() -> None:
    form = ApplicantForm(name="A", phone="\u202d0912 345 678\u202c", email="a@example.vn\u200b")
    assert (form.phone, form.email) == ("+84912345678", "a@example.vn")
