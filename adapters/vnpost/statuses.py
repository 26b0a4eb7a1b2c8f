"""What Vietnam Post's codes mean, each with the family that it belongs to before it.

- `ems`: first generation of EMS (docws.ems.com.vn); 1, 2 and 4 from the documents (high), the
  others from one public program (medium). Delivered to the sender is 13, so that 7 is the
  recipient's. 10 and 11 occur nowhere.
- `ems2`: second generation (docs.ems.com.vn); only the code in the documents' example is known.
- `order`: orders at the older portal donhang.vnpost.vn (medium; 170 may also mean "returned, and
  finished", low). No message that bears one is documented, so a bare 100 is never read as one:
  who passes them on names the family in the code, as in "order:100".
- `my`: MyVNPost Connect (public integrations of 2026, high). 101 to 111 are the UPU's EMA to EMK.
"""

from collections.abc import Mapping

from adapters.carrier import Status
from adapters.event import Milestone, Reason

STATUSES: Mapping[str, Status] = {
    "ems:1": Status(
        Milestone.ANNOUNCED, "Đã tạo đơn hàng, chờ duyệt lấy hàng", "created, waiting for approval"
    ),
    "ems:2": Status(
        Milestone.ANNOUNCED, "Đã duyệt đơn hàng, chờ lấy hàng", "approved, waiting for pickup"
    ),
    "ems:3": Status(Milestone.ACCEPTED, "Đã lấy hàng", "picked up"),
    "ems:4": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "ems:5": Status(Milestone.OUT_FOR_DELIVERY, "Đang phát hàng", "out for delivery"),
    "ems:6": Status(Milestone.DELIVERY_FAILED, "Phát không thành công", "not delivered"),
    "ems:7": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "ems:8": Status(Milestone.RETURNING, "Chuyển hoàn", "being returned"),
    "ems:9": Status(Milestone.EXCEPTION, "Đơn hàng hủy", "cancelled", Reason.CANCELLED),
    "ems:12": Status(Milestone.UNRECOGNISED, "Trạng thái khác", "another state"),
    "ems:13": Status(Milestone.RETURNED, "Phát hoàn thành công", "returned to the sender"),
    "ems2:11000": Status(Milestone.OUT_FOR_DELIVERY, "Đã giao cho bưu tá", "with the courier"),
    "order:20": Status(Milestone.ANNOUNCED, "Chờ lấy hàng", "waiting for pickup"),
    "order:60": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:61": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:62": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:100": Status(Milestone.DELIVERED, "Đã giao hàng", "delivered"),
    "order:110": Status(
        Milestone.DELIVERED, "Chưa trả tiền thu hộ", "delivered, collected money not yet paid out"
    ),
    "order:120": Status(
        Milestone.DELIVERED, "Đã trả tiền thu hộ", "delivered, collected money paid out"
    ),
    "order:161": Status(Milestone.DELIVERY_FAILED, "Chờ chuyển hoàn", "waiting to be returned"),
    "order:170": Status(Milestone.RETURNING, "Chuyển hoàn", "returned"),
    "my:0": Status(Milestone.ANNOUNCED, "Lưu nháp", "draft"),
    "my:1": Status(Milestone.ANNOUNCED, "Đã tạo", "created"),
    "my:2": Status(
        Milestone.ANNOUNCED, "Bưu tá nhận yêu cầu thu gom", "the courier has the pickup task"
    ),
    "my:3": Status(Milestone.ANNOUNCED, "Chờ xác nhận", "waiting, being handled"),
    "my:4": Status(Milestone.ANNOUNCED, "Đang lấy hàng", "on the way to pick up"),
    "my:5": Status(Milestone.EXCEPTION, "Lấy hàng không thành công", "pickup failed", Reason.OTHER),
    "my:6": Status(Milestone.ACCEPTED, "Đã lấy hàng", "picked up"),
    "my:7": Status(Milestone.ACCEPTED, "Bưu cục đã nhận hàng", "accepted at the post office"),
    "my:8": Status(
        Milestone.EXCEPTION, "Lấy hàng thất bại", "pickup failed for good", Reason.OTHER
    ),
    "my:9": Status(Milestone.EXCEPTION, "Hủy thu gom", "pickup cancelled", Reason.CANCELLED),
    "my:10": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "my:11": Status(
        Milestone.ARRIVED_AT_DELIVERY_OFFICE, "Đã đến bưu cục phát", "at the delivery office"
    ),
    "my:12": Status(Milestone.OUT_FOR_DELIVERY, "Đang giao hàng", "out for delivery"),
    "my:13": Status(Milestone.IN_TRANSIT, "Chuyển tiếp", "forwarded"),
    "my:14": Status(Milestone.DELIVERED, "Đã giao hàng", "delivered"),
    "my:15": Status(Milestone.DELIVERY_FAILED, "Giao không thành công", "not delivered"),
    "my:16": Status(Milestone.DELIVERY_FAILED, "Chờ để chuyển hoàn", "waiting to be returned"),
    "my:17": Status(Milestone.RETURNING, "Đã duyệt hoàn", "return approved"),
    "my:18": Status(Milestone.RETURNING, "Bắt đầu chuyển hoàn", "return begun"),
    "my:19": Status(Milestone.RETURNED, "Trả hàng thành công", "returned"),
    "my:20": Status(Milestone.EXCEPTION, "Đã trả hàng một phần", "partly returned", Reason.OTHER),
    "my:22": Status(Milestone.EXCEPTION, "Hủy giao hàng", "delivery cancelled", Reason.CANCELLED),
    "my:23": Status(
        Milestone.EXCEPTION, "Giao hàng thành công một phần", "partly delivered", Reason.OTHER
    ),
    "my:24": Status(Milestone.RETURNING, "Đang chuyển hoàn", "returning"),
    "my:101": Status(Milestone.ACCEPTED, "Nhận gửi", "EMA posting"),
    "my:102": Status(
        Milestone.IN_TRANSIT,
        "Đến bưu cục ngoại dịch chiều đi",
        "EMB arrival at the outward office of exchange",
    ),
    "my:103": Status(
        Milestone.IN_TRANSIT, "Rời bưu cục ngoại dịch chiều đi", "EMC departure from it"
    ),
    "my:104": Status(
        Milestone.IN_TRANSIT,
        "Đến bưu cục ngoại dịch chiều đến",
        "EMD arrival at the inward office of exchange",
    ),
    "my:105": Status(
        Milestone.EXCEPTION, "Hải quan giữ lại", "EME held by customs", Reason.CUSTOMS
    ),
    "my:106": Status(
        Milestone.IN_TRANSIT, "Rời bưu cục ngoại dịch chiều đến", "EMF departure from it"
    ),
    "my:107": Status(
        Milestone.ARRIVED_AT_DELIVERY_OFFICE,
        "Đến bưu cục phát",
        "EMG arrival at the delivery office",
    ),
    "my:108": Status(
        Milestone.DELIVERY_FAILED, "Phát không thành công", "EMH attempted, not delivered"
    ),
    "my:109": Status(Milestone.DELIVERED, "Phát thành công", "EMI final delivery"),
    "my:110": Status(
        Milestone.IN_TRANSIT, "Đến bưu cục quá giang", "EMJ arrival at a transit office"
    ),
    "my:111": Status(
        Milestone.IN_TRANSIT, "Rời bưu cục quá giang", "EMK departure from a transit office"
    ),
}

NO_NEWS = frozenset({"my:21", "my:28", "my:29"})
"""About money, after the delivery or beside it: nothing happened to the parcel."""

BY_NAME: Mapping[str, str] = {
    status.vi.casefold(): code for code, status in STATUSES.items() if code.startswith("my:")
}
"""MyVNPost's history tells names, and no codes (medium)."""


def with_family(code: str, family: str) -> str:
    return code if code in STATUSES else f"{family}:{code}"
