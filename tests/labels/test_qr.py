import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import Unprintable, Why, qr


def by_phone(rows: tuple[str, ...]) -> zxingcpp.Barcode:
    side = len(rows)
    pixels = bytes(0 if module == "1" else 255 for row in rows for module in row)
    image = Image.frombytes("L", (side, side), pixels).resize((4 * side, 4 * side), 0)
    page = Image.new("L", (4 * side + 32, 4 * side + 32), 255)
    page.paste(image, (16, 16))
    return zxingcpp.read_barcode(page, zxingcpp.BarcodeFormat.QRCode)


@settings(max_examples=40, deadline=None)
@given(st.from_regex(r"https://[a-z]{3,20}\.vn/t/[0-9A-Z-]{1,60}", fullmatch=True))
def test_a_phone_reads_the_address_back(address: str) -> None:
    assert by_phone(qr.modules(address)).text == address


def test_the_symbol_is_square_at_level_m_and_no_larger_than_needed() -> None:
    rows = qr.modules("https://hoso.example.vn/t/7KQ4-XM2P-9D")
    assert {len(row) for row in rows} == {len(rows)} == {29}
    assert by_phone(rows).ec_level == "M"


def test_vietnamese_words_survive_in_it_too() -> None:
    assert by_phone(qr.modules("Hồ sơ của bạn")).text == "Hồ sơ của bạn"


@pytest.mark.parametrize(("text", "why"), [("", Why.EMPTY), ("a" * 3000, Why.TOO_LONG)])
def test_nothing_and_too_much_are_refused(text: str, why: Why) -> None:
    with pytest.raises(Unprintable) as refused:
        qr.modules(text)
    assert refused.value.why is why


def test_a_symbol_spoilt_beyond_repair_is_not_taken_for_its_text() -> None:
    address = "https://hoso.example.vn/t/7KQ4-XM2P-9D"
    rows = qr.modules(address)
    picture = np.full((len(rows) + 8, len(rows) + 8), 255, np.uint8)
    picture[4:-4, 4:-4] = [[0 if module == "1" else 255 for module in row] for row in rows]
    assert qr.read_back(picture) == address
    picture[12:-12, 12:-12] ^= 255
    assert qr.read_back(picture) is None


def test_a_symbol_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    create = zxingcpp.create_barcode
    monkeypatch.setattr(zxingcpp, "create_barcode", lambda _, *a, **kw: create("sai", *a, **kw))
    with pytest.raises(Unprintable) as refused:
        qr.modules("https://hoso.example.vn/t/7KQ4-XM2P-9D")
    assert refused.value.why is Why.MISREAD
