"""The largest label, of A6: everything there is to say, each in a place of its own."""

import pytest

from labels import Party, Unprintable, Why, layout, paper
from tests.labels.makers import a_dossier, a_parcel
from tests.labels.places import is_whole, lines, symbols

A6 = paper.named("a6")


@pytest.mark.parametrize("code", ["RR123456785VN", "H49.12-261123-0001", "12345678"])
def test_usual_codes_run_across_the_page(code: str) -> None:
    for label in (a_parcel(tracking_number=code), a_dossier(code=code)):
        assert not symbols(layout.page(label, A6))[0].turned


@pytest.mark.parametrize("code", ["000.00.12.H49-261123-0001", "SPXVN0123456ABCDEFGHIJ789"])
def test_a_code_too_long_for_the_width_is_turned_and_keeps_its_fat_bars(code: str) -> None:
    for label in (a_parcel(tracking_number=code), a_dossier(code=code)):
        bars, _ = symbols(layout.page(label, A6))
        assert bars.turned
        assert bars.module == 0.375


def test_a_number_too_long_for_the_paper_is_refused() -> None:
    with pytest.raises(Unprintable) as refused:
        layout.page(a_parcel(tracking_number="A" * 48), A6)
    assert refused.value.why is Why.TOO_LONG
    layout.page(a_parcel(tracking_number="A" * 47), A6)


def test_a_dossier_whose_code_is_too_long_for_bars_keeps_its_qr_code() -> None:
    page = layout.page(a_dossier(code="A" * 48), A6)
    (qr,) = symbols(page)
    assert len(qr.rows) > 1
    assert "A" * 48 in "".join(words.text for words in lines(page))


def test_an_address_too_long_for_a_qr_code_of_that_size_is_refused() -> None:
    layout.page(a_parcel(qr="https://example.vn/" + "a" * 100), A6)
    layout.page(a_parcel(qr="https://example.vn/" + "a" * 200), A6)
    with pytest.raises(Unprintable) as refused:
        layout.page(a_parcel(qr="https://example.vn/" + "a" * 400), A6)
    assert refused.value.why is Why.TOO_LONG


@pytest.mark.parametrize("code", ["RR123456785VN", "H49.12-261123-0001", "A" * 25])
def test_symbols_are_whole_dots_on_the_dots(code: str) -> None:
    page = layout.page(a_parcel(tracking_number=code), A6)
    for symbol in symbols(page):
        for length in (symbol.left, symbol.top, symbol.module, page.height - symbol.top):
            assert is_whole(length / A6.dot)
    bars, qr = symbols(page)
    assert min(bars.row_height, 15) == 15
    assert qr.module >= 0.5


def test_direction_recipient_and_number_are_the_largest_words() -> None:
    by_size = sorted(lines(layout.page(a_parcel(), A6)), key=lambda words: -words.size_pt)
    assert {words.text for words in by_size[:3]} == {
        "RR 123 456 785 VN",
        "GỬI CƠ QUAN GIẢI QUYẾT",
        "Sở Xây dựng Thành phố Hồ Chí Minh",
    }


def test_the_centre_stands_on_top() -> None:
    assert lines(layout.page(a_parcel(centre="Trung tâm"), A6))[0].text == "Trung tâm"


def test_a_reprint_says_so() -> None:
    for make in (a_parcel, a_dossier):
        texts = [words.text for words in lines(layout.page(make(reprint=2), A6))]
        assert "In lại lần 2" in texts
        texts = [words.text for words in lines(layout.page(make(), A6))]
        assert not any("In lại" in text for text in texts)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 12, 20, 27])
def test_the_codes_of_a_usual_parcel_are_all_listed(count: int) -> None:
    codes = tuple(f"H29.12-261123-{n:04d}" for n in range(count))
    texts = [words.text for words in lines(layout.page(a_parcel(dossier_codes=codes), A6))]
    assert f"Số hồ sơ: {count}" in texts
    assert [text for text in texts if text in codes] == list(codes)
    assert not any("xem bảng kê" in text for text in texts)


@pytest.mark.parametrize("count", [28, 60, 300])
def test_codes_that_find_no_room_are_counted_and_the_handover_list_has_them(count: int) -> None:
    codes = tuple(f"H29.12-261123-{n:04d}" for n in range(count))
    texts = [words.text for words in lines(layout.page(a_parcel(dossier_codes=codes), A6))]
    listed = [text for text in texts if text in codes]
    assert len(listed) >= 20
    assert listed == list(codes[: len(listed)])
    assert f"Số hồ sơ: {count}" in texts
    assert f"và {count - len(listed)} hồ sơ khác (xem bảng kê hồ sơ)" in texts


def test_a_name_too_long_to_be_read_is_refused_not_cut() -> None:
    with pytest.raises(Unprintable) as refused:
        layout.page(a_parcel(recipient=Party("Nguyễn Thị " * 300, ())), A6)
    assert refused.value.why is Why.TOO_MANY_WORDS
