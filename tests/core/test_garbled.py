"""Vietnamese in encodings from before Unicode is told from every right name."""

import unicodedata

import pytest

from postal_tracker.core.garbled import garbled

NAMES = [
    "Nguyễn Văn An",
    "Trần Thị Bích",
    "Lê Minh Ánh",
    "Phạm Hồng Phúc",
    "Đặng Thùy Trang",
    "Hoàng Thị Hương",
    "Võ Trường Giang",
    "Bùi Quốc Tuấn",
    "Đỗ Hữu Lộc",
    "Huỳnh Thủy Tiên",
    "Lý Mỹ Duyên",
    "Phan Thắng",
    "Ngô Thị Nguyệt",
    "Dương Khuê",
    "Số 12 phố Hàng Bông, phường Hoàn Kiếm",
    "Thủ tục hành chính",
]

TCVN3 = {
    "Nguyễn Văn An": "NguyÔn V¨n An",
    "Trần Thị Bích": "TrÇn ThÞ BÝch",
    "Đặng Thùy Trang": "§Æng Thïy Trang",
    "Hoàng Thị Hương": "Hoµng ThÞ H­¬ng",
    "Phạm Hồng Phúc": "Ph¹m Hång Phóc",
    "Bùi Quốc Tuấn": "Bïi Quèc TuÊn",
    "Lý Mỹ Duyên": "Lý Mü Duyªn",
    "Đỗ Hữu Lộc": "§ç H÷u Léc",
    "Võ Trường Giang": "Vâ Tr­êng Giang",
    "Thủ tục hành chính": "Thñ tôc hµnh chÝnh",
    "NGUYỄN VĂN AN": "NGUYÔN V¡N AN",
    "TRẦN THỊ HOA": "TRÇN THÞ HOA",
    "PHẠM HỒNG PHÚC": "PH¹M HåNG PHóC",
    "HOÀNG": "HOµNG",
    "Bùi Hồng Thủy": "Bïi Hång Thñy",
}
"""As lists of old programs have them, read off tables of the standard by hand."""

VNI = {
    "Nguyễn Văn An": "Nguyeãn Vaên An",
    "Trần Thị Bích": "Traàn Thò Bích",
    "Lê Minh Ánh": "Leâ Minh AÙnh",
    "Phạm Hồng Phúc": "Phaïm Hoàng Phuùc",
    "Đặng Thùy Trang": "Ñaëng Thuøy Trang",
    "Hoàng Thị Hương": "Hoaøng Thò Höông",
    "Võ Trường Giang": "Voõ Tröôøng Giang",
    "Bùi Quốc Tuấn": "Buøi Quoác Tuaán",
    "Đỗ Hữu Lộc": "Ñoã Höõu Loäc",
    "Huỳnh Thủy Tiên": "Huyønh Thuûy Tieân",
    "Lý Mỹ Duyên": "Lyù Myõ Duyeân",
    "Phan Thắng": "Phan Thaéng",
    "Ngô Thị Nguyệt": "Ngoâ Thò Nguyeät",
    "NGUYỄN VĂN AN": "NGUYEÃN VAÊN AN",
    "TRẦN THỊ HOA": "TRAÀN THÒ HOA",
    "LÊ": "LEÂ",
    "Lương Hưng": "Löông Höng",
}


def misread(text: str) -> str:
    """Return UTF-8 as a program shows it that takes it for Windows-1252."""
    shown = (bytes([byte]) for byte in text.encode())
    return "".join(b.decode("cp1252", "ignore") or b.decode("latin-1") for b in shown)


@pytest.mark.parametrize("meant", TCVN3)
def test_tcvn3_is_named_with_its_font(meant):
    vi, en = garbled(TCVN3[meant])

    assert "TCVN3 (phông .VnTime)" in vi
    assert "UniKey" in vi
    assert "TCVN3" in en


@pytest.mark.parametrize("meant", VNI)
def test_vni_is_named_with_its_font(meant):
    vi, en = garbled(VNI[meant])

    assert "VNI (phông VNI-Times)" in vi
    assert "VNI" in en


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("written", [str, str.upper])
@pytest.mark.parametrize("name", NAMES)
def test_utf8_that_was_misread_is_named(name, written, form):
    shown = misread(unicodedata.normalize("NFC", written(name)))

    vi, _ = garbled(unicodedata.normalize(form, shown))

    assert "UTF-8 thành Windows-1252" in vi


@pytest.mark.parametrize(
    "text", ["Nguy?n V?n An", "Tr?n Th? Hoa", "Nguy\ufffdn", "\ufffd\ufffd Hoa"]
)
def test_letters_that_were_lost_are_named(text):
    vi, _ = garbled(text)

    assert "đã mất" in vi


RIGHT = [
    "Đoàn Hoãn",
    "Bà Hòa, Bà Hoà, Bà Hoá, Bà Hóa",
    "Thuý Thúy Thuỷ Thủy",
    "Nguyễn Thị Ngoãn",
    "Lò Văn Ông",
    "Ầm Ỷ Ỳ",
    "Y Moan Êñuôl",
    "H'Hen Niê",
    "H Bia Êban",
    "Rơ Châm Bŭt",
    "Y Thĭm Byă",
    "Ksor H'Bơ̆",
    "K'Brĕo Čil",
    "Đinh Yô",
    "Vàng A Páo",
    "Thào Mí Dình",
    "Loïc Naïm",
    "Anaïs Noël",
    "Gaël Raphaël Israël",
    "Seán Ó Briain",
    "Sinéad Ní Chonaill",
    "Lü Wei",
    "Bø Søren",
    "Björn Åse Öberg",
    "Jürgen Müller-Böhm",
    "François Lefèvre",
    "José Muñoz Peña",
    "João Conceição Simão",
    "Raúl Saúl Jaén",
    "Zoë Müller",
    "Gülşen Özil",
    "Łukasz Żółć",
    "Þór Guðmundsson",
    "Ngô «An» – “THỊ XÃ”",
    "Thị xã “UÔNG BÍ”; 12½ m²; 30°C; © 2026",
    "Trưởng phòng (Ông Ba) - ĐT?",
    "Có phải không?",
    "Ðỗ Văn Ð",
    "王小明",
    "Иван Петров",
    "",
    "Lan",
    "👩 Hoa",
]


EUROPEAN = [
    "Dö Böm",
    "Bö Lön",
    "Bö Kü",
    "Lü Bü",
    "Hü Tü Kü",
    "Mö Bä Hö",
    "Kät Bäm",
    "Säm Möt",
    "Tüm Gün",
    "Sün Gül Kön",
    "Köm Häi",
    "Thöm Phöm",
    "Bë Lë",
    "Më Rë",
    "Lång Hå",
    "Bø Hø",
    "Kåm Søn",
    "Göran Nöjd Åke Ström",
    "Jörg Schön",
    "Käthe Böll",
    "Günter Grün",
    "Ülo Tõnn",
    "Jüri Mägi",
    "Märt Põld",
    "Hélène Béart",
    "René Noé",
    "Chloé Héron",
    "Jérôme Côté",
    "Benoît Hôte",
    "Désirée Hübner",
    "Gaëtan Raës",
    "Noëlle Maës",
    "Nuño Muñoz",
    "Íñigo Sáez",
    "Inês Sá",
    "Antônio Brandão",
    "Niccolò Pisanò",
    "Pål Sæther",
    "Åse Hå",
    "Ján Šťastný",
    "Jiří Dvořák",
    "Michał Żak",
    "Ýmir Örn",
    "Ólöf Jón",
    "Tír Ní Bhán",
    "Şükrü Gül",
]
"""Names of Europe, the short ones first: each of their words could be Vietnamese in TCVN3."""


@pytest.mark.covering
@pytest.mark.parametrize("text", [*NAMES, *RIGHT, *EUROPEAN])
@pytest.mark.parametrize("written", [str, str.upper, str.lower])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_no_right_name_of_any_people_is_refused(text, written, form):
    assert garbled(unicodedata.normalize(form, written(text))) is None


SYLLABLES = [
    "ngoãn",
    "hoãn",
    "toán",
    "hoành",
    "quẩn",
    "quỳnh",
    "khuỷu",
    "nguyễn",
    "yến",
    "uyển",
    "giêng",
    "giữa",
    "gìn",
    "quốc",
    "thuở",
    "huơ",
    "boong",
    "xoong",
    "ếch",
    "huênh",
    "hoang",
    "tuế",
    "oẳn",
    "xoắn",
    "khoét",
    "ngoằn",
    "ngoèo",
    "chuyện",
    "truyện",
    "đuổi",
    "rượu",
    "hươu",
    "mừng",
    "tuyết",
    "lý",
    "mỹ",
    "ý",
    "thuỳ",
    "kỳ",
    "uỷ",
    "duy",
    "quý",
    "thuý",
    "nghiêm",
    "nghĩa",
    "phượng",
    "trương",
    "vượng",
    "chương",
    "thương",
    "dương",
    "xương",
]


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_no_vietnamese_syllable_is_taken_for_another_encoding(syllable):
    for written in (syllable, syllable.title(), syllable.upper()):
        assert garbled(f"{written} {written}") is None


@pytest.mark.parametrize(
    "text",
    [
        "12 Trần Phú · Hồng Gai",
        "Lô 3 × 5",
        "xe 5 ÷ 10 tấn",
        "« Villa » Bãi Cháy",
        "Tổ 5 ¹",
        "12 µ",
        "https://dvc.gov.vn/hs?id=5",
    ],
)
def test_a_sign_alone_is_a_sign(text):
    assert garbled(text) is None
