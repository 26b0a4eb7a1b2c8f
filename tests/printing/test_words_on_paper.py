"""What paper says of people: numbers that can be dialled, and no more than its reader needs."""

import pytest
from sqlmodel import Session

from labels.papers.anchor import Anchor
from postal_tracker.access import EVERYTHING
from postal_tracker.printing.documents import handover_lists, receipts
from postal_tracker.printing.documents.parties import spoken
from tests.centre import Centre
from tests.ledger.log.checks import checked


@pytest.mark.parametrize(
    ("kept", "printed"),
    [
        ("+84912345678", "0912 345 678"),
        ("0203 385 4001", "0203 3854 001"),
        ("+14155552671", "+1 415-555-2671"),
        ("+442079460958", "+44 20 7946 0958"),
        ("0203.3854001/002", "0203.3854001/002"),
        ("0203 3854001/3854002", "0203 3854001/3854002"),
        ("1900 1096", "1900 1096"),
        ("", ""),
    ],
)
def test_a_telephone_number_on_paper_can_be_dialled(kept: str, printed: str) -> None:
    assert spoken(kept) == printed


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("Số 7 ngõ 3 Trần Phú, phường Quang Trung", "phường Quang Trung"),
        ("7, ngõ 3, Trần Phú, Xã Hải Hà, tỉnh Quảng Ninh", "Xã Hải Hà, tỉnh Quảng Ninh"),
        ("12 Lý Bôn, phường Uông Bí, Quảng Ninh, Việt Nam", "phường Uông Bí, Quảng Ninh, Việt Nam"),
        ("Số 7 ngõ 3 Trần Phú", "phường Bạch Đằng, tỉnh Quảng Ninh"),
        ("7 Phường Lớn, Hạ Long", "phường Bạch Đằng, tỉnh Quảng Ninh"),
    ],
)
def test_a_handover_list_never_says_in_which_street_a_citizen_lives(
    centre: Centre, address: str, printed: str
) -> None:
    who = {"name": "Ẩn", "ward": "phường Bạch Đằng", "province": "tỉnh Quảng Ninh"}
    code = centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": who}).json()["code"]
    parcel = centre.a_parcel(
        code, direction="to_citizen", recipient={"name": "Ẩn", "address": address}
    )
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [parcel]}).json()
    imprint = handover_lists.Imprint("http://127.0.0.1", "secret", {})
    [line] = centre.database.read_now(
        lambda s: handover_lists.handover_list_for(s, imprint, made["number"], scope=EVERYTHING)
    ).lines
    assert line.place == printed


@pytest.mark.parametrize("counts", [True, False])
def test_a_receipt_says_where_the_posts_time_will_move_its_date(
    centre: Centre, counts: bool
) -> None:
    centre.post_counts(yes=counts)
    imprint, code = handover_lists.Imprint("http://127.0.0.1", "secret", {}), centre.a_dossier()
    receipt = centre.database.read_now(
        lambda s: receipts.receipt_for(s, imprint, code, scope=EVERYTHING)
    )
    said = ["ngày hẹn lùi" in receipt.limit.vi, "the date moves" in (receipt.limit.en or "")]
    assert said == [not counts] * 2
    assert [len(receipts.draw(receipt, paper)) > 1_000 for paper in ("a5", "a4")] == [True, True]


def test_list_and_receipt_bear_the_newest_checkpoint_and_a_stranger_can_check_by_it(
    centre: Centre,
) -> None:
    code = centre.a_dossier()
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [centre.a_parcel(code)]})
    imprint = handover_lists.Imprint("http://127.0.0.1", "secret", {})

    def papers(session: Session) -> list[Anchor | None]:
        number = made.json()["number"]
        words = handover_lists.handover_list_for(session, imprint, number, scope=EVERYTHING)
        receipt = receipts.receipt_for(session, imprint, code, scope=EVERYTHING)
        return [words.anchor, receipt.anchor]

    assert centre.database.read_now(papers) == [None, None]
    centre.house.sequencer("one").append_now()
    anchor, same = centre.database.read_now(papers)
    assert anchor == same
    assert anchor
    centre.a_dossier()
    centre.house.sequencer("one").append_now()
    for kept in (anchor.qr, anchor.short, anchor.short.replace("-", " ", 1)):
        assert checked(centre, f"{kept}\n").findings == []
    size, root = anchor.short.split("-", 1)
    other = f"{size}-{'ABCD' if root[:4] != 'ABCD' else 'EFGH'}{root[4:]}"
    assert checked(centre, other).findings[0].startswith("the printed checkpoint over")
