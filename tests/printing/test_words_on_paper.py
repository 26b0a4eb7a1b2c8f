"""What paper says of people: numbers that can be dialled, and no more than its reader needs."""

import pytest

from postal_tracker.access import EVERYTHING
from postal_tracker.printing.documents import handover_lists
from postal_tracker.printing.documents.parties import spoken
from tests.centre import Centre


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
