"""The forms of the one-stop law, by the day: which number and title each has had since when.

2018: Circular 01/2018/TT-VPCP, which guides Decree 61/2018/NĐ-CP. 2025: annex I of Circular
03/2025/TT-VPCP of 15 September 2025, which guides Decree 118/2025/NĐ-CP; titles and numbers alone
are known of it. Its layout was not read, nor the day on which it took effect: the forms follow the
layout of 2018, and the new titles hold from the day of its signature. A further edition is a
further entry of `EDITIONS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labels.papers.strips import Pair


class Form(StrEnum):
    """A form, by what it is for; its number changes."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    REGISTER = "register"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a form."""

    title: Pair
    number: str
    """ "Mẫu số 02, Thông tư số 03/2025/TT-VPCP"; empty of what the edition has no form for."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The forms of one circular."""

    since: date
    circular: str
    forms: Mapping[Form, tuple[str, Pair]]
    """Number and title."""


_RECEIPT = Pair(
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "Receipt of a dossier, and appointment for its result",
)
_SUPPLEMENT = Pair("PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Request to complete a dossier")
_STOP = Pair("THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Notice that a dossier is no longer dealt with")
_CONTROL = Pair(
    "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Control slip: how a dossier was dealt with"
)
_REGISTER = Pair("SỔ THEO DÕI HỒ SƠ", "Register of dossiers")
_EVALUATION = Pair(
    "PHIẾU ĐÁNH GIÁ VIỆC GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "Evaluation of how we dealt with you"
)

EDITIONS = (
    Edition(
        date(2018, 11, 23),
        "Thông tư số 01/2018/TT-VPCP",
        {
            Form.RECEIPT: ("01", _RECEIPT),
            Form.SUPPLEMENT: ("02", _SUPPLEMENT),
            Form.REFUSAL: (
                "03",
                Pair("PHIẾU TỪ CHỐI GIẢI QUYẾT, TIẾP NHẬN HỒ SƠ", "Dossier not accepted"),
            ),
            Form.APOLOGY: (
                "04",
                Pair(
                    "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
                    "Apology, and a new day for the result",
                ),
            ),
            Form.STOP: ("", _STOP),
            Form.CONTROL: ("05", _CONTROL),
            Form.REGISTER: ("06", _REGISTER),
            Form.EVALUATION: ("", _EVALUATION),
        },
    ),
    Edition(
        date(2025, 9, 15),
        "Thông tư số 03/2025/TT-VPCP",
        {
            Form.RECEIPT: ("01", _RECEIPT),
            Form.SUPPLEMENT: ("02", _SUPPLEMENT),
            Form.REFUSAL: (
                "03",
                Pair("PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Dossier not accepted"),
            ),
            Form.APOLOGY: (
                "04",
                Pair(
                    "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
                    "Apology, and request for more time",
                ),
            ),
            Form.STOP: ("05", _STOP),
            Form.CONTROL: ("06", _CONTROL),
            Form.REGISTER: ("07", _REGISTER),
            Form.EVALUATION: ("", _EVALUATION),
        },
    ),
)


def heading(form: Form, on: date) -> Heading:
    """Return what stood over a form on a day; before the first edition, what that one says."""
    in_force = [each for each in EDITIONS if each.since <= on] or [EDITIONS[0]]
    number, title = in_force[-1].forms[form]
    return Heading(title, f"Mẫu số {number}, {in_force[-1].circular}" if number else "")
