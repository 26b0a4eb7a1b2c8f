import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import Unprintable, Why, bars

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def by_scanner(symbol: str) -> str:
    """What an independent decoder reads: two dots to a module, quiet zones added."""
    quiet = "0" * 10
    row = bytes(0 if module == "1" else 255 for module in quiet + symbol + quiet)
    image = Image.frombytes("L", (len(row), 1), row).resize((2 * len(row), 40), 0)
    return zxingcpp.read_barcode(image, zxingcpp.BarcodeFormat.Code128).text


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("RR123456785VN", 156),
        ("H49.12-261123-0001", 211),
        ("000.00.12.H49-261123-0001", 288),
        ("LX012345675CN", 156),
        ("1234567", 90),
    ],
)
def test_the_codes_of_our_work_are_as_short_as_code_128_allows(code: str, modules: int) -> None:
    symbol = bars.modules(code)
    assert len(symbol) == modules
    assert by_scanner(symbol) == code


@pytest.mark.parametrize("code", ["99", "9999", "99999999", "99123456", "99/4A7", "9912A"])
def test_a_number_that_begins_with_99_keeps_its_first_digits(code: str) -> None:
    assert by_scanner(bars.modules(code)) == code


@given(st.text(PRINTABLE, min_size=1, max_size=40))
def test_any_printable_ascii_reads_back_as_it_was_asked(code: str) -> None:
    assert bars.read_back(bars.modules(code)) == code


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[0-9]{0,6}[A-Z0-9./-]{1,18}", fullmatch=True))
def test_a_scanner_reads_what_we_read_back(code: str) -> None:
    assert by_scanner(bars.modules(code)) == code


@given(st.text(PRINTABLE, min_size=1, max_size=12), st.data())
def test_a_symbol_with_one_module_astray_is_never_taken_for_its_code(
    code: str, data: st.DataObject
) -> None:
    symbol = bars.modules(code)
    at = data.draw(st.integers(0, len(symbol) - 1))
    flipped = "0" if symbol[at] == "1" else "1"
    assert bars.read_back(symbol[:at] + flipped + symbol[at + 1 :]) != code


@pytest.mark.parametrize("symbol", ["", "0", "1" * 30, "11000111010" * 3, bars.modules("A")[:-11]])
def test_what_is_no_whole_symbol_reads_as_nothing(symbol: str) -> None:
    assert bars.read_back(symbol) is None


def test_a_symbol_that_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The fault of python-barcode 0.16.1 itself, without our mending of it.
    monkeypatch.delattr(bars._Code128, "_try_to_optimize")
    with pytest.raises(Unprintable) as refused:
        bars.modules("99123456")
    assert refused.value.why is Why.MISREAD


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", Why.EMPTY),
        ("Hồ sơ", Why.NOT_ASCII),
        ("RR123\n", Why.NOT_ASCII),
        ("\uff11\uff12", Why.NOT_ASCII),
    ],
)
def test_a_code_that_bars_cannot_carry_is_refused(code: str, why: Why) -> None:
    with pytest.raises(Unprintable) as refused:
        bars.modules(code)
    assert (refused.value.why, refused.value.text) == (why, code)


@pytest.mark.parametrize(
    ("code", "read_aloud"),
    [
        ("RR123456785VN", "RR 123 456 785 VN"),
        ("H49.12-261123-0001", "H49.12-261123-0001"),
        ("12345678", "12 345 678"),
        ("1234567890", "1234 567 890"),
        ("VTP12345", "VTP 12 345"),
        ("AB1234", "AB 1234"),
        ("99 11", "99 11"),
    ],
)
def test_a_number_is_printed_in_groups_for_reading_aloud(code: str, read_aloud: str) -> None:
    assert bars.grouped(code) == read_aloud


@given(st.from_regex(r"[0-9A-Z]{1,30}", fullmatch=True))
def test_groups_add_nothing_but_spaces(code: str) -> None:
    assert bars.grouped(code).replace(" ", "") == code
