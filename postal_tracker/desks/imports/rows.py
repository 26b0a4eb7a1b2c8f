"""What the cells of a row mean: dates as people write them, yes and no, codes and names."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic import StringConstraints as Text
from pydantic_core import PydanticCustomError

from postal_tracker.core import codes
from postal_tracker.core.text import folded, meant
from postal_tracker.core.working_days import MOST_WORKING_DAYS, VIETNAM
from postal_tracker.desks.imports.columns import Kind
from postal_tracker.forms import ApplicantForm, DossierForm, Form, Line, Name, Short, Word


def _wrong(vi: str, en: str) -> NoReturn:
    raise PydanticCustomError("refused", "{en}", {"vi": vi, "en": en})


_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2})[:hg](\d{2})(?::\d{2})?)?"
)


def _moment(text: Any) -> Any:
    """Read 23/11/2026 08:30 or ISO; local time unless it says otherwise, midnight if no hour."""
    if not isinstance(text, str):
        return text
    found = _DAY_FIRST.fullmatch(text.strip())
    try:
        if found:
            day, month, year, hour, minute = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError):
        _wrong(
            "Ngày giờ phải có dạng 23/11/2026 08:30.",
            "A date and time looks like 23/11/2026 08:30.",
        )


def _day(text: Any) -> Any:
    return _moment(text).astimezone(VIETNAM).date() if isinstance(text, str) else text


_YES = frozenset({"co", "x", "v", "1", "yes", "y", "true", "dung", "✓"})
_NO = frozenset({"khong", "k", "0", "no", "n", "false", "sai", "-"})


def _yes_or_no(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    word = folded(text)
    if word not in _YES | _NO:
        _wrong("Chỉ ghi «có» hoặc «không».", "Write yes or no.")
    return word in _YES


def _unit(code: str) -> str:
    """Refuse an office code from which no dossier code can be made."""
    try:
        codes.make_dossier_code(code.strip(), date(2026, 1, 1), 1)
    except codes.BadCode:
        _wrong(
            "Mã điểm tiếp nhận phải có dạng H49.12 hoặc H49.12.03.",
            "An office code looks like H49.12 or H49.12.03.",
        )
    return code.strip()


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[date | None, BeforeValidator(_day)]
DeskPhone = Annotated[Short, Text(max_length=20)]


class ApplicantRow(ApplicantForm):
    @field_validator("id_number", mode="before")
    @classmethod
    def _with_its_zero(cls, text: Any) -> Any:
        """Give back the zero that a spreadsheet took: personal numbers have 12 digits."""
        is_short = isinstance(text, str) and len(text) == 11 and text.isdecimal()
        return f"0{text}" if is_short else text


class DossierRow(DossierForm):
    """One row of a day's list. Needs `procedures` as context, see `procedure_names`."""

    applicant: ApplicantRow

    @field_validator("procedure", mode="before")
    @classmethod
    def _by_code_or_name(cls, text: Any, info: ValidationInfo) -> Any:
        known: Mapping[str, str] = (info.context or {}).get("procedures", {})
        code = known.get(name_key(str(text)))
        if code is None:
            _wrong(
                "Không có thủ tục này. Hãy ghi mã hoặc đúng tên thủ tục.",
                "There is no such procedure. Write its code or its exact name.",
            )
        if not code:
            _wrong(
                "Có nhiều thủ tục cùng tên. Hãy ghi mã thủ tục.",
                "Several procedures have this name. Write the code.",
            )
        return code

    @field_validator("received_at", mode="before")
    @classmethod
    def _local(cls, text: Any) -> Any:
        return _moment(text)

    @field_validator("return_by_post", mode="before")
    @classmethod
    def _said(cls, text: Any) -> Any:
        return _yes_or_no(text)


class OfficeRow(Form):
    code: Annotated[Word, BeforeValidator(_unit)]
    name_vi: Name
    parent_code: Word = ""
    name_en: Name = ""
    address: Line = ""
    phone: DeskPhone = ""
    valid_from: Day = None
    valid_to: Day = None


class AuthorityRow(Form):
    code: Word
    name_vi: Name
    name_en: Name = ""
    address: Line = ""
    phone: DeskPhone = ""


class ProcedureRow(Form):
    code: Word
    name_vi: Line
    authority: Word
    working_days: Annotated[int, Field(ge=0, le=MOST_WORKING_DAYS)]
    name_en: Line = ""
    post_out: YesNo = True
    post_back: YesNo = True
    valid_from: Day = None
    valid_to: Day = None

    @model_validator(mode="after")
    def _not_backwards(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            _wrong(
                "Ngày hết hiệu lực trước ngày có hiệu lực.",
                "It ceases to be valid before it is valid.",
            )
        return self


FORMS: dict[Kind, type[Form]] = {
    Kind.DOSSIERS: DossierRow,
    Kind.OFFICES: OfficeRow,
    Kind.AUTHORITIES: AuthorityRow,
    Kind.PROCEDURES: ProcedureRow,
}


def name_key(text: str) -> str:
    return " ".join(meant(text).casefold().split())


def shaped(kind: Kind, values: Mapping[str, str]) -> dict[str, Any]:
    """Return cells as the form has them. An empty cell is not there: the form says what then."""
    if kind is not Kind.DOSSIERS:
        return dict(values)
    rest = dict(values)
    name = rest.pop("procedure_name", "")
    if name:
        rest.setdefault("procedure", name)
    applicant = {field: rest.pop(field) for field in ApplicantForm.model_fields if field in rest}
    return {**rest, "applicant": applicant}
