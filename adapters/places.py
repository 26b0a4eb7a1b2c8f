"""Where a scan was made, without the people whom carriers name beside it.

Carriers write an office's or a postman's telephone number into the place, his name, now and then
the street of a recipient: "Bưu cục X - Hà Nội, 0330 000 000, 131003, THỊ TRẤN Y", "BC X - 0240 000
0000 - bưu tá A 0910 000 000", "(ÐT:02703834180)" (seen in public reports of what they send; high).
Citizens and couriers read places, and the ledger keeps them for good, so that none of it may stay.
A post code has six digits at most and stays; a run of eight digits is a telephone, however written.
"""

import re

_IN_BRACKETS = re.compile(r"\s*\([^()]*\d[\d. -]{6,}[^()]*\)?")
_BETWEEN_DIGITS = r"(?:[\s.()/\u2010-\u2015_·-]{0,3}|,)"
_NAMED = r"(?:đt|ðt|đtdđ|sđt|dđ|tel|phone|mobile|hotline|điện thoại|liên hệ|lh)[\s.:]*"
_TELEPHONE = re.compile(rf"(?:{_NAMED})?[+(]*\d(?:{_BETWEEN_DIGITS}\d){{7,}}\)?", re.IGNORECASE)
_TO_THE_END_OF_ITS_PART = r"[^,;()\-–—]*"
_PERSON = re.compile(
    r"\b(?:bưu tá|nhân viên|nvbc|nv|shipper|người (?:nhận|gửi|phát))\b"
    rf"\s*[:.]?\s+\w{_TO_THE_END_OF_ITS_PART}",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:^|(?<=[,;(\-–—])|(?<=[,;(\-–—] ))"
    r"(?:số\s+(?:nhà\s+)?\d|\d+\w?(?:/\d+\w?)*\s+(?:đường|phố|ngõ|hẻm|ngách|kiệt)\b"
    rf"|(?:ngõ|hẻm|ngách|kiệt)\s+\d){_TO_THE_END_OF_ITS_PART}",
    re.IGNORECASE,
)
_NOTHING_BETWEEN = re.compile(r"\(\s*[,;:.\-–—]*\s*\)|(?<=[,;:\-–—])\s*[,;:\-–—]+")


def without_people(told: str) -> str:
    """Return what is left of a place without telephone numbers, persons and streets; "" if nothing.

    A street is known by its number or lane ("số 7 đường …", "ngõ 12 …"), a person by what he does
    ("bưu tá …"): Bà Rịa and Anh Sơn are towns.
    """
    if not any(map(str.isdigit, told)) and not _PERSON.search(told):
        return told  # as most are
    left = _STREET.sub("", _PERSON.sub("", _IN_BRACKETS.sub("", told)))
    left = _TELEPHONE.sub(" ", left)  # last, or it would take a street's number and leave its name
    if left == told:
        return told
    return " ".join(_NOTHING_BETWEEN.sub("", left).split()).strip(" ,;:./-–—(").replace(" ,", ",")
