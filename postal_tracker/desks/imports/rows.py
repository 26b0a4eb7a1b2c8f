"""What the cells of a row mean: dates as people write them, yes and no, codes and names."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, NoReturn, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic import StringConstraints as Text

from adapters.bounds import is_bearable
from postal_tracker.core import codes
from postal_tracker.core.catalogue import ApplicantKind, DataStatus, Group, Level, Online
from postal_tracker.core.journey import Channel
from postal_tracker.core.text import folded, meant
from postal_tracker.core.time_limits import Limit, read_limit
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.desks.imports.act_rows import ActRow
from postal_tracker.desks.imports.columns import Kind
from postal_tracker.desks.imports.words import (
    ApplicantKindWord,
    ChannelWord,
    GroupWord,
    LevelWord,
    NationalCode,
    OfficeCodes,
    OnlineWord,
    Papers,
    StatusWord,
    Vnd,
    moment,
    office_code,
    wrong,
)
from postal_tracker.forms import ApplicantForm, DossierForm, Form, Line, Name, Short, Word
from postal_tracker.forms.values import of_today


def _day(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return moment(text).astimezone(VIETNAM).date()
    except OverflowError:
        wrong("Không có ngày này.", "There is no such day.")


_YES = frozenset({"co", "x", "v", "1", "yes", "y", "true", "dung", "✓"})
_NO = frozenset({"khong", "k", "0", "no", "n", "false", "sai", "-"})


def _yes_or_no(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    word = folded(text[:20])
    if word not in _YES | _NO:
        wrong("Chỉ ghi “có” hoặc “không”.", "Write yes or no.")
    return word in _YES


def _limit(text: Any) -> Any:
    """Read "5", "30 ngày", "8 giờ", "trong ngày"; a spreadsheet's whole number may be "5.0"."""
    try:
        return read_limit(text) if isinstance(text, str) else text
    except ValueError:
        wrong(
            "Thời hạn phải có dạng 5 ngày làm việc, 30 ngày, 8 giờ hoặc 1 tháng.",
            "A time limit looks like 5 ngày làm việc, 30 ngày, 8 giờ or 1 tháng.",
        )


def _without_point(text: Any) -> Any:
    """Take away what other programs put behind a whole number: 912345678.0."""
    return re.sub(r"[.,]0+$", "", text) if isinstance(text, str) and _WHOLE.match(text) else text


_WHOLE = re.compile(r"\d{6,}[.,]0+$")


def _with_its_zero(text: Any) -> Any:
    """Give a telephone number its zero back: without it, it has 9 digits, a fixed line's 10."""
    number = _without_point(text)
    lost = isinstance(number, str) and re.fullmatch(r"[2-9]\d{8,9}", number)
    return f"0{number}" if lost else number


def _identity_number(text: Any) -> Any:
    number = _without_point(text)
    return codes.with_its_zeros(number.strip()) if isinstance(number, str) else number


def _procedure_code(text: Any) -> Any:
    """Complete a national code; a bare digit may be one, or a centre's own."""
    if isinstance(text, str) and len(text.strip()) == 1 and text.strip().isdecimal():
        wrong(
            "Mã chỉ có một chữ số: bảng tính có thể đã bỏ các số 0. Vui lòng ghi đủ, ví dụ "
            "2.000000, hoặc đặt mã khác, ví dụ TT-2.",
            "A code of one digit: the spreadsheet may have dropped its zeros. Write it whole, such "
            "as 2.000000, or choose another, such as TT-2.",
        )
    return (codes.national_procedure_code(text) or text) if isinstance(text, str) else text


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[date | None, BeforeValidator(_day)]
DeskPhone = Annotated[
    Short, Text(max_length=20), BeforeValidator(_with_its_zero), AfterValidator(of_today)
]
"""Of an office: service lines (1900, 113), which are no citizen's, too."""


class ApplicantRow(ApplicantForm):
    """Whose dossier a row is, with what a spreadsheet took from the numbers."""

    @field_validator("id_number", mode="before")
    @classmethod
    def _id_number(cls, text: Any) -> Any:
        return _identity_number(text)

    @field_validator("phone", mode="before")
    @classmethod
    def _phone(cls, text: Any) -> Any:
        return _without_point(text)


class DossierRow(DossierForm):
    """One row of a day's list. Needs `procedures` as context, see `procedure_names`."""

    applicant: ApplicantRow
    channel: ChannelWord = Channel.DIRECT
    applicant_kind: ApplicantKindWord = ApplicantKind.CITIZEN
    fee_vnd: Vnd = None

    @field_validator("procedure", mode="before")
    @classmethod
    def _by_code_or_name(cls, text: Any, info: ValidationInfo) -> Any:
        known: Mapping[str, str] = (info.context or {}).get("procedures", {})
        said = str(text)[:LONGEST_NAME]
        national = codes.national_procedure_code(said.strip())
        code = known.get(name_key(said), known.get(national) if national else None)
        if code is None:
            _no_such_procedure(national)
        if not code:
            wrong(
                "Có nhiều thủ tục cùng tên. Vui lòng ghi mã thủ tục.",
                "Several procedures have this name. Write the code.",
            )
        return code

    @field_validator("received_at", mode="before")
    @classmethod
    def _local(cls, text: Any) -> Any:
        return moment(text)

    @field_validator("return_by_post", mode="before")
    @classmethod
    def _said(cls, text: Any) -> Any:
        return _yes_or_no(text)


def _no_such_procedure(national: str | None) -> NoReturn:
    if national:
        wrong(
            f"Không có thủ tục {national}. Nếu bảng tính đã bỏ số 0 của mã, vui lòng định dạng cột "
            "là Văn bản (Text) rồi ghi đủ mã, ví dụ 1.005100.",
            f"There is no procedure {national}. If the spreadsheet dropped zeros, format the "
            "column as Text and write the whole code, such as 1.005100.",
        )
    wrong(
        "Không có thủ tục này. Vui lòng ghi mã hoặc đúng tên thủ tục.",
        "There is no such procedure. Write its code or its exact name.",
    )


class OfficeRow(Form):
    code: Annotated[Word, BeforeValidator(office_code)]
    name_vi: Name
    parent_code: Annotated[Short, Text(max_length=30)] = ""
    name_en: Annotated[Line, Text(max_length=200)] = ""
    address: Line = ""
    phone: DeskPhone = ""
    hours_vi: Annotated[Line, Text(max_length=200)] = ""
    hours_en: Annotated[Line, Text(max_length=200)] = ""
    valid_from: Day = None
    valid_to: Day = None
    successors: OfficeCodes = Field(default_factory=list)
    modern: YesNo = False


class AuthorityRow(Form):
    code: Word
    name_vi: Name
    name_en: Annotated[Line, Text(max_length=200)] = ""
    address: Line = ""
    phone: DeskPhone = ""
    group: GroupWord = Group.OTHER


LimitWords = Annotated[
    Limit,
    BeforeValidator(_limit),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 100,
            "examples": ["5 ngày làm việc", "30 ngày"],
            "description": "How long the authority has, with its unit.",
        }
    ),
]


class ProcedureRow(Form):
    code: Annotated[Word, BeforeValidator(_procedure_code)]
    name_vi: Line
    authority: Word
    limit: LimitWords
    name_en: Line = ""
    post_out: YesNo = True
    post_back: YesNo = True
    post_counts: YesNo = True
    national_code: NationalCode = ""
    field: Short = ""
    level: LevelWord = Level.UNKNOWN
    online: OnlineWord = Online.NONE
    direct: YesNo = True
    fee: Vnd = None
    charge: Vnd = None
    papers: Papers = Field(default_factory=list)
    data_status: StatusWord = DataStatus.OWN
    valid_from: Day = None
    valid_to: Day = None

    @model_validator(mode="after")
    def _not_backwards(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            wrong(
                "Ngày hết hiệu lực trước ngày có hiệu lực.",
                "It ceases to be valid before it is valid.",
            )
        return self


FORMS: dict[Kind, type[Form]] = {
    Kind.DOSSIERS: DossierRow,
    Kind.OFFICES: OfficeRow,
    Kind.AUTHORITIES: AuthorityRow,
    Kind.PROCEDURES: ProcedureRow,
    Kind.ACTS: ActRow,
}


LONGEST_NAME = 600
"""Characters of a procedure's name that are looked at."""


def name_key(text: str) -> str:
    """Return a name as names are compared; of what is none, nothing."""
    if not is_bearable(text):
        return ""
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
