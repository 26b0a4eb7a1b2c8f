"""Letters and invented names of the peoples of Vietnam, and names that try what can go wrong."""

import unicodedata
from itertools import product

from tests.labels.vietnamese import TONES, VIETNAMESE

_BREVES = "ă ĕ ê̆ ĭ ŏ ô̆ ơ̆ ŭ ư̆"

# Ê Đê and Gia Rai as their alphabets are taught (38 and 40 letters). Of the others the letters that
# their names and books show, with breve, grave and tilde on any vowel: more rather than fewer.
OWN_LETTERS = {
    "Ê Đê": f"{_BREVES} ƀ č ñ j w â đ",
    "Gia Rai": f"{_BREVES} ƀ č ñ j w â đ ê ô ơ ư",
    "Ba Na": f"{_BREVES} â̆ ƀ č ñ đ ĕ̀ ŏ̀ ŭ̀ ơ̆̀",
    "Cơ Ho": f"{_BREVES} â̆ ƀ đ ñ ĕ̀ ŏ̀ ŭ̀ ĭ̀ ờ ồ",
    "Mnông": f"{_BREVES} â̆ ƀ č đ ñ",
    "Xơ Đăng": f"{_BREVES} â̆ ƀ đ ñ ẽ ĩ õ ũ ễ ỗ ỡ ữ ã ẫ",
    "Cơ Tu": f"{_BREVES} â̆ ƀ đ ñ é í ó ú á",
    "Bru - Vân Kiều": f"{_BREVES} â̆ ƀ đ ñ ŏ̂ o̐",
    "Xtiêng": f"{_BREVES} â̆ ƀ đ ñ ǎ ě ǐ ǒ ǔ",
    "Hmông": "đ ê ô ơ ư ă â ñ č",
    "Tày, Nùng": "ă â đ ê ô ơ ư f j w z",
    "Chăm": "â ă ê ô ơ ư ñ ĕ ŭ ā ī ū ṅ ñ ṇ ṃ ḥ ś ṣ ǎ ɓ ɗ ŋ",
}

NAMES = {
    "Ê Đê": """
        H'Ƀlăm Niê Kđăm | H’Čuôr Mlô Duôn Du | Y Ñuĕ Êƀan | H'Ŭt Êñuôl | Y Wăng Hđơ̆k
        H\u02bcDĭm Ƀyă | Y Čô̆ Ayŭn | H’Ê̆ Kpă Ƀuôr | Y Ư̆ Hwing | H'Ơ̆m Adrơ̆ng | Y Ƀhiăo Mjâo""",
    "Gia Rai": """
        Rơ Châm H'Ƀyơ̆k | Siu Ơ̆č | Ksor Hƀơ̆r | Rmah Ƀlơ̆i | Nay Đŭk | Rah Lan Čŭk | Rcŏm Pơ̆l
        Puih Ê̆k | Rơ Mah Kŏ̆k | Ksor Ñơ̆ | Siu Hluĭ""",
    "Ba Na": """
        Đinh Kơ̆l | Bă Ƀlêng | Yă Đŏng | A Nŭk | Y Ƀơ̆ | Đinh Ê̆nh | A Ƀiŭ | Y Ñŏng
        Đinh Hŭng Krơ̆ng""",
    "Cơ Ho": """
        K'Brơ̆i | Ka Sră Hƀiăng | Cil Mŭp Ƀôn | K'Ñhŏp | Lơ Mu Hă Ƀi | Bon Krơ̆ng K'Đŏng | Ka Ƀĕo
        Kơ̆ Să K'Tĕm""",
    "Mnông": """
        Y Ƀơng Ê̆ng | H'Ƀơ̆ng Ñŏ | Điểu Krŭ | Y Mƀiêng Ƀu Đăng | Thị Ñơ̆ | Điểu Ƀlŏng | H’Ñăng Bƀu""",
    "Xơ Đăng": "A Dơ̆ng | Y Hô̆n | A Rôn Ô̆ng | Y Tê̆ | A Ƀrŏi | Y Ƀlei Rơ̆ | A Xơ̆n Hrê̆",
    "Cơ Tu": """
        Alăng Nhơ̆ | Bh'riu Pơ̆ | Zơ Râm Ƀương | Arất Blŭi | Pơloong Ê̆nh | Cơ Lâu Nhĭm | Ating Hŏ""",
    "Hmông": "Giàng A Phảo | Vàng Thị Mỷ | Thào Seo Sùng | Lầu Y Tỏng | Mùa A Sấu | Sùng Thị Đrâu",
    "Chu Ru, Raglai, Chăm": """
        Ya Ƀŭrr | Ma Wêl Ƀlơ̆ | Mấu Thị Ƀích Phăn | Pi Năng Ŭ
        Đàng Năng Ƀrăih | Thành Ŭng Kadhar""",
    "Bru - Vân Kiều, Tà Ôi": "Hồ Văn Kŭi | Hồ Thị Ơ̆m | Hồ A Ƀrê̆ | Kê Sửu Ŏl",
    "Xtiêng, Giẻ Triêng": "Điểu Ŏt | Thị Ƀrơ̆m | A Ŏi | Y Blơ̆",
    "Khơ Me, Hoa": "Thạch Sa Rươne | Sơn Thị Khươne | Lý Chấn Ửng",
    "Thái, Tày, Nùng": "Lò Văn Ọi | Cầm Thị Ỏm | Quàng Văn Ún | Nông Thị Ịt",
    "Kinh": "Nguyễn Thị Ngọc Ẩn | Đặng Văn Đức | Trần Đình Ẵm | LÊ THỊ Ỷ | Phùng Quỹ Ỡm",
}
"""Separated by bars and lines. All are made up; families' names are common ones."""

HOSTILE = [
    unicodedata.normalize("NFD", "Đỗ Thị Ngọc Ẩn Ƀŏ̆"),
    "Ðặng Thị Ðiệp",
    "Bà\u200b H\u00ado\u2060a",
    "\ufeffLê\u200d Thị\u200e Ẩn",
    "Phan \u202eThị\u202c Hoa",
    "Vũ \u2066Thị\u2069 Ẩn\ufe0f",
    "Trần\u00a0Thị\u3000Hoa",
    "Ông %_\\ Hoa",
    "Bà <script>alert(1)</script>",
    "Ông ^XZ~JA^FD Hoa",
    "Ông (\\) Tj ET \\000",
    "Ông \"Ba\" & Cô 'Tư'",
    "=HYPERLINK(1) Hoa",
    "{{ 7*7 }} ${HOME} %s",
    "Sigurður Friðriksson",
    "Анна Сергеевна Йорк",
    "Ελένη Παπαδοπούλου",
    "Łucja Çelik Œuvrard Ğ",
    "Ậ̆n Ẫ̆m Ệ̆t Ợ̆p",
    "Công ty Ƀơ̆ng {0}",
]


def names(people: str) -> list[str]:
    return [name.strip() for line in NAMES[people].split("\n") for name in line.split("|") if line]


def own_letters(people: str) -> list[str]:
    """Small and capital."""
    small = [unicodedata.normalize("NFC", letter) for letter in OWN_LETTERS[people].split()]
    return [*small, *dict.fromkeys(unicodedata.normalize("NFC", each.upper()) for each in small)]


def stacks() -> list[str]:
    """Every Vietnamese letter and ƀ, č, ñ, ĕ and so on, with every mark that these peoples use."""
    bases = [*VIETNAMESE, *"bcdghjklmnpqrstvwxzBCDGHJKLMNPQRSTVWXZ", *"ƀɃčČñÑĕĔĭĬŏŎŭŬǎǍ"]
    marks = [*TONES[1:], "\u0302", "\u0306", "\u030c", "\u0304", "\u0307", "\u0308", "\u0331"]
    return [unicodedata.normalize("NFC", base + mark) for base, mark in product(bases, marks)]
