"""Why a label cannot be printed, and what helps: in words for the clerk who wants it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from labels import Unprintable, Why
from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.problems import Invalid

WOULD_NOT_SCAN = "label-would-not-scan"

_MOST_NAMED = 5
"""Labels that one sentence names; whoever mends these hears of the next."""


@dataclass(eq=False)
class LabelsUnprintable(Invalid):
    """Some of the labels asked for cannot be printed, so none is drawn."""

    reasons: Mapping[int, Pair] = field(default_factory=dict)
    """By their places among those asked for."""

    @classmethod
    def of(cls, reasons: Mapping[int, Pair]) -> Self:
        named = list(reasons.values())[:_MOST_NAMED]
        vi, en = (" ".join(sentences) for sentences in zip(*named, strict=True))
        return cls(WOULD_NOT_SCAN, vi, en, reasons=reasons)


def reason(code: str, refused: Unprintable) -> Pair:
    """Return why the label of this code cannot be printed; of the words on it only the sign."""
    vi, en = _SENTENCES.get(refused.why, _WOULD_NOT_SCAN)
    sign = _sign_of(refused)
    return vi.format(code=code, sign=sign), en.format(code=code, sign=sign)


def _sign_of(refused: Unprintable) -> str:
    """Return the sign that cannot be printed, also as its number: not all can be seen."""
    if refused.why not in (Why.NO_SUCH_LETTER, Why.NOT_ASCII):
        return ""
    sign = next((c for c in refused.text if not c.isascii()), refused.text[:1])
    return f"“{sign}” (U+{ord(sign):04X})" if sign else ""


_SIGN = (
    "Nhãn {code} có ký hiệu không in được: {sign}. Vui lòng bỏ ký hiệu đó khỏi tên hoặc địa chỉ.",
    "Label {code} holds a sign that cannot be printed: {sign}. Take it out of the name or address.",
)
_WOULD_NOT_SCAN = (
    "Nhãn {code} máy quét sẽ không đọc được nên không in. Vui lòng báo người quản trị.",
    "Label {code} would not scan, so it is not printed. Tell the administrator.",
)

_SENTENCES: Mapping[Why, Pair] = {
    Why.NO_SUCH_LETTER: _SIGN,
    Why.NOT_ASCII: (
        "Mã {code} có ký hiệu mà mã vạch không chứa được: {sign}.",
        "Code {code} holds a sign that bars cannot carry: {sign}.",
    ),
    Why.TOO_MANY_WORDS: (
        "Nhãn {code} có quá nhiều chữ. Vui lòng chọn khổ giấy lớn hơn, hoặc rút ngắn tên, địa chỉ.",
        "Label {code} has too many words. Choose larger paper, or shorten the name or address.",
    ),
    Why.TOO_LONG: (
        "Mã trên nhãn {code} quá dài so với khổ giấy này. Vui lòng chọn khổ giấy lớn hơn.",
        "The code on label {code} is too long for this paper. Choose larger paper.",
    ),
}
