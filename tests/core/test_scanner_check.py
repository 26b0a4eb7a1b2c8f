"""The page that tests a scanner names what is set wrong."""

import pytest

from postal_tracker.core.codes.scanner_check import CHECK_CODE, examine
from tests.unikey import Unikey

FRENCH = str.maketrans("azqwAZQWmM1234567890-", "qwazQWAZ,?&é\"'(-è_çà)")
GERMAN = str.maketrans("yzYZ-", "zyZYß")


def told(text: str, ended: str = "") -> list[tuple[str, str]]:
    return [(finding.fault.value, finding.shown) for finding in examine(text, ended)]


def test_a_code_that_arrives_as_it_is_shows_no_fault():
    assert told(CHECK_CODE, "enter") == []


@pytest.mark.parametrize("method", ["telex", "vni"])
def test_unikey_is_named(method):
    arrived = Unikey(method).type(CHECK_CODE)

    assert arrived != CHECK_CODE
    assert told(arrived) == [("input_method", "")]


@pytest.mark.parametrize("keys", [FRENCH, GERMAN])
def test_a_keyboard_of_another_country_is_named(keys):
    assert told(CHECK_CODE.translate(keys)) == [("layout", "")]


def test_caps_lock_and_a_scanner_that_sends_capitals_are_told_apart():
    assert told(CHECK_CODE.swapcase()) == [("caps_lock", "")]
    assert told(CHECK_CODE.upper()) == [("letter_case", "")]


def test_what_a_scanner_adds_is_shown():
    assert told(f"]C1{CHECK_CODE}\x1d") == [("prefix", "]C1"), ("suffix", "\u241d")]


def test_the_key_that_is_missing_is_named():
    assert told(CHECK_CODE, "nothing") == [("no_enter", "")]
    assert told(CHECK_CODE, "tab") == [("tab", "")]


def test_another_code_is_not_taken_for_a_fault_of_the_scanner():
    assert told("H49.12-261123-0001") == [("another", "")]
    assert told(CHECK_CODE[:-6]) == [("partial", "")]
