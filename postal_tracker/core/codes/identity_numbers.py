"""Identity numbers of Vietnam, and the zeros that a spreadsheet takes from them.

A personal number (số định danh cá nhân, on the CCCD) has 12 digits: three for the province or
country of birth, one for century and sex, two for the year of birth, six by chance (Decree
137/2015/NĐ-CP art. 13; the provinces' codes: Circular 59/2021/TT-BCA, annex). An old identity
card (CMND) has 9.
"""

import re

from postal_tracker.core.codes.cleaning import BadCode

_PROVINCES = (
    "001|002|004|006|008|010|011|012|014|015|017|019|020|022|024|025|026|027|030|031|033|034|035|"
    "036|037|038|040|042|044|045|046|048|049|051|052|054|056|058|060|062|064|066|067|068|070|072|"
    "074|075|077|079|080|082|083|084|086|087|089|091|092|093|094|095|096"
)
_WITH_ZEROS = re.compile(rf"(?:{_PROVINCES})[0-3]\d{{8}}")
"""A personal number that begins with a zero: of somebody born in Vietnam since 1900."""


def with_its_zeros(text: str) -> str:
    """Return an identity number with the zeros that a numeric cell took from it.

    Only where one answer is possible; anything else comes back as it is.
    """
    restored = text.rjust(12, "0")
    return restored if len(text) in (10, 11) and _WITH_ZEROS.fullmatch(restored) else text


def refuse_partial(number: str) -> None:
    """Raise BadCode for a row of digits that is neither a CMND nor a personal number.

    What a person or program left out is not known: whole numbers that it may be are offered only.
    """
    if not (number.isascii() and number.isdecimal()) or len(number) in (9, 12):
        return
    whole = with_its_zeros(number)
    vi, en = ("", "") if whole == number else (f" Có phải {whole}?", f" Is it {whole}?")
    raise BadCode(
        f"Số giấy tờ này có {len(number)} chữ số; CMND có 9, CCCD có 12.{vi} Vui lòng ghi đủ, cả "
        "các số 0 ở đầu; nếu lấy từ bảng tính, vui lòng định dạng cột là Văn bản (Text) trước.",
        f"This number has {len(number)} digits; a CMND has 9, a CCCD 12.{en} Write it whole, with "
        "the zeros in front; if it comes from a spreadsheet, format its column as Text first.",
    )
