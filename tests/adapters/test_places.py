"""No telephone number, person or street gets in by way of a place, whichever carrier tells it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import CarrierEvent, Milestone
from adapters.places import without_people
from tests.adapters.at_work import MONDAY, asked, at_work, every_asked
from tests.standins.chatter import Chatter, of_people
from tests.standins.standin import Scan, StandIn


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            "Bưu cục X - Hà Nội, 0330 000 000, 131003, THỊ TRẤN Y",
            "Bưu cục X - Hà Nội, 131003, THỊ TRẤN Y",
        ),
        ("BC X - 0240 000 0000 - bưu tá A 0910 000 000", "BC X"),
        ("Bưu cục Uông Bí (ÐT:02703000180)", "Bưu cục Uông Bí"),
        ("Bưu cục Uông Bí (SĐT: 0203.300.000, gặp Lan) Quảng Ninh", "Bưu cục Uông Bí Quảng Ninh"),
        ("Hà Nội (84) 912 000 678, Bưu cục 3", "Hà Nội, Bưu cục 3"),
        ("BC Y ĐT 0912,000,678", "BC Y"),
        ("BC Y +84-912-000-678", "BC Y"),
        ("BC Y hotline 1900.0000", "BC Y"),
        ("BC Y 0912000678/0912000679", "BC Y"),
        ("BC Y ٠٩١٢٠٠٠٦٧٨", "BC Y"),
        ("+84 (0)912-000-678", ""),
        ("Bưu tá Nguyễn Văn Không đang giữ, BC Y", "BC Y"),
        ("BC Y - nhân viên: Trần Thị Mẫu", "BC Y"),
        ("số 7 đường Không Có Thật, Ba Đình", "Ba Đình"),
        ("Ba Đình, 12A/5 phố Không Có Thật", "Ba Đình"),
        ("Ba Đình, ngõ 12 Không Có Thật", "Ba Đình"),
        ("KTC1 Vĩnh Long – SĐT 0912 000 678 – 521 đường Không Có Thật", "KTC1 Vĩnh Long"),
        ("Bà Rịa - lh 0912000678 - 705A/5 phố Không Có Thật", "Bà Rịa"),
    ],
)
def test_what_is_no_place_goes(told, kept):
    assert without_people(told) == kept
    assert CarrierEvent("N", Milestone.IN_TRANSIT, datetime.now(UTC), "id", place=told).place == (
        kept
    )


@pytest.mark.parametrize(
    "place",
    [
        "Bưu cục Uông Bí",
        "203000 - BCP Uông Bí (Khu 1)",
        "Bưu cục KCN 2, 200000",
        "TP Hồ Chí Minh 700000",
        "Bà Rịa, 790000",
        "BC Anh Sơn 1",
        "Phố Nối 2",
        "Bưu cục cấp 3 Đà Lạt 5",
        "KTC1 Vĩnh Long",
        "",
    ],
)
def test_a_place_is_left_as_it_is(place):
    assert without_people(place) == place


SEPARATORS = ("", " ", ".", "-", " - ", "/", "–", " . ", ") ", "_", ",")


@given(
    st.text("0123456789", min_size=8, max_size=12),
    st.lists(st.sampled_from(SEPARATORS), min_size=11, max_size=11),
    st.sampled_from(("", "+", "(", "ĐT: ", "sđt.", "(+84) ")),
    st.sampled_from(("BC Ba Đình, ", "", "Hà Nội - ", "Kho (")),
    st.sampled_from(("", ", BC Y", " - Quảng Ninh", ")")),
)
def test_no_run_of_eight_digits_stays_however_it_is_written(digits, between, mark, before, behind):
    number = "".join(d + s for d, s in zip(digits, [*between, ""], strict=False))
    left = without_people(f"{before}{mark}{number}{behind}")

    assert not any(map(str.isdigit, left))


@every_asked
def test_an_answer_full_of_people_names_none(kind: type[StandIn]) -> None:
    chatter = Chatter(Random(kind.name))
    with at_work(kind) as (standin, carrier):
        for n, code in enumerate(carrier.statuses):
            scan = Scan(code, MONDAY + timedelta(hours=n), place=chatter.place())
            standin.told(standin.number(1), scan)
        places = [event.place for event in asked(carrier, standin.number(1))]

    assert places
    assert [place for place in places if of_people(place, chatter.telephones)] == []
