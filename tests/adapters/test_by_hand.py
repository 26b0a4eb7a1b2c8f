"""Couriers with no computer."""

import pytest

from adapters.by_hand import ByHand


@pytest.mark.parametrize(
    "number", ["EE123456785VN", "0042", "S1.A1.17373471", "BK-2026/0017", "A1B2", "9" * 40]
)
def test_whatever_is_written_on_the_bag_will_do(number):
    assert ByHand().is_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "007",
        "UONGBI",
        "bk-0017",
        "BK 0017",
        "-0017",
        "0017-",
        "9" * 41,
        "0017\n",
        "Bưu1",
        "١٢٣٤",
    ],
)
def test_but_not_what_no_scanner_reads(number):
    assert not ByHand().is_number(number)
