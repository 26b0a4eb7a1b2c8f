"""What the cells of the catalogue mean: words of fixed lists, sums of money, lists in one cell."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from postal_tracker.core import codes
from postal_tracker.core.bilingual_terms import (
    APPLICANT_KINDS,
    CHANNELS,
    DATA_STATUSES,
    GROUPS,
    LEVELS,
    ONLINE_LEVELS,
    Pair,
)
from postal_tracker.core.catalogue import ApplicantKind, DataStatus, Group, Level, Online
from postal_tracker.core.journey import Channel
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.forms import Line


def wrong(vi: str, en: str) -> NoReturn:
    raise PydanticCustomError("refused", "{en}", {"vi": vi, "en": en})


_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2})[:hg](\d{2})(?::\d{2})?)?"
)


def moment(text: Any) -> Any:
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
        wrong(
            "Ngày giờ phải có dạng 23/11/2026 08:30.",
            "A date and time looks like 23/11/2026 08:30.",
        )


def reader(words: Mapping[Any, Pair], *others: tuple[str, str]) -> Callable[[Any], Any]:
    """Return what reads one of a list's words: in Vietnamese, English or the API's own."""
    known = {folded(said): term for term, pair in words.items() for said in (*pair, term) if said}
    known |= {folded(said): term for said, term in others}
    named = tuple(", ".join(pair[n] for pair in words.values() if pair[n]) for n in (0, 1))

    def read(text: Any) -> Any:
        if not isinstance(text, str) or text in words:
            return text
        found = known.get(" ".join(folded(text[:60]).split()))
        if found is None:
            wrong(f"Chỉ ghi một trong: {named[0]}.", f"Write one of: {named[1]}.")
        return found

    return read


def _reader(words: Mapping[Any, Pair], *others: tuple[str, str]) -> BeforeValidator:
    return BeforeValidator(reader(words, *others))


GroupWord = Annotated[Group, _reader(GROUPS)]
LevelWord = Annotated[
    Level,
    _reader(
        LEVELS,
        ("", Level.UNKNOWN),
        ("Bộ", Level.MINISTRY),
        ("Tỉnh", Level.PROVINCE),
        ("Huyện", Level.DISTRICT),
        ("Thành phố", Level.DISTRICT),
        ("Xã", Level.COMMUNE),
        ("Phường", Level.COMMUNE),
    ),
]
OnlineWord = Annotated[
    Online,
    _reader(
        ONLINE_LEVELS,
        ("Không", Online.NONE),
        ("Cung cấp thông tin", Online.INFORMATION),
        ("Dịch vụ công trực tuyến toàn trình", Online.FULL),
        ("Dịch vụ công trực tuyến một phần", Online.PARTIAL),
    ),
]
ChannelWord = Annotated[
    Channel,
    _reader(CHANNELS, ("BCCI", Channel.POSTAL), ("Bưu chính", Channel.POSTAL)),
]
ApplicantKindWord = Annotated[
    ApplicantKind,
    _reader(
        APPLICANT_KINDS,
        ("Cá nhân", ApplicantKind.CITIZEN),
        ("Người dân", ApplicantKind.CITIZEN),
        ("Tổ chức", ApplicantKind.OTHER),
    ),
]
StatusWord = Annotated[DataStatus, _reader(DATA_STATUSES)]


MOST_VND = 10**12

_FREE = frozenset({"khong", "mien phi", "khong thu", "khong co", "free", "none", "-"})
_SUM = re.compile(r"(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,]0+)?\s*(?:d|dong|vnd|₫)?(?:\s*/.*)?")


def vnd(text: str) -> int | None:
    """Return how many đồng "135.000 đồng", "miễn phí" or "8000" are; None for anything else."""
    plain = " ".join(folded(text[:60]).split())
    found = _SUM.fullmatch(plain)
    if plain in _FREE or not found:
        return 0 if plain in _FREE else None
    return int(re.sub(r"\D", "", found[1]))


def vnd_of(text: Any) -> Any:
    """Read a sum for a form; refuse what is none."""
    found = vnd(text) if isinstance(text, str) else text
    if found is None and isinstance(text, str):
        wrong("Số tiền phải là số đồng, ví dụ 135.000.", "A sum is in VND, such as 135,000.")
    return found


Vnd = Annotated[Annotated[int, Field(ge=0, le=MOST_VND)] | None, BeforeValidator(vnd_of)]

MOST_PAPERS = 60


def lines(text: Any) -> Any:
    """Take a list in one cell apart: a line each, or with semicolons between."""
    if not isinstance(text, str):
        return text
    return [line for part in re.split(r"[;\r\n]+", text) if (line := part.strip(" -+•\t"))]


Papers = Annotated[list[Line], BeforeValidator(lines), Field(max_length=MOST_PAPERS)]


def office_code(code: Any) -> Any:
    """Refuse an office code from which no dossier code can be made."""
    if not isinstance(code, str):
        return code
    try:
        codes.make_dossier_code(code.strip(), date(2026, 1, 1), 1)
    except codes.BadCode:
        wrong(
            "Mã điểm tiếp nhận phải có dạng H49.12 hoặc H49.12.03.",
            "An office code looks like H49.12 or H49.12.03.",
        )
    return code.strip()


def _codes(text: Any) -> Any:
    return re.split(r"[,;\s]+", text.strip(" ,;")) if isinstance(text, str) else text


OfficeCodes = Annotated[
    list[Annotated[str, AfterValidator(office_code)]],
    BeforeValidator(_codes),
    Field(max_length=30),
]


def national_code(text: Any) -> Any:
    """Complete what a spreadsheet took from a national code; refuse what is none."""
    whole = codes.national_procedure_code(text.strip()) if isinstance(text, str) else text
    if text and not whole:
        wrong("Mã quốc gia phải có dạng 1.005129.", "A national code looks like 1.005129.")
    return whole or text


NationalCode = Annotated[str, BeforeValidator(national_code), Field(max_length=20)]
