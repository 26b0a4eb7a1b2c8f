"""What is wrong with a form, in words: pydantic's errors as sentences in two languages."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from postal_tracker.core.problems import FieldFault, Invalid

_SENTENCES = {
    "missing": ("Vui lòng điền mục này.", "Fill this in."),
    "extra_forbidden": ("Không có trường này.", "There is no such field."),
    "string_too_short": ("Vui lòng điền mục này.", "Fill this in."),
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


_MISSING = {
    "procedure": ("Vui lòng chọn thủ tục.", "Choose a procedure."),
    "applicant.name": ("Vui lòng nhập họ và tên.", "Enter the full name."),
}
"""What most often is: said by its name, in a page and to a program."""


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[FieldFault]:
    """Turn pydantic's errors into sentences; what was sent is never repeated.

    But for a telephone number's present form, which whoever wrote the old one needs. No more than
    `MOST_FAULTS` are told: who sent ten thousand wrong things mends the first ones first.
    """
    return [_fault(error) for error in islice(errors, MOST_FAULTS)]


MOST_FAULTS = 50


_PLACES = ("body", "query", "path", "header")


def _fault(error: Mapping[str, Any]) -> FieldFault:
    where = ".".join(str(part) for part in error["loc"] if part not in _PLACES)
    where = "" if error["type"] == "json_invalid" else where[:200]
    context = error.get("ctx") or {}
    if error["type"] == "refused":  # of a form as a whole it says which field mends it
        return FieldFault(context.get("at", where), context["vi"], context["en"])
    vi, en = _SENTENCES.get(error["type"], ("Không đúng.", "This is not right."))
    if (vi, en) == _SENTENCES["missing"]:
        vi, en = _MISSING.get(where, (vi, en))
    return FieldFault(where, vi.format_map(context), en.format_map(context))


def invalid(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Return the problem of a form that cannot be right, field by field."""
    return Invalid(
        "invalid-form",
        "Có thông tin chưa đúng. Vui lòng kiểm tra lại các mục được nêu.",
        "Something sent is not right. Check the fields named.",
        faults=faults_of(errors),
    )


def field_invalid(field: str, vi: str, en: str) -> Invalid:
    """Return the problem of one field that only the record can judge."""
    return Invalid("invalid-form", vi, en, faults=[FieldFault(field, vi, en)])


FormT = TypeVar("FormT", bound=BaseModel)


def read_as(kind: type[FormT], values: Mapping[str, Any]) -> FormT:
    """Judge values by a form. Raises Invalid."""
    try:
        return kind.model_validate(values)
    except ValidationError as fault:
        raise invalid(fault.errors()) from None
