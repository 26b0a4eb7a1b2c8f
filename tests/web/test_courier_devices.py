"""The desk enrols a courier's telephone, which opens the couriers' doors until it is withdrawn."""

import re
from datetime import timedelta
from functools import partial

import pytest

from postal_tracker import access
from postal_tracker.access import people
from tests.asserting import assert_problem
from tests.web.conftest import Visitor, employ

HERE = "/desk/courier-devices"
ADDRESS = re.compile(r"https?://[^/<]+(/courier/enrol/[\w-]{32})<")


@pytest.fixture
def post(any_centre):
    """A centre with a clerk and two couriers."""
    for who in ("lan", "tuan", "binh"):
        employ(any_centre, who)
    return any_centre


def signed_in(centre, username):
    visitor = Visitor(centre)
    visitor.has_signed_in(username)
    return visitor


def is_given_an_address(desk, staff="tuan", carrier="rehearsal"):
    page = desk.sends(HERE, {"name": "Máy xanh", "staff": staff, "carrier": carrier})
    assert page.status_code == 200, page.text
    return ADDRESS.search(page.text)[1]


def enrolled(centre, address):
    telephone = Visitor(centre)
    asked = telephone.opens(address)
    assert "Bưu tá: Tuấn · Bưu chính Diễn tập" in asked.text
    assert telephone.client.cookies.get("sid") is None
    answer = telephone.sends(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/courier")
    return telephone


def tells(telephone, number, milestone="accepted", id_="e1"):
    told = {"id": id_, "tracking_number": number, "milestone": milestone}
    body = {"events": [{**told, "happened_at": "2026-11-23T08:30:00+07:00"}]}
    return telephone.client.post("/api/v1/events", json=body, headers={"accept": "*/*"})


def listed(desk):
    rows = re.findall(r'<th scope="row">Máy xanh</th>.*?</tr>', desk.opens(HERE).text, re.DOTALL)
    return [re.search(r'class="tag \w*">([^<]+)<', row)[1] for row in rows]


def test_a_telephone_is_enrolled_by_the_desk_and_reports_for_months(post):
    desk, number = signed_in(post, "lan"), post.a_parcel()
    address = is_given_an_address(desk)
    assert listed(desk) == ["chờ quét mã"]
    telephone = enrolled(post, address)
    for _ in range(3):
        post.clock.pass_(days=29)
        post.database.write_now(partial(access.forget_old_sessions, most=99, now=post.clock()))
        assert telephone.opens("/courier").status_code == 200
    assert tells(telephone, number).json()["results"][0]["status"] == "recorded"
    desk = signed_in(post, "lan")
    assert listed(desk) == ["đang dùng"]
    page = desk.opens(HERE).text
    assert "Tuấn" in page
    assert address.rpartition("/")[2] not in page
    log = post.get("/audit?what=account", role="admin").json()["items"]
    assert [(e["who"], e["detail"]) for e in log] == [
        ("staff:2", "device 1 of tuan enrolled"),
        ("staff:1", "device 1 of tuan awaited"),
    ]


def test_the_account_of_whoever_uses_his_telephone_is_not_idle(post):
    telephone = enrolled(post, is_given_an_address(signed_in(post, "lan")))
    for _ in range(4):
        post.clock.pass_(days=25)
        telephone.opens("/courier")
    idle = partial(people.disable_idle, most=99, idle_for=timedelta(days=90), now=post.clock())
    assert post.database.write_now(idle) >= 1

    assert telephone.opens("/courier").status_code == 200
    assert post.database.read_now(lambda s: access.find_for_sign_in(s, "binh")).staff_id is None


def test_its_address_is_good_once_and_for_a_quarter_of_an_hour(post):
    desk = signed_in(post, "lan")
    used, late = is_given_an_address(desk), is_given_an_address(desk)
    enrolled(post, used)
    other = Visitor(post)
    post.clock.pass_(minutes=16)

    for address in (used, late, "/courier/enrol/x"):
        for answer in (other.opens(address), other.sends(address)):
            assert answer.status_code == 404, address
            assert "nhờ bàn một cửa tạo mã mới" in answer.text
    assert other.opens("/courier").status_code == 303
    assert sorted(listed(desk)) == ["mã đã hết hạn", "đang dùng"]


def test_who_tries_addresses_waits_and_whoever_has_one_is_not_found_out(post):
    address, guesser = is_given_an_address(signed_in(post, "lan")), Visitor(post)
    answers = [guesser.opens(f"/courier/enrol/{n:032}").status_code for n in range(32)]

    assert answers == [404] * 30 + [429] * 2
    assert guesser.opens(address).status_code == 429
    assert guesser.sends(address).status_code == 429


def test_a_withdrawn_telephone_opens_nothing_from_its_next_request_on(post):
    desk, number = signed_in(post, "lan"), post.a_parcel()
    telephone = enrolled(post, is_given_an_address(desk))
    gone = desk.sends(f"{HERE}/1/revoke")
    assert (gone.status_code, gone.headers["location"]) == (303, HERE)

    assert_problem(tells(telephone, number), 401, "telephone-withdrawn")
    page = telephone.opens("/courier")
    assert page.status_code == 401
    assert "đã thu hồi điện thoại này" in page.text
    assert 'data-who="staff:2"' in page.text
    assert telephone.sends(f"/courier/{number}", {"milestone": "accepted"}).status_code == 401
    assert [e["milestone"] for e in post.get(f"/parcels/{number}").json()["events"]] == [
        "announced"
    ]
    assert listed(desk) == ["đã thu hồi"]


@pytest.mark.parametrize("how", ["disabled", "another carrier", "another role", "new password"])
def test_a_telephone_goes_no_further_than_its_person(post, how):
    telephone = enrolled(post, is_given_an_address(signed_in(post, "lan")))
    employ(post, "quan")
    quan, courier = signed_in(post, "quan"), {"role": "courier", "office": "H49.12"}
    change = {
        "disabled": {"do": "disable"},
        "another carrier": {"do": "change", **courier, "carrier": "by_hand"},
        "another role": {"do": "change", "role": "desk", "office": "H49.12"},
        "new password": {"do": "reset"},
    }[how]
    assert quan.sends("/desk/admin/people/2", {**courier, **change}).status_code in (200, 303)

    answer = telephone.opens("/courier")
    assert (answer.status_code, answer.headers["location"][:16]) == (303, "/courier/sign-in")


def test_it_opens_the_couriers_doors_alone(post):
    telephone = enrolled(post, is_given_an_address(signed_in(post, "lan")))
    other = post.a_parcel(carrier="by_hand", tracking_number="TAY00001")
    shut = ("/courier/password", "/courier/second-factor", "/courier/sessions", "/desk/sessions")

    for path in (*shut, "/desk", "/api/v1/offices"):
        assert telephone.opens(path).status_code == 403, path
    assert tells(telephone, other).json()["results"][0]["status"] == "refused"
    assert 'href="/courier/password"' not in telephone.opens("/courier").text


def test_one_who_signs_out_ends_his_telephone_and_one_enrolled_anew_sends_on(post):
    desk = signed_in(post, "lan")
    telephone = enrolled(post, is_given_an_address(desk))
    telephone.sends("/courier/sign-out")
    assert telephone.opens("/courier").status_code == 303
    assert listed(desk) == ["đã đăng xuất"]

    again = enrolled(post, is_given_an_address(desk))
    assert 'data-who="staff:2"' in again.opens("/courier").text


@pytest.mark.parametrize(
    ("asked", "status", "slug"),
    [
        ({"staff": "lan"}, 404, "no-such-staff"),
        ({"staff": ""}, 422, "bad-staff"),
        ({"carrier": ""}, 422, "bad-carrier"),
        ({"carrier": "nobody"}, 422, "unknown-carrier"),
        ({"name": ""}, 422, "bad-name"),
    ],
)
def test_a_telephone_is_one_couriers_and_one_carriers(centre, asked, status, slug):
    for who in ("lan", "tuan", "binh"):
        employ(centre, who)
    form = {"name": "Máy", "staff": "tuan", "carrier": "rehearsal", **asked}

    assert_problem(centre.post("/courier/devices", form), status, slug)


def test_a_program_is_told_the_address_and_until_when_it_is_good(centre):
    for who in ("lan", "tuan"):
        employ(centre, who)
    made = centre.post("/courier/devices", {"name": "Máy", "carrier": "rehearsal"})

    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["staff"], told["carrier"], told["name"]) == ("tuan", "rehearsal", "Máy")
    telephone = Visitor(centre)
    path = "/courier/enrol/" + told["address"].rpartition("/")[2]
    assert telephone.sends(path).status_code == 303
    assert telephone.opens("/courier").status_code == 200
