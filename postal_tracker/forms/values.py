"""Kinds of values that forms hold: cleaned, bounded, refused in words if they cannot be right.

Every string is NFC, bounded, and free of control and invisible signs; every time is aware.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from adapters.bounds import LONGEST_TEXT, is_bearable
from adapters.s10 import S10_PATTERN
from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.core.garbled import garbled
from postal_tracker.core.text import fault, meant


def _wrong(vi: str, en: str) -> NoReturn:
    raise PydanticCustomError("refused", "{en}", {"vi": vi, "en": en})


NOWHERE = (
    "Nhận kết quả qua bưu chính thì phải có địa chỉ. Vui lòng nhập địa chỉ.",
    "A result that comes by post needs an address. Enter it.",
)


def refuse_nowhere(by_post: bool, *address: str) -> None:
    """Refuse a form that has the result come by post if no part of an address says where to."""
    if by_post and not any(address):
        told = {"vi": NOWHERE[0], "en": NOWHERE[1], "at": "applicant.address"}
        raise PydanticCustomError("refused", "{en}", told)


def _plain(value: Any) -> Any:
    """Return text as people mean it, see `core/text.py`; refuse what no repair gives back."""
    if not isinstance(value, str):
        return value
    _refuse_unbearable(value)
    if why := fault(value):
        _wrong(*why)
    text = meant(value).strip()
    if not text.isprintable() and any(_is_control(c) for c in text):
        _wrong("Có ký tự không đọc được.", "It holds characters that cannot be read.")
    if codes.is_identity_card(text):
        _wrong(*(wedge.SWITCH if codes.is_changed_card(text) else codes.CARD_REFUSED))
    return text


def _refuse_unbearable(text: str) -> None:
    if not is_bearable(text):
        _wrong(
            f"Dài quá {LONGEST_TEXT} ký tự, hoặc một chữ có quá nhiều dấu. Vui lòng viết ngắn lại.",
            f"Longer than {LONGEST_TEXT} characters, or too many marks on a letter. Shorten it.",
        )


def _is_control(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


CLEAN = BeforeValidator(lambda value: _one_line(_plain(value)))
"""One line of text."""


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        _refuse_unbearable(value)
        if told := garbled(value):
            _wrong(*told)
    return value


READABLE = BeforeValidator(_readable)
"""No text in an encoding from before Unicode: names, addresses and titles of all kinds."""


def bounded(longest: int, shortest: int = 0) -> StringConstraints:
    return StringConstraints(min_length=shortest, max_length=longest)


def told_as(words: Iterable[str], *, others: int = 0) -> WithJsonSchema:
    """Name the words of a text to those who write programs; what is refused is said elsewhere.

    `others`: how long a text in words of one's own may be, where such a text is taken too.
    """
    told: dict[str, Any] = {"type": "string", "enum": list(words)}
    own_words = {"type": "string", "maxLength": others}
    return WithJsonSchema({"anyOf": [told, own_words]} if others else told)


_NEW_PREFIX = {
    **{f"16{n}": f"3{n}" for n in range(2, 10)},
    **{"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"},
    **{"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"},
    **{"186": "56", "188": "58", "199": "59"},
}
"""What became of eleven-digit mobiles from 15/09 to 14/11/2018, each by its operator: Viettel
016x, MobiFone and VinaPhone 012x, Vietnamobile 018x, Gmobile 0199; seven digits stay."""

_OLD_MOBILE = re.compile(r"(?:\+?84|0)?(1[2689]\d)(\d{7})")


def of_today(text: str) -> str:
    """Return a telephone number of whatever kind, unless it is a mobile's of before 2018."""
    found = _OLD_MOBILE.fullmatch(re.sub(r"[\s.()-]", "", text))
    if found and found[1] in _NEW_PREFIX:
        new = f"0{_NEW_PREFIX[found[1]]}{found[2]}"
        _wrong(
            f"Số 11 chữ số này đã đổi năm 2018, nay là {new}. Vui lòng ghi số mới.",
            f"This number of eleven digits changed in 2018; now it is {new}. Write the new one.",
        )
    return text


def _phone(text: str) -> str:
    """Return E.164. Lines that cannot take a message (1800, 1900) are no citizen's phone."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(of_today(text), "VN")
    except phonenumbers.NumberParseException:
        number = None
    personal = (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if (
        number is None
        or not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in personal
    ):
        _wrong("Số điện thoại không đúng.", "This is no telephone number.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError:
        _wrong("Địa chỉ email không đúng.", "This is no e-mail address.")


def _id_number(text: str) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isalnum() and 6 <= len(text) <= 20):
        _wrong("Số giấy tờ gồm 6 đến 20 chữ và số.", "An identity number has 6 to 20 characters.")
    try:
        codes.refuse_partial(text)
    except codes.BadCode as bad:
        _wrong(bad.vi, bad.en)
    return text.upper()


def _code_with(read: Any) -> AfterValidator:
    def checked(text: str) -> str:
        if not text:
            return text
        try:
            return str(read(_restored(text)))
        except codes.BadCode as bad:
            _wrong(*(wedge.SWITCH if wedge.is_changed(text) else (bad.vi, bad.en)))

    return AfterValidator(checked)


def _restored(text: str) -> str:
    """Return what a scanner typed before the keyboard changed it, where that is certain."""
    answers = codes.restored(codes.one_line(text)) if wedge.is_changed(text) else ()
    return answers[0].code if len(answers) == 1 else text


def _of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:
        _wrong("Năm phải từ 2000 đến 2100.", "The year must be 2000 to 2100.")
    return moment.astimezone(UTC)


def _reading(text: str) -> str:
    """Return a tracking number as the record has it; an S10 must be one that a post can give."""
    number = codes.normal_number(text)
    if S10_PATTERN.fullmatch(number):
        codes.refuse_impossible(codes.parse_s10(number))
    return number


Name = Annotated[str, bounded(200, 1), CLEAN, READABLE]
Word = Annotated[str, bounded(30, 1), CLEAN]
Short = Annotated[str, bounded(100), CLEAN, READABLE]
Line = Annotated[str, bounded(300), CLEAN, READABLE]
Address = Annotated[str, bounded(600), CLEAN, READABLE]
Note = Annotated[str, bounded(1000), BeforeValidator(_plain)]
Told = Annotated[str, bounded(2000), BeforeValidator(_plain), READABLE]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
DossierCodeText = Annotated[str, bounded(60), CLEAN, _code_with(codes.DossierCode.parse)]
TrackingNumber = Annotated[str, bounded(80), CLEAN, _code_with(_reading)]
AnyNumber = Annotated[str, bounded(80, 1), CLEAN, _code_with(codes.normal_number)]
"""A number to look for: it may be of a parcel made before its check digit was checked."""
Phone = Annotated[str, bounded(30), CLEAN, AfterValidator(_phone)]
Email = Annotated[str, bounded(254), CLEAN, AfterValidator(_email)]
IdNumber = Annotated[str, bounded(20), CLEAN, AfterValidator(_id_number)]
