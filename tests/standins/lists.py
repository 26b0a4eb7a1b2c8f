"""How carriers tell several scans at once, of three good ones and whatever stands between."""

from collections.abc import Callable
from typing import Any, NamedTuple

NUMBER = "EE123456785VN"


class Lists(NamedTuple):
    """How a carrier tells several scans at once, and which of their fields it cannot do without."""

    message: Callable[[list[Any]], object]
    scan: Callable[[int], dict[str, object]]
    code: tuple[str, ...]
    time: tuple[str, ...]


def aftership(n: int) -> dict[str, object]:
    at = f"2026-11-25T0{n}:15:00+07:00"
    return {"tag": "InTransit", "subtag": "InTransit_003", "checkpoint_time": at}


def seventeen_track(n: int) -> dict[str, object]:
    return {
        "stage": "InTransit",
        "sub_status": "InTransit_Other",
        "time_utc": f"2026-11-25T0{n}:15:00Z",
        "time_raw": {"date": None, "time": None, "timezone": None},
    }


def easypost(n: int) -> dict[str, object]:
    return {"status": "in_transit", "datetime": f"2026-11-25T0{n}:15:00Z"}


def rehearsal(n: int) -> dict[str, object]:
    at = f"2026-11-25T0{n}:15:00Z"
    return {"id": f"scan-{n}", "tracking_number": NUMBER, "status": "ROI_BC", "at": at}


def by_hand(n: int) -> dict[str, object]:
    at = f"2026-11-25T0{n}:15:00Z"
    told = {"id": f"{n}", "tracking_number": NUMBER, "milestone": "in_transit"}
    return {**told, "happened_at": at}


def tracked(scans: list[Any]) -> dict[str, object]:
    """A parcel as 17TRACK tells of it, by hook and in answers."""
    info = {"tracking": {"providers": [{"events": scans}]}}
    return {"number": NUMBER, "track_info": info}


AFTERSHIP = (aftership, ("tag", "subtag"), ("checkpoint_time",))
SEVENTEEN_TRACK = (seventeen_track, ("stage", "sub_status"), ("time_utc",))
EASYPOST = (easypost, ("status",), ("datetime",))
REHEARSAL = Lists(lambda scans: {"scans": scans}, rehearsal, ("status",), ("at",))

HOOKS = {
    "rehearsal": REHEARSAL,
    "aftership": Lists(
        lambda scans: {
            "event": "tracking_update",
            "msg": {"tracking_number": NUMBER, "checkpoints": scans},
        },
        *AFTERSHIP,
    ),
    "17track": Lists(
        lambda scans: {"event": "TRACKING_UPDATED", "data": tracked(scans)}, *SEVENTEEN_TRACK
    ),
    "easypost": Lists(
        lambda scans: {
            "description": "tracker.updated",
            "result": {"tracking_code": NUMBER, "tracking_details": scans},
        },
        *EASYPOST,
    ),
    "by_hand": Lists(lambda scans: {"events": scans}, by_hand, ("milestone",), ("happened_at",)),
    "jt_vn": Lists(
        lambda scans: {"billCode": NUMBER, "details": scans},
        lambda n: {"scanType": "Nhận hàng", "scanTime": f"2026-11-25 0{n}:15:00"},
        ("scanType",),
        ("scanTime",),
    ),
}
ANSWERS = {
    "rehearsal": REHEARSAL,
    "aftership": Lists(
        lambda scans: {"data": {"trackings": [{"tracking_number": NUMBER, "checkpoints": scans}]}},
        *AFTERSHIP,
    ),
    "17track": Lists(
        lambda scans: {"code": 0, "data": {"accepted": [tracked(scans)]}}, *SEVENTEEN_TRACK
    ),
    "easypost": Lists(
        lambda scans: {
            "trackers": [
                {
                    "tracking_code": NUMBER,
                    "created_at": "2026-03-01T00:00:00Z",
                    "tracking_details": scans,
                }
            ]
        },
        *EASYPOST,
    ),
    "vnpost": Lists(
        lambda scans: {
            "code": "success",
            "data": {"tracking_code": NUMBER, "__get_status": scans},
        },
        lambda n: {"status": "4", "tracedate": f"2026-11-25 0{n}:15:00", "address": "HN"},
        ("status",),
        ("tracedate",),
    ),
    "ghn": Lists(
        lambda scans: {
            "code": 200,
            "data": {"order_code": NUMBER, "status": "storing", "log": scans},
        },
        lambda n: {"status": "storing", "updated_date": f"2026-11-25T0{n}:15:00Z"},
        ("status",),
        ("updated_date",),
    ),
}


def message(told: Lists, *bad: object, place: int = 0) -> object:
    scans: list[object] = [told.scan(n) for n in (1, 2, 3)]
    return told.message([*scans[:place], *bad, *scans[place:]])
