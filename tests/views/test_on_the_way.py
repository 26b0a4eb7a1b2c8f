"""What a courier carries stands in the order in which he walks."""

from adapters.event import Milestone
from postal_tracker.core.journey import Direction
from postal_tracker.views import Addressee, Carried, by_street

ADDRESSES = [
    "Số 12A/3 Trần Phú, phường Vàng Danh, Quảng Ninh",
    "Số 9 đường Trần Phú, phường Vàng Danh, Quảng Ninh",
    "102 Trần Phú, phường Vàng Danh, Quảng Ninh",
    "7 Lê Lợi, phường Vàng Danh, Quảng Ninh",
    "Tổ 5, phường Uông Bí, Quảng Ninh",
    "",
]


def carried(n: int, address: str | None) -> Carried:
    direction = Direction.TO_AUTHORITY if address is None else Direction.TO_CITIZEN
    goes_to = None if address is None else Addressee("Bà Hoa", address)
    return Carried(f"EB{n:09}VN", direction, Milestone.OUT_FOR_DELIVERY, goes_to)


def test_offices_come_first_then_ward_by_ward_street_by_street_house_by_house() -> None:
    parcels = [carried(n, address) for n, address in enumerate([*ADDRESSES, None])]

    found = [one.goes_to and one.goes_to.address for one in by_street(parcels)]

    assert found == [
        None,
        "",
        "Tổ 5, phường Uông Bí, Quảng Ninh",
        "7 Lê Lợi, phường Vàng Danh, Quảng Ninh",
        "Số 9 đường Trần Phú, phường Vàng Danh, Quảng Ninh",
        "Số 12A/3 Trần Phú, phường Vàng Danh, Quảng Ninh",
        "102 Trần Phú, phường Vàng Danh, Quảng Ninh",
    ]
