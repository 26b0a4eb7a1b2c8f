"""What a scanner reads, and what can be done with it here and now."""

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.views import lookup


def scan(centre, code, act="", *, role="desk"):
    return centre.post("/scans", {"code": code, "act": act}, role=role)


def test_every_code_of_the_house_is_known_by_its_reading(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    listed = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    made = any_centre.get(f"/dossiers/{code}").json()
    plain = made["lookup_code"].replace("-", "")
    link = f"https://hoso.example.vn/t/{lookup.link_token(plain, any_centre.house.secret)}"
    readings = {
        code: ("dossier", code),
        f"]C0{code}": ("dossier", code),
        made["lookup_code"].lower(): ("dossier", code),
        plain: ("dossier", code),
        link: ("dossier", code),
        link.swapcase(): ("dossier", code),
        number: ("parcel", number),
        f" {number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}\n": (
            "parcel",
            number,
        ),
        listed["number"]: ("handover", listed["number"]),
    }

    for reading, (kind, about) in readings.items():
        seen = scan(any_centre, reading).json()
        assert (seen["kind"], seen["code"]) == (kind, about), reading


NOBODY_KNOWS = [
    "nonsense",
    "Nguyễn Thị Hoa",
    "022190001234|Nguyễn Thị Hoa|01011990",
    "EE123456785VN",
    "H49.12-261123-9999",
    "BK-261123-9999",
    "https://example.com/t/../../etc/passwd",
    "\u0000",
    "a\nb",
    "]",
    "x" * 500,
    "💌",
]


def test_what_nobody_knows_is_unknown_and_is_not_repeated(centre):
    unknown = {"kind": "unknown", "code": "", "acts": [], "stage": None, "done": None}
    unknown |= {"repaired": False, "choices": []}

    assert [scan(centre, reading).json() for reading in NOBODY_KNOWS] == [unknown] * 12


def test_the_desk_is_offered_what_can_be_done(centre):
    code = centre.a_dossier()
    assert scan(centre, code).json()["acts"] == ["result_ready", "collected", "cancelled"]
    number = centre.a_parcel(code)
    assert scan(centre, code).json()["acts"] == ["taken_out"]
    assert scan(centre, number).json()["acts"] == []  # it has not left yet
    done = scan(centre, code, "taken_out").json()
    assert (done["done"], done["stage"]) == ("taken_out", "with_office")
    assert centre.differences() == []


def test_what_comes_back_lies_at_the_office_where_it_was_scanned(any_centre):
    code = any_centre.a_dossier()
    any_centre.tell(any_centre.an_event(any_centre.a_parcel(code), "delivered"))
    any_centre.clock.pass_(hours=1)
    form = {"code": code, "act": "received_back", "office": "H49.12.01"}
    assert any_centre.post("/scans", form).json()["done"] == "received_back"

    location = any_centre.get(f"/dossiers/{code}").json()["location"]
    assert (location["holder"], location["place"]) == ("office", "Bộ phận Quang Trung")


def test_a_scan_at_an_office_that_is_not_there_does_nothing(centre):
    code = centre.a_dossier()
    answer = centre.post("/scans", {"code": code, "act": "cancelled", "office": "H00"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "office")
    assert centre.stage(code) == "with_office"


def test_what_is_not_offered_is_not_done(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    for reading, act in (
        (code, "collected"),
        (code, "strike_out"),
        (number, "received_back"),
        (number, "delivered"),
        ("nonsense", "collected"),
        (code, "fly"),
    ):
        answer = scan(centre, reading, act)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-at-this-stage")
    assert centre.stage(code) == "sealed"


def test_a_courier_says_what_became_of_a_parcel_by_scanning_it(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    assert "delivered" in scan(any_centre, number, role="courier").json()["acts"]
    any_centre.clock.pass_(hours=1)
    done = scan(any_centre, number, "delivered", role="courier").json()

    assert (done["done"], done["acts"]) == ("delivered", [])
    assert any_centre.stage(code) == "at_authority"
    assert any_centre.differences() == []


def test_a_courier_does_nothing_with_a_dossier(centre):
    code = centre.a_dossier()

    assert scan(centre, code, role="courier").json()["acts"] == []
    assert scan(centre, code, "collected", role="courier").status_code == 409


def test_a_courier_of_another_carrier_is_offered_nothing(centre):
    number = centre.a_parcel()
    centre.keys["bound"] = centre.database.write_now(
        lambda s: access.create_key(
            s, role=Role.COURIER, name="Tuấn", carrier="by_hand", now=centre.clock()
        )
    )

    assert scan(centre, number, role="bound").json()["acts"] == []
    assert scan(centre, number, "delivered", role="bound").status_code == 409


def test_scanning_the_same_thing_twice_does_it_once(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code, direction="to_centre")
    centre.clock.pass_(hours=1)
    assert scan(centre, number, "received_back").status_code == 200
    assert scan(centre, number, "received_back").status_code == 409

    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
    assert [e["what"] for e in timeline].count("received_back") == 1
