"""A centre with something of everything, and the pages on which it is seen."""

import json

from sqlmodel import Session

from postal_tracker.storage.tables import Notice
from postal_tracker.views import lookup
from tests.centre import Centre
from tests.hotline import surveyed
from tests.web.conftest import Served

STATUTORY = ("request_supplement", "receive_supplement", "receive_payment", "extend", "stop")
"""Pages of acts that differ from each other."""

STATION = ("receive", "lookup", "shelf", "handover", "seal", "test")
REPORTS = (
    *("locations", "overdue", "nearly-late", "to-forward", "unaccepted", "silent", "to-collect"),
    *("punctuality", "feedback", "promises", "found-by-poll", "catalogue"),
    *("official", "official?by=authority", "official/dossiers", "registers"),
    *("official/summary", "official/summary?span=month&by=authority"),
    *("overview", "overview?month=2020-01", "overview/behind?figure=open"),
    *("overview/behind?figure=slow&key=whole", "overview/behind?figure=posted"),
)
INSPECTION = ("", "?part=late", "?part=gaps", "?part=corrections", "?part=acts")
MANAGERS = ("satisfaction", *(f"inspection{part}" for part in INSPECTION))
SURVEYS = [f"/desk/surveys{more}" for more in ("", "/KS-2026-01", "/KS-2026-01/entry")]
STRANGERS = [
    *("/", "/privacy", "/satisfaction", "/accessibility"),
    *("/desk/sign-in", "/courier/sign-in", "/nowhere"),
]
ADMINISTRATION = [
    "/desk",
    "/desk/admin",
    "/desk/admin/catalogue/offices",
    "/desk/admin/catalogue/authorities",
    "/desk/admin/catalogue/procedures/add",
    "/desk/admin/catalogue/procedures/one/GPLX-01",
    "/desk/admin/printers",
    "/desk/admin/holidays",
    "/desk/admin/people",
    "/desk/admin/people/1",
    "/desk/admin/numbers",
    "/desk/admin/health",
    *[
        f"/desk/admin/breach{more}?since=2026-11-01T00:00&until=2027-01-01T00:00"
        for more in ("", "/paper")
    ],
    "/desk/admin/carriers",
    "/desk/admin/carriers/rehearsal",
    "/desk/admin/carriers/vnpost",
    "/desk/admin/settings",
    "/desk/admin/keys",
    "/desk/admin/webhooks",
    "/desk/admin/webhooks/1",
    "/desk/admin/import/procedures",
]


def furnished(served: Served) -> dict[str, str]:
    """Give the centre something of everything; return the addresses by who may see them."""
    centre = served.centre
    subscribe(centre)
    surveyed(centre)
    codes = [centre.a_dossier(), centre.a_dossier(), centre.a_dossier(return_by_post=True)]
    told(centre)
    gone, waiting = centre.a_parcel(codes[0]), centre.a_parcel(codes[1])
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [gone]}).json()
    opened = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [waiting]}).json()
    centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})
    centre.tell(centre.an_event(gone, "accepted", place="BC Uông Bí"))
    centre.tell(centre.an_event("EB123456785VN", "accepted"))
    centre.hook(b"{rubbish")
    contradict(centre, gone)
    centre.a_parcel(codes[2])
    hotline, said_at = call_the_hotline(centre, codes[0])
    centre.clock.pass_(days=12)
    timeline = centre.get(f"/dossiers/{codes[0]}").json()["timeline"]
    struck = f"/desk/dossiers/{codes[0]}/strike-out/{timeline[-1]['entry']}"
    return {
        "": [*STRANGERS, said_at],
        "lan": [
            *("/desk", "/desk/worklist", "/desk/dossiers", "/desk/dossiers/new", "/desk/imports"),
            *[f"/desk/dossiers/{code}" for code in codes],
            f"/desk/dossiers/{codes[0]}/cancel",
            *[f"/desk/dossiers/{codes[0]}/acts/{word}" for word in STATUTORY],
            f"/desk/dossiers/{codes[2]}/correct",
            struck,
            "/desk/password",
            "/desk/sessions",
            "/desk/second-factor",
            *("/desk/help", "/desk/help/seal"),
            *("/desk/catalogue", "/desk/parcels", "/desk/parcels/new", *SURVEYS),
            f"/desk/parcels/{gone}",
            f"/desk/parcels/{waiting}",
            *("/desk/handovers", "/desk/courier-devices"),
            f"/desk/handovers/{made['number']}",
            f"/desk/handovers/{opened['number']}",
            *[f"/desk/station/{mode}" for mode in STATION],
            *("/desk/feedback", f"/desk/dossiers/{codes[0]}/feedback", "/desk/denunciations/new"),
            *hotline,
            "/desk/messages?state=unread",
            "/desk/messages?state=unclaimed",
            "/desk/messages?state=conflicting",
            *("/desk/messages/1", "/desk/messages/3"),
            *[f"/desk/reports/{name}" for name in REPORTS],
        ],
        "minh": [f"/desk/reports/{name}" for name in MANAGERS],
        "quan": ADMINISTRATION,
        "tuan": [
            "/courier",
            "/courier/password",
            "/courier/sessions",
            "/courier/second-factor",
            *("/courier/lists", f"/courier/lists/{opened['number']}"),
            f"/courier/{gone}",
            "/courier/EB999999999VN",
        ],
    }


def call_the_hotline(centre: Centre, code: str) -> tuple[list[str], str]:
    """Return the pages of a disputed delivery and of a wish to be erased, and where it is said."""
    disputed, said_at = dispute(centre)
    pages = [f"/desk/feedback/{disputed}{more}" for more in ("", "/evidence", "/claim")]
    right = ask_to_erase(centre, code)
    return [*pages, *(f"/desk/feedback/{right}{more}" for more in ("", "/held"))], said_at


def ask_to_erase(centre: Centre, code: str) -> str:
    """Let somebody whose paper was looked at ask for his data to be erased; return its number."""
    asked = {"code": code, "kind": "erase", "text": "Đề nghị xóa dữ liệu của tôi"}
    number = centre.post("/feedback", asked).json()["number"]
    centre.post(f"/feedback/{number}/acts", {"act": "identify"})
    return number


def dispute(centre: Centre) -> tuple[str, str]:
    """Let a citizen not have what was delivered; return its number, and where they say so."""
    code = centre.a_dossier(name="Bà Tư", phone="0987654321", return_by_post=True)
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    number = centre.a_parcel(code, direction="to_citizen")
    for milestone in ("accepted", "delivered"):
        centre.clock.pass_(minutes=1)
        centre.tell(centre.an_event(number, milestone))
    said = {"code": code, "kind": "not_received", "text": "Tôi chưa nhận được"}
    plain = centre.get(f"/dossiers/{code}").json()["lookup_code"].replace("-", "")
    address = "/f/" + lookup.feedback_token(plain, centre.house.secret)
    return centre.post("/feedback", said).json()["number"], address


def contradict(centre, number):
    """Let the carrier tell one scan in two ways."""
    for status in ("ROI_BC", "PHAT_TC"):
        scan = {"id": "1", "tracking_number": number, "status": status}
        scan["at"] = centre.clock().isoformat()
        centre.hook(json.dumps({"scans": [scan]}).encode())


def told(centre: Centre) -> None:
    """Let a citizen have been told of a dossier, with every outcome there is."""
    at = centre.clock()
    outcomes = [
        *(("received", "delivered", ""), ("handed_over", "sent", "")),
        *(("at_authority", "uncertain", "cut_short"), ("late", "failed", "wrong_address")),
        ("out_for_delivery", "failed", "overtaken"),
    ]

    def tell(session: Session) -> None:
        for event, state, fault in outcomes:
            what = {"event": event, "state": state, "fault": fault, "channel": "email"}
            session.add(Notice(dossier_id=1, happened_at=at, created_at=at, **what))

    centre.database.write_now(tell)


def subscribe(centre: Centre) -> None:
    """Let another system want to be told, and be about to be."""
    portal = {"url": "https://portal.example.vn/", "types": ["dossier.stage_changed"]}
    centre.post("/webhooks", portal, role="admin")
    centre.post("/webhooks/1/test", role="admin")
