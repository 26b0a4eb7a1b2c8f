"""What people and programs may send us: shapes, bounds, and what is wrong with them in words.

Shared by pages, the JSON API and the import of lists. Every string is NFC, bounded, and free of
control characters; every time is aware; every list has a length.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from adapters.event import Milestone
from adapters.s10 import S10_PATTERN
from postal_tracker.core import codes
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import FieldFault, Invalid


def _wrong(vi: str, en: str) -> NoReturn:
    raise PydanticCustomError("refused", "{en}", {"vi": vi, "en": en})


def _plain(value: Any) -> Any:
    """Return text as people mean it: composed letters (NFC), no control characters at all."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).strip()
    if not text.isprintable() and any(_is_control(c) for c in text):
        _wrong("Có ký tự không đọc được.", "It holds characters that cannot be read.")
    return text


def _is_control(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


_CLEAN = BeforeValidator(lambda value: _one_line(_plain(value)))


def _long(longest: int, shortest: int = 0) -> StringConstraints:
    return StringConstraints(min_length=shortest, max_length=longest)


def _phone(text: str) -> str:
    """Return E.164. Lines that cannot take a message (1800, 1900) are no citizen's phone."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "VN")
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
        _wrong("Địa chỉ thư điện tử không đúng.", "This is no e-mail address.")


def _id_number(text: str) -> str:
    if text and not (text.isascii() and text.isalnum() and 6 <= len(text) <= 20):
        _wrong("Số giấy tờ gồm 6 đến 20 chữ và số.", "An identity number has 6 to 20 characters.")
    return text.upper()


def _code_with(read: Any) -> AfterValidator:
    def checked(text: str) -> str:
        if not text:
            return text
        try:
            return str(read(text))
        except codes.BadCode as bad:
            _wrong(bad.vi, bad.en)

    return AfterValidator(checked)


def _of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:
        _wrong("Năm phải từ 2000 đến 2100.", "The year must be 2000 to 2100.")
    return moment.astimezone(UTC)


def _reading(text: str) -> str:
    """Return a tracking number as the record has it; an S10's check digit must be right."""
    number = codes.normal_number(text)
    if S10_PATTERN.fullmatch(number):
        codes.parse_s10(number)
    return number


Name = Annotated[str, _long(200, 1), _CLEAN]
Word = Annotated[str, _long(30, 1), _CLEAN]
Short = Annotated[str, _long(100), _CLEAN]
Line = Annotated[str, _long(300), _CLEAN]
Address = Annotated[str, _long(600), _CLEAN]
Note = Annotated[str, _long(1000), BeforeValidator(_plain)]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
DossierCodeText = Annotated[str, _long(60), _CLEAN, _code_with(codes.DossierCode.parse)]
TrackingNumber = Annotated[str, _long(80), _CLEAN, _code_with(_reading)]
AnyNumber = Annotated[str, _long(80, 1), _CLEAN, _code_with(codes.normal_number)]
"""A number to look for: it may be of a parcel made before its check digit was checked."""
Phone = Annotated[str, _long(30), _CLEAN, AfterValidator(_phone)]


class Form(BaseModel):
    """Something sent to us. Unknown fields are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApplicantForm(Form):
    name: Name
    phone: Phone = ""
    email: Annotated[str, _long(254), _CLEAN, AfterValidator(_email)] = ""
    id_number: Annotated[str, _long(20), _CLEAN, AfterValidator(_id_number)] = ""
    address: Line = ""
    ward: Short = ""
    province: Short = ""


class DossierForm(Form):
    procedure: Word
    applicant: ApplicantForm
    code: DossierCodeText = ""
    office: Short = ""
    received_at: Moment | None = None
    return_by_post: bool = False
    note: Note = ""


class RecipientForm(Form):
    name: Name
    phone: Phone = ""
    address: Address = ""


class ParcelForm(Form):
    carrier: Word
    direction: Direction
    dossiers: Annotated[list[DossierCodeText], Field(min_length=1, max_length=60)]
    tracking_number: TrackingNumber = ""
    recipient: RecipientForm | None = None


class HandoverForm(Form):
    carrier: Word
    parcels: Annotated[list[AnyNumber], Field(min_length=1, max_length=500)]


class SignatureForm(Form):
    signed_by: Annotated[str, _long(120, 1), _CLEAN]
    at: Moment | None = None


class ActForm(Form):
    act: Literal[
        "result_ready", "received_back", "collected", "cancelled", "taken_out", "strike_out"
    ]
    at: Moment | None = None
    entry: Annotated[int, Field(ge=1, le=2**53)] | None = None
    """Which entry of the timeline a strike_out takes back."""
    note: Note = ""


class ScanForm(Form):
    code: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    office: Short = ""
    act: Short = ""


class EventForm(Form):
    """What a courier or a portal reports of one parcel."""

    id: Annotated[str, _long(100, 1), _CLEAN]
    tracking_number: AnyNumber
    milestone: Milestone
    happened_at: Moment
    place: Annotated[str, _long(200), _CLEAN] = ""
    reason: Annotated[str, _long(200), _CLEAN] = ""
    note: Note = ""


class EventsForm(Form):
    events: Annotated[list[EventForm], Field(min_length=1, max_length=1000)]


class LooseEventsForm(Form):
    """The same, when at least one event is wrong: each is then judged by itself."""

    events: Annotated[list[Any], Field(min_length=1, max_length=1000)]


class TrackForm(Form):
    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    phone_last4: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


WithoutHome = Literal["unread", "unclaimed", "conflicting"]
"""What may have become of a carrier's message that found no home."""


class ReadAgainForm(Form):
    """Which messages to read again; all that have no home, if nothing is said."""

    state: WithoutHome | None = None
    carrier: Annotated[str, Field(max_length=30)] = ""
    cursor: Annotated[int, Field(ge=0, le=2**53)] = 0
    """Only those behind this one: the last answer's `next_cursor`."""


class LabelsForm(Form):
    parcels: Annotated[list[AnyNumber], Field(max_length=500)] = []
    dossiers: Annotated[list[DossierCodeText], Field(max_length=500)] = []
    media: Short = ""
    """Unless told, what lies in the office's browser printer; else A6."""
    format: Short = "pdf"
    skip: Annotated[int, Field(ge=0, le=100)] = 0


FormT = TypeVar("FormT", bound=BaseModel)


def read_as(kind: type[FormT], values: Mapping[str, Any]) -> FormT:
    """Judge values by a form. Raises Invalid."""
    try:
        return kind.model_validate(values)
    except ValidationError as fault:
        raise invalid(fault.errors()) from None


# What is wrong, in words


_SENTENCES = {
    "missing": ("Chưa có thông tin này.", "This is missing."),
    "extra_forbidden": ("Không có trường này.", "There is no such field."),
    "string_too_short": ("Chưa có thông tin này.", "This is missing."),
    "string_too_long": ("Dài quá {max_length} ký tự.", "Longer than {max_length} characters."),
    "string_pattern_mismatch": ("Không đúng dạng.", "Not in the right form."),
    "too_short": ("Cần ít nhất {min_length}.", "At least {min_length} is needed."),
    "too_long": ("Nhiều quá {max_length}.", "More than {max_length}."),
    "enum": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "literal_error": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "timezone_aware": (
        "Thời điểm phải kèm múi giờ, ví dụ 2026-11-23T08:00:00+07:00.",
        "A time needs its zone, such as 2026-11-23T08:00:00+07:00.",
    ),
    "datetime_from_date_parsing": ("Thời điểm không đúng.", "This is no date and time."),
    "datetime_parsing": ("Thời điểm không đúng.", "This is no date and time."),
    "greater_than_equal": ("Nhỏ nhất là {ge}.", "At least {ge}."),
    "less_than_equal": ("Lớn nhất là {le}.", "At most {le}."),
    "json_invalid": (
        "Không đọc được nội dung: cần một đối tượng JSON (UTF-8), mỗi khóa một lần.",
        "The body is no JSON object in UTF-8 in which each key stands once.",
    ),
    "value_error": ("Không đúng dạng.", "Not in the right form."),
}


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[FieldFault]:
    """Turn pydantic's errors into sentences; what was sent is never repeated."""
    return [_fault(error) for error in errors]


def _fault(error: Mapping[str, Any]) -> FieldFault:
    where = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path"))
    where = "" if error["type"] == "json_invalid" else where[:200]
    context = error.get("ctx") or {}
    if error["type"] == "refused":
        return FieldFault(where, context["vi"], context["en"])
    vi, en = _SENTENCES.get(error["type"], ("Không đúng.", "This is not right."))
    return FieldFault(where, vi.format_map(context), en.format_map(context))


def invalid(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Return the problem of a form that cannot be right, field by field."""
    return Invalid(
        "invalid-form",
        "Có thông tin chưa đúng. Hãy xem lại các mục được nêu.",
        "Something sent is not right. See the fields named.",
        faults=faults_of(errors),
    )


def field_invalid(field: str, vi: str, en: str) -> Invalid:
    """Return the problem of one field that only the record can judge."""
    return Invalid("invalid-form", vi, en, faults=[FieldFault(field, vi, en)])
