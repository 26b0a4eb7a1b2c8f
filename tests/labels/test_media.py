"""Every medium, with the hardest labels of our work: all in its place, and a scanner reads it."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import DossierLabel, ParcelLabel, Party, Unprintable, Why, layout, paper, pdf
from labels.layout import Box
from labels.paper import MEDIA, Medium
from tests.labels.makers import (
    LONG_PARTY,
    LONG_PROCEDURE,
    SIXTY,
    a_dossier,
    a_parcel,
    rendered,
    scanned,
)
from tests.labels.places import (
    edged,
    in_each_others_way,
    is_whole,
    is_within,
    lines,
    place,
    symbols,
)
from tests.labels.vietnamese import TEXT

Label = ParcelLabel | DossierLabel

S10, FOREIGN, EIGHTEEN = "RR123456785VN", "LX012345675CN", "1Z999AA10123456784"
SHORT_CODE, LONG_CODE = "H29.12-261123-0001", "000.00.12.H49-261123-0001"
COURIER = "https://hoso.example.vn/courier/"
EVERY = pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)


def a_long_parcel(**changes: object) -> ParcelLabel:
    return a_parcel(recipient=LONG_PARTY, sender=LONG_PARTY, centre=LONG_PARTY.name, **changes)


PARCELS = [
    a_parcel(qr=COURIER + S10),
    a_parcel(tracking_number=FOREIGN, qr=COURIER + FOREIGN, dossier_codes=SIXTY, reprint=12),
    a_long_parcel(dossier_codes=SIXTY),
    a_long_parcel(dossier_codes=SIXTY, reprint=12),
    a_parcel(recipient=Party("Nguyễn Thị Hồng Ẩn", ()), dossier_codes=()),
]
DOSSIERS = [
    a_dossier(),
    a_dossier(code=LONG_CODE, received_on="23/11/2026 08:15"),
    a_dossier(procedure=LONG_PROCEDURE, office=LONG_PARTY.name, reprint=12),
    a_dossier(code=LONG_CODE, procedure=LONG_PROCEDURE, office=LONG_PARTY.name, reprint=12),
]

CODE = st.from_regex(r"[A-Z0-9][A-Z0-9.-]{1,24}", fullmatch=True)
QR = st.from_regex(r"https://[a-z]{1,20}\.vn/[A-Z0-9]{1,30}", fullmatch=True)
PARTY = st.builds(Party, TEXT, st.lists(TEXT, max_size=4).map(tuple))
REPRINT = st.integers(0, 99)
ANY_LABEL = st.builds(
    ParcelLabel,
    tracking_number=CODE,
    direction_text=TEXT,
    carrier_title=st.text("abc ", max_size=20),
    sender=PARTY,
    recipient=PARTY,
    dossier_codes=st.lists(CODE, max_size=60).map(tuple),
    qr=QR,
    centre=TEXT,
    reprint=REPRINT,
) | st.builds(
    DossierLabel,
    code=CODE,
    procedure=TEXT,
    office=TEXT,
    received_on=st.just("23/11/2026 08:15"),
    qr=QR,
    reprint=REPRINT,
)


def stickers(medium: Medium) -> list[Box]:
    return [Box(*at, medium.label_width, medium.label_height) for at in medium.places]


def check(label: Label, medium: Medium) -> None:
    """All of the label on its sticker, words within its margin, nothing in another's way."""
    sticker = stickers(medium)[-1]
    (page,) = layout.pages([label], medium, skip=len(medium.places) - 1)
    assert all(is_within(place(words), edged(sticker, medium.margin)) for words in lines(page))
    assert all(is_within(place(mark), sticker) for mark in page.marks)
    assert all(words.size_pt >= 6 for words in lines(page))
    assert list(in_each_others_way(page)) == []
    for symbol in symbols(page):
        corners = (symbol.left, symbol.top, page.height - symbol.top)
        for length in (*corners, symbol.module, symbol.row_height):
            assert is_whole(length / medium.dot)


@pytest.mark.covering
@EVERY
@pytest.mark.parametrize("label", PARCELS + DOSSIERS)
def test_the_hardest_labels_of_our_work_find_their_place(label: Label, medium: Medium) -> None:
    check(label, medium)


@EVERY
@settings(deadline=None, max_examples=20)
@given(label=ANY_LABEL)
def test_any_label_finds_its_place_or_is_refused(label: Label, medium: Medium) -> None:
    with suppress(Unprintable):
        check(label, medium)


def has_bars(label: Label, medium: Medium) -> bool:
    """The rule for folders, in words: on 24 stickers 25 characters, on 40 any code, is QR alone."""
    if isinstance(label, ParcelLabel) or medium.label_width > 90:
        return True
    return medium.name == "a4-24" and label.code == SHORT_CODE


def has_qr(label: Label, medium: Medium) -> bool:
    """The rule for small stickers, where the bars of a parcel say as much and words need room."""
    if isinstance(label, DossierLabel) or medium.label_width > 90:
        return True
    return medium.name == "a4-24" and label.recipient != LONG_PARTY


def expected(label: Label, medium: Medium) -> dict[str, str]:
    code = label.tracking_number if isinstance(label, ParcelLabel) else label.code
    bars = {"Code128": code} if has_bars(label, medium) else {}
    return bars | ({"QRCode": label.qr} if has_qr(label, medium) else {})


@EVERY
def test_a_scanner_reads_every_label_off_the_printed_page(medium: Medium) -> None:
    some: list[Label] = [*PARCELS, *DOSSIERS]
    dpi = 25.4 / medium.dot
    sheets = rendered(pdf.write(layout.pages(some, medium)), dpi)
    seen = [
        scanned(sheet.crop([round(edge / medium.dot) for edge in edges(sticker)]))
        for sheet in sheets
        for sticker in stickers(medium)
    ]
    assert seen[: len(some)] == [expected(label, medium) for label in some]


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.left + box.width, box.top + box.height


@EVERY
def test_bars_are_never_thinner_than_a_quarter_millimetre_nor_lower_than_nine(
    medium: Medium,
) -> None:
    for label in PARCELS:
        bars = symbols(layout.page(label, medium))[0]
        assert bars.module >= 0.25 - 1e-6
        assert bars.row_height >= max(9 - medium.dot, 0.15 * bars.width)


@pytest.mark.parametrize("name", ["a6", "100x150", "100x75", "100x50", "a4-8", "a4-12"])
def test_where_there_is_room_qr_codes_have_half_a_millimetre_and_bars_a_third(name: str) -> None:
    medium = paper.named(name)
    for label in (a_parcel(qr=COURIER + S10), a_dossier()):
        bars, qr = symbols(layout.page(label, medium))
        assert qr.module >= 0.5
        assert bars.module >= 0.33


def test_even_on_the_smallest_stickers_a_qr_code_has_three_eighths_of_a_millimetre() -> None:
    for name in ("a4-24", "a4-40"):
        medium = paper.named(name)
        for label in DOSSIERS:
            assert symbols(layout.page(label, medium))[-1].module >= 0.375


def test_a_shorter_address_has_fatter_dots_on_a_small_sticker() -> None:
    medium = paper.named("a4-24")
    long, short = (a_parcel(qr=qr) for qr in (COURIER + S10, "HTTPS://H.VN/" + S10))
    thin, fat = (symbols(layout.page(label, medium))[1].module for label in (long, short))
    assert thin < 0.5 <= fat


def words_of(label: Label, name: str) -> str:
    return " ".join(words.text for words in lines(layout.page(label, paper.named(name))))


@EVERY
def test_a_reprint_says_so_and_a_first_print_does_not(medium: Medium) -> None:
    for make in (a_parcel, a_dossier):
        assert "In lại lần 3" in words_of(make(reprint=3), medium.name)
        assert "In lại" not in words_of(make(), medium.name)


@EVERY
def test_number_direction_and_recipient_are_on_every_parcel(medium: Medium) -> None:
    text = words_of(a_parcel(), medium.name)
    for words in ("RR 123 456 785 VN", "GỬI CƠ QUAN GIẢI QUYẾT", "Sở Xây dựng"):
        assert words in text


@pytest.mark.parametrize("name", [name for name in MEDIA if name != "a4-40"])
def test_the_recipients_address_is_whole_however_long(name: str) -> None:
    text = words_of(a_long_parcel(dossier_codes=SIXTY, reprint=12), name)
    for words in (*LONG_PARTY.name.split(), *" ".join(LONG_PARTY.lines).split()):
        assert words in text


@pytest.mark.parametrize("name", ["100x75", "100x50", "a4-8", "a4-12"])
def test_a_usual_sender_is_whole_on_labels_of_middling_size(name: str) -> None:
    text = words_of(a_parcel(), name)
    assert "86 Lê Thánh Tôn, phường Bến Nghé" in text


@pytest.mark.parametrize("name", ["a4-24", "a4-40"])
def test_small_stickers_have_no_address_of_the_sender(name: str) -> None:
    assert "86 Lê Thánh Tôn" not in words_of(a_parcel(), name)


@EVERY
def test_the_dossiers_in_a_parcel_are_counted(medium: Medium) -> None:
    text = words_of(a_parcel(dossier_codes=SIXTY), medium.name)
    assert "60 hồ sơ" in text or "Số hồ sơ: 60" in text


@pytest.mark.parametrize("name", ["100x75", "100x50", "a4-8", "a4-12"])
def test_a_few_dossiers_are_named_and_the_others_counted(name: str) -> None:
    text = words_of(a_parcel(dossier_codes=SIXTY), name)
    named = [code for code in SIXTY if code in text]
    assert named == list(SIXTY[: len(named)])
    assert f"và {60 - len(named)} hồ sơ khác" in text


def test_a_number_too_long_for_a_small_sticker_is_refused() -> None:
    with pytest.raises(Unprintable) as refused:
        layout.page(a_parcel(tracking_number=EIGHTEEN), paper.named("a4-40"))
    assert (refused.value.why, refused.value.text) == (Why.TOO_LONG, EIGHTEEN)


def test_a_recipient_too_long_for_a_small_sticker_is_refused_not_cut() -> None:
    endless = Party(" ".join([LONG_PARTY.name] * 5), ())
    with pytest.raises(Unprintable) as refused:
        layout.page(a_parcel(recipient=endless), paper.named("a4-40"))
    assert refused.value.why is Why.TOO_MANY_WORDS
