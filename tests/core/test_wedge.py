"""A scanner types through a keyboard that is set otherwise: what was typed is worked out."""

import string
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postal_tracker.core.codes import make_s10, new_lookup_code, restored
from postal_tracker.core.codes.wedge import could_be, could_begin, is_changed, spellings
from tests.unikey import METHODS, Unikey


@pytest.mark.parametrize(
    ("method", "keys", "shown"),
    [
        ("telex", "nguyeenx", "nguyễn"),
        ("telex", "tuwowngf", "tường"),
        ("telex", "hoas", "hoá"),
        ("telex", "ddawngs", "đắng"),
        ("telex", "quanr giaf", "quản già"),
        ("telex", "thuow", "thuơ"),
        ("telex", "dad", "đa"),
        ("telex", "EEE", "EE"),  # a key again undoes its mark
        ("telex", "ASS", "AS"),
        ("telex", "ASZ", "A"),
        ("telex", "WW", "W"),
        ("telex", "W5 5W", "Ư5 5W"),
        ("telex", "EE123456785VN", "Ê123456785VN"),
        ("vni", "nguye64n", "nguyễn"),
        ("vni", "CE123456785VN", "CỆ785VN"),  # a later tone replaces an earlier one
        ("vni", "CE105", "CẸ"),
        ("vni", "D99 D9 D19", "D9 Đ D19"),
        ("vni", "A12.12", "À.12"),
        ("viqr", "nguye^~n", "nguyễn"),
        ("viqr", "A.1 H49.12", "Ạ1 H49.12"),
    ],
)
def test_the_model_of_the_input_methods_types_as_unikey_does(method, keys, shown):
    assert Unikey(method).type(keys) == shown


@pytest.mark.parametrize(
    ("arrived", "code"),
    [
        ("Ê123456785VN", "EE123456785VN"),
        ("ê123456785vn", "EE123456785VN"),  # and Caps Lock
        ("E\u0302123456785VN", "EE123456785VN"),  # in decomposed letters
        ("Â123456785VN", "AA123456785VN"),
        ("Đ123456785VN", "DD123456785VN"),
        ("Á123456785VN", "AS123456785VN"),
        ("Ơ123456785VN", "OW123456785VN"),
        ("MZX0ƯVS25Q18M", "MZX0WVS25Q18M"),
        ("MZX0-ƯVS2-5Q18M", "MZX0WVS25Q18M"),
        ("Đ1.12-261123-0001", "D91.12-261123-0001"),
        ("Ư12-261123-0001", "W12-261123-0001"),
        ("À1.12-261123-0001", "A21.12-261123-0001"),
        ("H'ç:&é)é-&&é\")ààà&", "H49.12-261123-0001"),  # French keys
        ("EE&é\"'(-è_(VN", "EE123456785VN"),
        ("EE!@#$%^&*%VN", "EE123456785VN"),  # a French scanner at a US keyboard
        ("EEăâêồ\u0309\u0303\u0301\u0300VN", "EE123456785VN"),  # Vietnam's own layout
    ],
)
def test_what_form_and_check_can_undo_is_undone(arrived, code):
    assert [found.code for found in restored(arrived)] == [code]


@pytest.mark.parametrize(
    ("arrived", "answers"),
    [
        ("À.12-261123-0001", 19),  # of both digits only the later is known: 2, behind or before any
        (
            "cq123456785vn",
            2,
        ),  # Caps Lock alone, or on a French keyboard, where A and Q change places
        ("CỂ45678VN", 0),  # of more than one lost digit only the record can tell
        ("Ư123456785VN", 12),  # W, or U and W, and whatever followed
        ("Nguyễn Văn A", 0),
        ("EE123456785VN", 1),
    ],
)
def test_what_is_left_open_is_left_open(arrived, answers):
    assert len(restored(arrived)) == answers


ANY_LETTER = string.ascii_uppercase
COUNTRIES = ("VN", "EE", "AD", "AO", "AS", "CW", "US", "WS")


def any_code(chance: Random) -> str:
    serial, letters = chance.randrange(10**8), chance.choices(ANY_LETTER, k=2)
    kinds = (
        lambda: make_s10(
            chance.choice("ABCDEFGHILMNOPQRUVXYZ") + letters[1], serial, chance.choice(COUNTRIES)
        ),
        lambda: f"{letters[0]}{serial % 100:02d}.12-2611{serial % 28 + 1:02d}-{serial % 10**7:07d}",
        lambda: f"000.00.12.{letters[0]}{serial % 100:02d}-261123-{serial % 10**4:04d}",
        lambda: new_lookup_code(chance.randbytes),
        lambda: "".join(chance.choices(ANY_LETTER, k=chance.randrange(6, 11))),
        lambda: "".join(chance.choices("AEODWSXU12345.", k=chance.randrange(6, 17))),
        lambda: f"BK-261123-{serial % 10**4:04d}",
    )
    return chance.choice(kinds)()


def any_unikey(chance: Random) -> Unikey:
    spelling, free, modern = (chance.random() < 0.5 for _ in range(3))
    return Unikey(chance.choice([*METHODS]), spelling, free, modern)


def wrong_about(times: int, seed: int) -> list[str]:
    """Return the codes of which what arrived was not seen to be possible."""
    chance, wrong = Random(seed), []
    for _ in range(times):
        code, unikey = any_code(chance), any_unikey(chance)
        arrived = unikey.type(chance.choice([str.upper, str.lower])(code))
        if not could_be(arrived, code) or not could_begin(arrived + "1", code):
            wrong.append(f"{code} by {unikey.method} is {arrived}")
    return wrong


def test_whatever_an_input_method_makes_of_a_code_the_code_is_among_what_it_could_be():
    assert wrong_about(2000, seed=1) == []


@pytest.mark.slow
def test_and_so_it_is_a_hundred_thousand_times(share):
    assert wrong_about(share.of(100_000), seed=2) == []


@pytest.mark.parametrize(
    ("arrived", "code"),
    [
        ("Ê123456785VN", "EA123456785VN"),  # an E more, and nothing else, makes a roof
        ("Ê123456785VN", "EE123456786VN"),
        ("CỆ785VN", "CE123496785VN"),
        ("E", "EB123456785VN"),
        ("H49.12-261123-0001", "H49.12-261123-00011"),
        ("Á12", "AF12"),
        ("Đ1", "D19"),
    ],
)
def test_not_everything_could_have_been_typed(arrived, code):
    assert not could_be(arrived, code)


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_no_text_breaks_the_undoing(text):
    restored(text)
    assert len(spellings(text)) <= 210
    assert not could_be(text, "")


@pytest.mark.parametrize("arrived", ["Ê123456785VN", "EE&é\"'(-è_(VN", "EE!@#$%^&*%VN"])
def test_a_changed_scan_is_told_from_one_that_is_merely_unknown(arrived):
    assert is_changed(arrived)
    assert not is_changed("EE123456785VN")
    assert not is_changed("https://hoso.example.vn/t/ab-c_d?x=1")
