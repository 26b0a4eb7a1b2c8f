"""The codes that travel with papers, as they are made, printed, scanned and typed back."""

import pickle
import random
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.s10 import is_s10
from postal_tracker.core.codes import (
    BadCode,
    DossierCode,
    Scanned,
    accept_forms,
    make_dossier_code,
    make_handover_number,
    make_s10,
    new_lookup_code,
    normal_number,
    parse_s10,
    read_handover_number,
    read_lookup_code,
    read_scan,
    s10_check_digit,
    show_lookup_code,
)

TODAY = date(2026, 11, 23)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
serials = st.integers(1, 9999)
lookup_codes = st.binary(min_size=8, max_size=8).map(lambda eight: new_lookup_code(lambda _: eight))


def refused(read, *given_to_it):
    with pytest.raises(BadCode) as caught:
        read(*given_to_it)
    return caught.value


# Dossier codes


@pytest.mark.parametrize(
    ("written", "unit", "serial"),
    [
        ("000.00.12.H49-261123-0001", "000.00.12.H49", 1),  # Circular 01/2018
        ("H49-261123-0001", "H49", 1),  # Decision 20/2020
        ("H49.12-261123-9999", "H49.12", 9999),
        ("H49.12.05-261123-0042", "H49.12.05", 42),
        ("G01.899.506.000-261123-0012", "G01.899.506.000", 12),  # the police
        ("G22.99-261123-000012", "G22.99", 12),  # the national portal, six digits
        ("G09.20-20261123-0092637", "G09.20", 92637),  # a ministry's portal, 2026
        ("H49.12-20261123-0001", "H49.12", 1),
    ],
)
def test_every_form_of_dossier_code_in_use_is_read_and_written_back_alike(written, unit, serial):
    code = DossierCode.parse(written)

    assert (code.unit, code.received_on, code.serial) == (unit, TODAY, serial)
    assert str(code) == written


@pytest.mark.parametrize(
    "read",
    [
        "h49.12-261123-0001",
        "  H49.12-261123-0001\r\n",
        "H49.12 - 261123 - 0001",
        "H49.12\u00a0-261123-0001",  # a no-break space
        "]C0H49.12-261123-0001\t",
        "]C1h49.12-261123-0001",
        "]Q1H49.12-261123-0001",
        "Ｈ４９．１２－２６１１２３－０００１",  # noqa: RUF001 - a full-width keyboard
        "H49.12–261123—0001",  # a word processor's dashes
        "\ufeffH49.12-261123-\u200b0001",  # copied out of a chat
    ],
)
def test_a_dossier_code_is_read_however_it_was_typed_or_scanned(read):
    assert str(DossierCode.parse(read)) == "H49.12-261123-0001"


@pytest.mark.parametrize(
    "read",
    [
        "",
        "   ",
        "]C0",
        "H49.12-261123-001",
        "H49.12-261123-00000001",
        "H49.12-2611230001",
        "49.12-261123-0001",
        "H49.12-261123-0001\nH49.12-261123-0002",
        "H49.12-261123-0001\x00",
        "H49.12-261123-\u0660\u0660\u0660\u0661",  # digits, but not ours
        "H49.12-261123-0001" + " " * 600,
        "Hồ sơ số 1",
    ],
)
def test_what_is_not_a_dossier_code_is_refused(read):
    refused(DossierCode.parse, read)


@pytest.mark.parametrize("yymmdd", ["261131", "260229", "261301", "260000"])
def test_a_dossier_cannot_be_received_on_a_day_that_never_was(yymmdd):
    assert "date" in refused(DossierCode.parse, f"H49.12-{yymmdd}-0001").en


def test_a_leap_day_is_a_day():
    assert DossierCode.parse("H49.12-280229-0001").received_on == date(2028, 2, 29)


@given(st.sampled_from(["H49", "H49.12", "000.00.12.H49", "G01.899.506.000"]), days, serials)
def test_a_dossier_code_we_make_reads_back_as_it_was_made(unit, day, serial):
    code = make_dossier_code(unit, day, serial)

    assert DossierCode.parse(str(code)) == code == DossierCode(unit, day, serial)


@pytest.mark.parametrize("serial", [-1, 0, 10_000])
def test_a_unit_receives_at_most_9999_dossiers_a_day(serial):
    assert "9999" in refused(make_dossier_code, "H49.12", TODAY, serial).vi


@pytest.mark.parametrize("unit", ["", "49", "H49.1", "H49.12-261123-0001", "Uông Bí"])
def test_no_dossier_code_is_made_for_a_unit_that_cannot_be(unit):
    refused(make_dossier_code, unit, TODAY, 1)


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_dossier_code_has_no_room_for_another_century(year):
    refused(make_dossier_code, "H49.12", date(year, 1, 1), 1)


def test_a_moment_given_for_a_day_still_makes_a_code_with_a_day():
    code = make_dossier_code("H49.12", datetime(2026, 11, 23, 9, 30), 1)  # noqa: DTZ001 - of no zone

    assert code.received_on == TODAY
    assert type(code.received_on) is date


@pytest.fixture
def a_circular_to_come():
    pattern = r"(?P<unit>QN[0-9]{3})-(?P<day>[0-9]{6})-(?P<serial>[0-9]{5})"
    accept_forms({date(2026, 11, 24): pattern})
    yield
    accept_forms({})


def test_another_form_of_dossier_code_is_read_from_its_day_on(a_circular_to_come):
    code = DossierCode.parse("qn012-261124-00007")

    assert (code.unit, code.received_on, code.serial) == ("QN012", date(2026, 11, 24), 7)
    assert str(code) == "QN012-261124-00007"
    assert read_scan("QN012-261124-00007") == Scanned("dossier", "QN012-261124-00007")
    refused(DossierCode.parse, "QN012-261123-00007")
    assert read_scan("QN012-261123-00007").kind != "dossier"
    assert str(DossierCode.parse("H49.12-261125-0001")) == "H49.12-261125-0001"


def test_without_the_setting_it_is_none():
    refused(DossierCode.parse, "QN012-261124-00007")


# Handover numbers


@given(days, serials)
def test_a_handover_number_reads_back_as_it_was_made(day, serial):
    number = make_handover_number(day, serial)

    assert read_handover_number(f"]C0{number.lower()}\r") == number
    assert read_scan(number) == Scanned("handover", number)


def test_a_handover_number_is_bang_ke_day_and_serial():
    assert make_handover_number(TODAY, 1) == "BK-261123-0001"


@pytest.mark.parametrize("number", ["BK-261323-0001", "BK-261123-1", "BB-261123-0001", "BK"])
def test_a_handover_number_that_cannot_be_is_refused(number):
    refused(read_handover_number, number)


@pytest.mark.parametrize("serial", [0, 10_000])
def test_there_are_at_most_9999_handovers_a_day(serial):
    refused(make_handover_number, TODAY, serial)


# UPU S10


@pytest.mark.parametrize(
    ("serial", "digit"),
    [
        ("12345678", 5),
        (12345678, 5),
        ("47312482", 9),
        (0, 5),  # remainder 0: 11 becomes 5
        (1, 4),
        (8, 0),  # 56 = 5 x 11 + 1: 10 becomes 0
        (99_999_999, 5),
    ],
)
def test_the_check_digit_is_the_standards(serial, digit):
    assert s10_check_digit(serial) == digit


@pytest.mark.parametrize(
    "serial", [-1, 100_000_000, "1234567", "123456789", "1234567x", "\uff11" * 8]
)
def test_a_check_digit_needs_eight_digits(serial):
    refused(s10_check_digit, serial)


@given(st.integers(0, 99_999_999))
def test_one_wrong_digit_in_an_s10_number_is_noticed_as_far_as_the_standard_can(serial):
    number = make_s10("EE", serial)
    slips = [
        number[:place] + digit + number[place + 1 :]
        for place in range(2, 11)
        for digit in set("0123456789") - {number[place]}
    ]

    assert is_s10(number)
    # Remainders 0 and 6 share the check digit 5, and the standard lives with it.
    assert number[10] == "5" or not any(map(is_s10, slips))


def test_a_made_s10_number_tells_its_parts_again():
    item = parse_s10(make_s10("RR", 12345678))

    assert (item.indicator, item.serial, item.country) == ("RR", 12345678, "VN")
    assert str(item) == "RR123456785VN"
    assert not item.is_reserved


@pytest.mark.parametrize("letter", "JKSTW")
def test_service_indicators_the_upu_keeps_back_are_reported_but_never_made(letter):
    assert parse_s10(f"{letter}A123456785VN").is_reserved
    assert "UPU" in refused(make_s10, f"{letter}A", 12345678).en


@pytest.mark.parametrize(
    ("indicator", "serial", "country"),
    [("E", 1, "VN"), ("E1", 1, "VN"), ("EEE", 1, "VN"), ("EE", -1, "VN"), ("EE", 10**8, "VN"),
     ("EE", 1, "V"), ("EE", 1, "84"), ("ÊE", 1, "VN")],
)  # fmt: skip
def test_no_s10_number_is_made_of_parts_that_do_not_fit(indicator, serial, country):
    refused(make_s10, indicator, serial, country)


@pytest.mark.parametrize("country", ["XX", "ZZ", "EU", "UK", "AA", "XA"])
def test_no_number_is_of_a_country_that_does_not_exist(country):
    assert country in refused(make_s10, "EE", 12345678, country).en
    assert parse_s10(f"EE123456785{country}").country == country, "as carriers may tell it"


@pytest.mark.parametrize("country", ["VN", "LA", "KH", "TL", "SS", "CW", "GB"])
def test_parcels_come_from_every_country(country):
    assert make_s10("EE", 12345678, country).endswith(country)


def test_a_wrong_check_digit_is_told_apart_from_something_else_entirely():
    assert "check digit" in refused(parse_s10, "EE123456789VN").en
    assert "EE123456785VN" in refused(parse_s10, "1234567").en


# Tracking numbers


@pytest.mark.parametrize(
    ("given_number", "number"),
    [
        ("EE123456785VN", "EE123456785VN"),
        ("ee 123 456 785 vn", "EE123456785VN"),
        ("EE.123.456.785.VN", "EE123456785VN"),
        ("EE-123456785-VN\r\n", "EE123456785VN"),
        ("]C0EE123456785VN", "EE123456785VN"),
        ("EE123456789VN", "EE123456789VN"),  # the carrier's own document has it
        ("S1234567.SG1.2A.1234567", "S1234567.SG1.2A.1234567"),
        ("s1.a1.17373471", "S1.A1.17373471"),
        ("5e5fhfra", "5E5FHFRA"),
        (" 1234567890123 ", "1234567890123"),
        ("A" * 64, "A" * 64),
    ],
)
def test_a_tracking_number_is_kept_in_one_form(given_number, number):
    assert normal_number(given_number) == number


@pytest.mark.parametrize(
    "number", ["", " ", "A" * 65, "ĐƠN 12", "12\x0034", "EE1\nEE2", "ß1234567"]
)
def test_what_no_carrier_prints_is_no_tracking_number(number):
    refused(normal_number, number)


@given(st.text(max_size=80))
def test_the_stored_form_of_a_tracking_number_stays_as_it_is(text):
    try:
        number = normal_number(text)
    except BadCode:
        return
    assert normal_number(number) == number
    assert 1 <= len(number) <= 64
    assert number.isascii()
    assert " " not in number


# Lookup codes


def test_lookup_codes_are_thirteen_letters_that_nobody_mistakes():
    codes = {new_lookup_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert {len(code) for code in codes} == {13}
    assert set("".join(codes)) == set(CROCKFORD)


def test_a_lookup_code_holds_sixty_bits_of_chance():
    asked = []

    def all_ones(n):
        asked.append(n)
        return b"\xff" * n

    assert new_lookup_code(all_ones)[:12] == "Z" * 12
    assert new_lookup_code(lambda n: bytes(n)) == "0" * 13
    assert asked[0] * 8 >= 60


def test_every_random_bit_of_a_lookup_code_counts():
    made = {new_lookup_code(lambda n, bit=bit: (1 << bit).to_bytes(n, "big")) for bit in range(64)}

    assert len(made) == 60 + 1  # four of the 64 bits are dropped


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-Q2XW-9PTA8",
        "7k3mq2xw9pta8",
        " 7k3m q2xw 9pta8\r\n",
        "7K3M–Q2XW–9PTA8",
        "７Ｋ３Ｍ-Q2XW-9PTA8",  # noqa: RUF001 - a full-width keyboard
    ],
)
def test_a_lookup_code_is_read_however_a_citizen_types_it(typed):
    assert read_lookup_code(typed) == "7K3MQ2XW9PTA8"


def test_the_letters_that_look_like_digits_are_read_as_digits():
    code = next(c for c in iter(new_lookup_code, "") if "0" in c and "1" in c)

    assert read_lookup_code(code.replace("0", "O").replace("1", "I")) == code
    assert read_lookup_code(code.replace("0", "o").replace("1", "l")) == code


@given(lookup_codes)
def test_a_lookup_code_is_shown_in_groups_and_read_back(code):
    shown = show_lookup_code(code)

    assert [len(group) for group in shown.split("-")] == [4, 4, 5]
    assert read_lookup_code(shown) == read_lookup_code(shown.lower()) == code


@given(lookup_codes)
def test_any_one_wrong_character_in_a_lookup_code_is_refused(code):
    for place in range(13):
        for letter in set(CROCKFORD) - {code[place]}:
            refused(read_lookup_code, code[:place] + letter + code[place + 1 :])


@given(lookup_codes)
def test_any_two_characters_that_changed_places_are_refused(code):
    for i in range(13):
        for j in range(i + 1, 13):
            if code[i] != code[j]:
                swapped = list(code)
                swapped[i], swapped[j] = code[j], code[i]
                refused(read_lookup_code, "".join(swapped))


@given(lookup_codes, st.integers(0, 11), st.sampled_from(CROCKFORD), st.sampled_from(CROCKFORD))
def test_a_double_letter_misread_as_another_double_is_refused(code, place, a, b):
    twin = code[:place] + a + a + code[place + 2 :]
    other = code[:place] + b + b + code[place + 2 :]

    assert a == b or not (is_lookup_code(twin) and is_lookup_code(other))


def is_lookup_code(text):
    try:
        return bool(read_lookup_code(text))
    except BadCode:
        return False


def test_about_one_in_32_guesses_has_a_right_check_character():
    chance = random.Random(32)
    guesses = ("".join(chance.choices(CROCKFORD, k=13)) for _ in range(6400))

    assert 100 < sum(map(is_lookup_code, guesses)) < 320


@pytest.mark.parametrize(
    "typed", ["", "7K3M", "7K3M-Q2XW-9PTA", "7K3M-Q2XW-9PTA88", "7K3M-Q2XW-9PTU8"]
)
def test_what_cannot_be_a_lookup_code_is_refused(typed):
    refused(read_lookup_code, typed)
    refused(show_lookup_code, typed)


# Whatever a scanner reads

TOKEN = "vT9_x-Qm4LrZ0aBcDeFgHi"


@pytest.mark.parametrize(
    ("read", "kind", "code"),
    [
        ("]C0H49.12-261123-0001\r", "dossier", "H49.12-261123-0001"),
        ("000.00.12.h49-261123-0001", "dossier", "000.00.12.H49-261123-0001"),
        ("]C1bk-261123-0007\t", "handover", "BK-261123-0007"),
        ("ee123456785vn", "parcel", "EE123456785VN"),
        ("EE 123 456 785 VN", "parcel", "EE123456785VN"),
        ("EE123456789VN", "parcel", "EE123456789VN"),
        ("S1234567.SG1.2A.1234567", "parcel", "S1234567.SG1.2A.1234567"),
        ("1234567890123", "parcel", "1234567890123"),
        ("LLNNHD", "parcel", "LLNNHD"),
        (f"https://tracuu.example.vn/t/{TOKEN}", "link", TOKEN),
        (f"]Q1http://127.0.0.1:8000/t/{TOKEN}/?lang=en#top\n", "link", TOKEN),
        (f"Https://tracuu.example.vn/t/{TOKEN}", "link", TOKEN),
        (f"https://tracuu.example.vn/t/{TOKEN}".swapcase(), "link", TOKEN),  # Caps Lock is on
        ("https://tracuu.example.vn/courier/EB100000003VN", "parcel", "EB100000003VN"),
        ("HTTPS://TRACUU.EXAMPLE.VN/COURIER/eb100000003vn", "parcel", "EB100000003VN"),
        ("7k3m-q2xw-9pta8", "lookup", "7K3MQ2XW9PTA8"),
        ("7K3MQ2XW9PTA8", "lookup", "7K3MQ2XW9PTA8"),
        ("7K3M-Q2XW-9PTA9", "unknown", ""),  # our groups, a wrong check character
        ("H49.12-261332-0001", "unknown", ""),  # a dossier of no day
        ("BK-261332-0001", "unknown", ""),
        (f"https://tracuu.example.vn/x/{TOKEN}", "unknown", ""),
        (f"ftp://tracuu.example.vn/t/{TOKEN}", "unknown", ""),
        ("https://tracuu.example.vn/t/", "unknown", ""),
        ("https://tracuu.example.vn/t/a/b", "unknown", ""),
        ("hoa@example.vn", "unknown", ""),
        ("123", "unknown", ""),
        ("EE123456785VN\nEE123456799VN", "unknown", ""),
        ("", "unknown", ""),
        ("]C0", "unknown", ""),
    ],
)
def test_a_scanner_is_told_what_it_has_read(read, kind, code):
    assert read_scan(read) == Scanned(kind, code)


def test_an_identity_card_scanned_by_mistake_is_not_repeated():
    card = "022190001234|100123456|Nguyễn Thị Hoa|01021990|Nữ|Tổ 5, Uông Bí|01012022"

    assert read_scan(card) == Scanned("unknown", "")
    assert "Hoa" not in str(refused(DossierCode.parse, card).args)


@given(st.integers(0, 10**13 - 1))
def test_numbers_of_digits_alone_are_parcels_even_if_a_lookup_code_could_look_so(number):
    digits = f"{number:013d}"

    assert read_scan(digits) == Scanned("parcel", digits)


def test_a_postal_item_number_is_never_taken_for_a_lookup_code():
    numbers = [make_s10("EE", serial) for serial in range(12345678, 12345878)]

    assert any(map(is_lookup_code, numbers))
    assert all(read_scan(number) == Scanned("parcel", number) for number in numbers)


@given(st.text(max_size=600) | st.from_regex(r"\]?[A-Za-z0-9.:/ -]{0,40}"))
def test_no_reading_whatever_upsets_the_scan_field(text):
    scanned = read_scan(text)

    assert (scanned.code == "") == (scanned.kind == "unknown")


@given(st.text(alphabet="ABCDEFGHIJ0123456789.-", max_size=30))
def test_what_was_read_once_reads_the_same_again(text):
    scanned = read_scan(text)

    assert scanned.kind == "unknown" or read_scan(scanned.code) == scanned


def test_a_refusal_speaks_both_languages_and_survives_a_journey_between_processes():
    problem = refused(DossierCode.parse, "xyz")
    copy = pickle.loads(pickle.dumps(problem))

    assert str(copy) == copy.en == problem.en
    assert copy.vi == problem.vi == "Mã hồ sơ phải có dạng H49.12-261123-0001."


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<unit>QN[0-9]{3})-(?P<day>[0-9]{6})-(?P<serial>[0-9A-Z]{5})",
        r"(?P<unit>[A-Z][0-9]{2}\.[0-9]{2})-(?P<serial>[0-9]{6})-(?P<day>[0-9]{6})",
        r"(?P<unit>[A-Z0-9.]+)-(?P<day>[0-9]{6})-[0-9]+(?P<serial>x)?",
    ],
)
def test_a_form_that_was_set_wrongly_takes_no_other_code_over(a_circular_to_come, pattern):
    accept_forms({date(2026, 1, 1): pattern})

    assert str(DossierCode.parse("H49.12-261123-009263")) == "H49.12-261123-009263"
    refused(DossierCode.parse, "QN012-261124-0000A")
    assert read_scan("QN012-261124-0000A").kind != "dossier"
