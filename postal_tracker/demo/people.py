"""Citizens who do not exist: common names put together by lot, telephone numbers nobody has."""

from dataclasses import dataclass
from random import Random

from postal_tracker.forms import ApplicantForm

NOTE = "Hồ sơ mẫu của trung tâm diễn tập; người nộp không có thật."

_FAMILIES = {
    "Nguyễn": 38,
    "Trần": 12,
    "Lê": 9,
    "Phạm": 8,
    "Vũ": 6,
    "Hoàng": 5,
    "Bùi": 4,
    "Đỗ": 4,
    "Đặng": 3,
    "Ngô": 2,
    "Dương": 2,
    "Đinh": 2,
    "Lương": 1,
    "Tô": 1,
}


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


_WOMEN = (
    _names("Thị, Thị Thu, Thị Ngọc, Thu, Thanh, Ngọc, Thị Bích, Khánh"),
    _names("Hoa, Hằng, Hương, Lan, Loan, Mai, Ngà, Nhung, Oanh, Quyên, Thảo, Thủy, Trang, Yến"),
)
_MEN = (
    _names("Văn, Đức, Minh, Quang, Hữu, Xuân, Đình, Mạnh, Tiến"),
    _names("An, Bình, Cường, Dũng, Đạt, Hải, Hiếu, Hùng, Khoa, Long, Nam, Quân, Sơn, Tùng, Việt"),
)
_MOBILE = ("091", "098", "097", "035", "036", "032", "086", "070", "077", "083", "058")
_WARDS = {
    "Phường Uông Bí": 5,
    "Phường Vàng Danh": 3,
    "Phường Yên Tử": 2,
    "Phường Đông Triều": 1,
    "Phường Quảng Yên": 1,
}
PROVINCE = "Tỉnh Quảng Ninh"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who hands a dossier in."""

    form: ApplicantForm
    wants_it_by_post: bool


def invent(chance: Random, n: int) -> Person:
    """Return the n-th person. The number's seven last digits begin with four zeros: a sample."""
    middles, givens = chance.choice((_WOMEN, _MEN))
    family = chance.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
    serial = n % 1000
    form = ApplicantForm(
        name=f"{family} {chance.choice(middles)} {chance.choice(givens)}",
        phone=f"{_MOBILE[n // 1000 % len(_MOBILE)]}0000{serial:03d}",
        address=f"Tổ {chance.randint(1, 12)}, khu {chance.randint(1, 9)}",
        ward=chance.choices(list(_WARDS), list(_WARDS.values()))[0],
        province=PROVINCE,
    )
    return Person(form, wants_it_by_post=chance.random() < 0.45)
