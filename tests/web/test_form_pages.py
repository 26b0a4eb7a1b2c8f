"""Forms of the desk, couriers and citizens: who may send them, what is kept, what is shown."""

import csv
import gzip
import html
import re
import unicodedata
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import openpyxl
import pytest
from fastapi.routing import APIRoute
from sqlmodel import Session, select

from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.text import visible
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import Applicant, CarrierMessage, Dossier, NumberRange
from postal_tracker.views import lookup, search
from postal_tracker.web.html.assets import asset
from postal_tracker.web.staff.sign_in import safe_address
from tests.web.conftest import PASSWORD, Visitor, employ

HOA = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "applicant.phone": "0912 345 678"}

NAUGHTY = [
    "<script>alert('ô')</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "<!-- --> ]]> <![CDATA[",
    "{{ 7 * 7 }}{% raw %}",
    "{name} {0} {holder.__class__}",
    "%s %d %(csrf)s",
    "Robert'); DROP TABLE dossier;--",
    '=HYPERLINK("http://x.test")',
    "&lt;b&gt; &amp; &#60;script&#62;",
    "javascript:alert(1)",
    "${jndi:ldap://x.test/a}",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "Nguyễn\u200bThị\u200dHoa",
    "\u202eaoH ịhT nễyugN",
    "Nguye\u0302\u0303n Thi\u0323 Hoa",
    "👩🏽‍🦳 Bà Hoa 🇻🇳",
    "Đ" * 200,
    "null",
]


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def names(session: Session) -> list[str]:
    return [row.name for row in session.exec(select(Applicant))]


def taken_in(visitor: Visitor, **fields: str) -> str:
    """Register at the desk's page; return the new dossier's address."""
    answer = visitor.sends("/desk/dossiers/new", {**HOA, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


# Who may send what


def posting_routes(app, prefixes):
    for route in _all_routes(app):
        if route.path.startswith(prefixes) and "POST" in route.methods:
            yield re.sub(r"\{([^}:]*)[^}]*\}", lambda m: WORDS.get(m[1], "1"), route.path)


WORDS = {"list_": "offices", "day": "2027-02-08", "mode": "receive"}
"""In addresses where anything else leads nowhere."""


def _all_routes(app):
    found = list(app.routes)
    while found:
        route = found.pop()
        if isinstance(route, APIRoute):
            yield route
        found += getattr(getattr(route, "original_router", route), "routes", None) or []


AREAS = {"lan": "/desk", "tuan": "/courier", "quan": "/desk/admin"}


def acts(app, who):
    paths = set(posting_routes(app, AREAS[who]))
    of_others = () if who == "quan" else (AREAS["quan"],)
    return sorted(
        p for p in paths if not re.search("/(sign-in|enrol)", p) and not p.startswith(of_others)
    )


@pytest.mark.parametrize(("who", "at_least"), [("lan", 12), ("tuan", 3), ("quan", 3)])
def test_no_form_is_taken_without_this_sessions_token(visitor, centre, who, at_least):
    here, other = visitor(who), visitor("minh" if who == "lan" else "tuan")
    foreign = other.token()
    addresses = acts(centre.client.app, who)
    assert len(addresses) >= at_least

    for address in addresses:
        for fields in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": foreign}):
            answer = here.client.post(address, data=fields)
            assert answer.status_code == 403, (address, fields)
            assert "Yêu cầu không đến từ trang này" in answer.text


@pytest.mark.parametrize(("who", "page"), [("lan", "/desk/handovers"), ("tuan", "/courier")])
def test_every_form_of_a_page_carries_this_sessions_token(visitor, who, page):
    here = visitor(who)

    told = re.findall(r'name="csrf" value="(\w+)"', here.opens(page).text)
    assert set(told) == {here.token()}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "http://evil.test"},
        {"sec-fetch-site": "", "origin": "null"},
    ],
)
def test_another_sites_form_is_refused_though_its_token_were_right(lan, centre, headers):
    answer = lan.sends("/desk/dossiers/new", HOA, headers=headers)

    assert answer.status_code == 403
    assert centre.database.read_now(names) == []


def test_a_browser_without_fetch_metadata_is_judged_by_its_origin(lan):
    del lan.client.headers["sec-fetch-site"]

    assert lan.sends("/desk/dossiers/new", HOA).status_code == 403
    kept = lan.sends("/desk/dossiers/new", HOA, headers={"origin": "http://testserver"})
    assert kept.status_code == 303


def test_another_site_cannot_sign_somebody_in(visitor):
    answer = visitor().client.post(
        "/desk/sign-in",
        data={"username": "lan", "password": PASSWORD},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


DESK_ONLY = ["/desk/dossiers/new", "/desk/parcels/new", "/desk/prints", "/desk/messages"]
STAFF = ["/desk", "/desk/dossiers", "/desk/parcels", "/desk/handovers"]
REPORTS = [
    f"/desk/reports/{name}"
    for name in (
        "locations",
        "overdue",
        "unaccepted",
        "silent",
        "punctuality",
        "promises",
        "found-by-poll",
        "overview",
    )
]


def test_the_desks_pages_open_on_both_databases(any_centre):
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    lan.signs_in("lan")
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    made = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    any_centre.a_parcel()
    any_centre.hook(b"rubbish")

    for address in (
        *STAFF,
        *DESK_ONLY,
        *REPORTS,
        f"/desk/dossiers/{code}",
        f"/desk/parcels/{number}",
        f"/desk/handovers/{made['number']}",
    ):
        assert lan.opens(address).status_code == 200, address
    assert "Cán bộ một cửa Lan" in lan.opens(f"/desk/dossiers/{code}").text
    assert lan.opens("/desk/dossiers/%00").status_code == 404


@pytest.mark.parametrize(
    ("who", "may", "may_not"),
    [
        ("lan", [*STAFF, *DESK_ONLY, *REPORTS], ["/courier"]),
        ("minh", [*STAFF, *REPORTS], [*DESK_ONLY, "/courier"]),
        ("quan", STAFF, [*DESK_ONLY, *REPORTS, "/courier"]),
        ("tuan", ["/courier", "/courier/EB100000003VN"], [*STAFF, *DESK_ONLY, *REPORTS]),
    ],
)
def test_each_role_sees_its_own_pages(visitor, who, may, may_not):
    somebody = visitor(who)

    assert {a: somebody.opens(a).status_code for a in may} == dict.fromkeys(may, 200)
    assert {a: somebody.opens(a).status_code for a in may_not} == dict.fromkeys(may_not, 403)


def test_a_chief_sees_a_dossier_but_finds_nothing_to_press(visitor, lan):
    address = taken_in(lan)

    page = visitor("minh").opens(address).text

    assert "Việc có thể làm" not in page
    assert "Hủy ghi nhận" not in page
    assert visitor("minh").sends(address + "/acts", {"act": "collected"}).status_code == 403


# Signing in and out


def test_who_is_not_signed_in_is_led_to_the_door_and_back(visitor):
    nobody = visitor()
    led = nobody.opens("/desk/handovers")
    assert led.headers["location"] == "/desk/sign-in?next=%2Fdesk%2Fhandovers"
    assert 'value="/desk/handovers"' in nobody.opens(led.headers["location"]).text

    fields = {"username": "lan", "password": PASSWORD, "next": "/desk/handovers"}
    answer = nobody.client.post("/desk/sign-in", data=fields)

    assert answer.headers["location"] == "/desk/handovers"


@pytest.mark.parametrize(
    "trap",
    [
        "//evil.test/desk",
        "https://evil.test/desk",
        "/desk//evil.test",
        "/desk/../api/v1",
        "/desk\\evil",
        "/desk/x\r\nSet-Cookie: a=b",
        "/deskevil",
        "javascript:alert(1)",
        "/api/v1/dossiers",
        "/desk?next=/desk",
    ],
)
def test_the_door_leads_nowhere_else(trap):
    assert safe_address(trap) == ""


def test_a_courier_comes_to_his_own_pages_whatever_was_wanted(visitor):
    visitor("tuan")
    fields = {"username": "tuan", "password": PASSWORD, "next": "/desk/dossiers"}
    answer = visitor().client.post("/desk/sign-in", data=fields)

    assert answer.headers["location"] == "/courier"


def test_a_wrong_password_and_an_unknown_name_get_the_same_page(visitor):
    wrong, unknown = visitor().signs_in("lan", "sai"), visitor().signs_in("nobody", "sai")

    def told(answer):
        return re.sub(r'value="(lan|nobody)"', "", answer.text)

    assert wrong.status_code == unknown.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.text
    assert told(wrong) == told(unknown)
    assert "sai" not in re.findall(r'value="([^"]*)"', wrong.text)


def test_after_five_wrong_passwords_the_page_says_how_long_to_wait(visitor):
    nobody = visitor()
    for _ in range(5):
        assert nobody.signs_in("lan", "sai").status_code == 401

    answer = nobody.signs_in("lan")

    assert answer.status_code == 429
    assert "15 phút" in answer.text
    assert answer.headers["retry-after"] == "900"


def test_the_session_cookie_is_closed_to_script_and_other_sites(visitor, centre):
    cookie = visitor().signs_in("lan").headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie

    centre.house.settings.secure_cookies = True
    cookie = visitor().signs_in("lan").headers["set-cookie"]
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie


def test_signing_in_again_ends_the_old_session_and_signing_out_the_new_one(visitor, centre):
    lan = visitor("lan")
    first = lan.client.cookies["sid"]
    lan.signs_in("lan")
    second = lan.client.cookies["sid"]
    thief = visitor()

    assert first != second
    thief.client.cookies["sid"] = first
    assert thief.opens("/desk").status_code == 303

    lan.sends("/desk/sign-out")
    thief.client.cookies["sid"] = second
    assert thief.opens("/desk").status_code == 303
    assert "Đã đăng xuất." in lan.opens("/desk/sign-in").text


# Taking in, and mistakes in forms


def test_a_mistake_keeps_what_was_typed_and_stands_beside_its_field(lan, centre):
    answer = lan.sends(
        "/desk/dossiers/new",
        {"applicant.name": "Bà Hoa", "applicant.phone": "12", "note": "gấp", "return_by_post": "x"},
    )

    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert 'href="#f-applicant-phone"' in answer.text
    assert 'id="f-applicant-phone"' in answer.text
    assert 'id="f-applicant-phone-fault"' in answer.text
    assert 'aria-describedby="f-applicant-phone-hint f-applicant-phone-fault"' in answer.text
    assert 'value="Bà Hoa"' in answer.text
    assert ">\ngấp</textarea>" in answer.text
    assert ">Vui lòng chọn thủ tục.<" in answer.text
    assert centre.database.read_now(names) == []


def test_every_fault_leads_to_a_field_that_is_there(lan):
    for address, fields in (
        ("/desk/dossiers/new", {"code": "x", "applicant.email": "x", "applicant.id_number": "?"}),
        ("/desk/parcels/new", {"dossiers": "x\nH49.12-261123-0001", "tracking_number": "@"}),
        ("/desk/parcels/new", {"dossiers": "", "recipient.phone": "1"}),
    ):
        page = lan.sends(address, fields).text
        wanted = re.findall(r'href="#(f-[\w-]+)"', page)
        assert wanted, address
        assert [w for w in wanted if f'id="{w}"' not in page] == [], address


def test_a_fault_in_a_list_names_its_line(lan):
    code = taken_in(lan).rpartition("/")[2]

    page = lan.sends("/desk/parcels/new", {"dossiers": f"{code}\nrubbish", "carrier": "by_hand"})

    assert "Dòng 2" in page.text


def test_a_button_pressed_twice_takes_one_dossier_in(lan, centre):
    page = lan.opens("/desk/dossiers/new").text
    form_id = re.search(r'name="form_id" value="(\w+)"', page)[1]

    first = taken_in(lan, form_id=form_id)
    second = taken_in(lan, form_id=form_id)

    assert first == second
    assert len(centre.database.read_now(names)) == 1


def test_forms_without_an_id_of_their_own_are_never_taken_for_one(lan):
    assert taken_in(lan) != taken_in(lan, **{"applicant.name": "Ông Ba"})


def test_a_used_form_with_other_contents_is_asked_about(lan):
    taken_in(lan, form_id="once")

    answer = lan.sends("/desk/dossiers/new", {**HOA, "applicant.name": "Ông Ba", "form_id": "once"})

    assert answer.status_code == 409
    assert "Biểu mẫu này đã được ghi nhận một lần" in answer.text
    assert 'name="form_id" value="once"' not in answer.text


def test_what_was_done_is_said_once(lan):
    address = taken_in(lan)

    assert "Đã tiếp nhận hồ sơ." in lan.opens(address).text
    assert "Đã tiếp nhận hồ sơ." not in lan.opens(address).text


def test_whatever_a_name_holds_is_shown_as_text(lan):
    for name in NAUGHTY:
        address = taken_in(lan, **{"applicant.name": name})
        for page in (
            lan.opens(address).text,
            found_by(lan, q=name[:150]).text,
            lan.sends("/desk/dossiers/new", {"applicant.name": name}).text,
        ):
            assert not re.search(r"<(script(?! type=.module)|img src=x|svg/onload|b>)", page), name
            assert fold(visible(name))[:150] in fold(visible(html.unescape(page))), name


def test_a_carriers_message_is_shown_as_text_and_read_again(lan, centre):
    centre.hook(b'{"scans": "<script>alert(1)</script>"}')
    page = lan.opens("/desk/messages").text
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    message = centre.database.read_now(lambda s: s.exec(select(CarrierMessage.id)).one())

    answer = lan.sends(f"/desk/messages/{message}/read-again", {"state": "unread"})

    assert answer.headers["location"] == "/desk/messages?state=unread"
    assert "vẫn chưa đọc được" in lan.opens("/desk/messages?state=unread").text


# Nothing personal in an address


def found_by(somebody, **fields):
    """Search, and return the page that it leads to."""
    return somebody.opens(somebody.sends("/desk/dossiers", fields).headers["location"])


def test_a_name_is_searched_for_without_standing_in_the_address(lan):
    taken_in(lan)

    found = found_by(lan, q="ba hoa", holder="office")

    assert found.status_code == 200
    assert "Bà Hoa" in found.text
    assert re.fullmatch(
        r"/desk/dossiers\?holder=office&search=[0-9a-f]{16}", str(found.url.raw_path, "ascii")
    )
    assert "q=" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', found.text))
    assert re.findall(r'method="get" action="([^"]*)"', found.text) == ["/desk/dossiers/list.xlsx"]


def test_a_search_that_fits_too_many_says_so(lan, monkeypatch):
    taken_in(lan)
    assert "Hơn 1.000 hồ sơ phù hợp" not in found_by(lan, q="hoa").text
    monkeypatch.setattr(search, "MOST_FOUND", 0)

    assert "Hơn 1.000 hồ sơ phù hợp" in found_by(lan, q="hoa").text


def test_a_search_can_be_gone_back_to_and_by_nobody_else(lan, minh):
    address = taken_in(lan)
    found, other = found_by(lan, q="ba hoa"), found_by(lan, q="no such person")

    assert address in lan.opens(str(found.url)).text
    assert address not in lan.opens(str(other.url)).text
    elsewhere = minh.opens(str(found.url)).text
    assert address not in elsewhere
    assert "Vui lòng nhập lại" in elsewhere


def test_searches_are_forgotten_with_the_session(lan):
    found_by(lan, q="ba hoa")
    assert [name for name in lan.client.cookies if name.startswith("search-")]

    lan.sends("/desk/sign-out")

    assert not [name for name in lan.client.cookies if name.startswith("search-")]


def test_a_search_that_nobody_could_make_is_forgotten(lan):
    assert "Vui lòng nhập lại" in lan.opens("/desk/dossiers?search=%C3%A9").text


def test_of_many_searches_the_latest_are_kept(lan, centre):
    first = found_by(lan, q="ba hoa").url
    centre.clock.pass_(seconds=1)
    for n in range(8):
        latest = found_by(lan, q=f"ông {n}").url
        centre.clock.pass_(seconds=1)

    assert "Vui lòng nhập lại" in lan.opens(str(first)).text
    assert "Vui lòng nhập lại" not in lan.opens(str(latest)).text
    assert len([name for name in lan.client.cookies if name.startswith("search-")]) == 8


def test_filters_alone_become_an_address_that_can_be_sent_on(lan):
    address = taken_in(lan)

    led = lan.sends("/desk/dossiers", {"holder": "post", "overdue": "yes"})

    assert led.headers["location"] == "/desk/dossiers?holder=post&overdue=yes"
    assert address not in lan.opens(led.headers["location"]).text
    assert address in lan.opens("/desk/dossiers?holder=office").text


def test_a_long_list_has_pages(lan, centre):
    made = [centre.a_dossier() for _ in range(51)]
    pages = [lan.opens("/desk/dossiers").text]
    while further := link_to("next", pages[-1]):
        pages.append(lan.opens(further).text)
    searched = found_by(lan, q="hoa").text

    assert [listed_on(page) for page in pages] == [made[:-26:-1], made[25:0:-1], made[:1]]
    assert all("51 hồ sơ" in page for page in pages)
    assert listed_on(lan.opens(link_to("prev", pages[2])).text) == listed_on(pages[1])
    first = lan.opens(link_to("prev", pages[1])).text
    assert (listed_on(first), link_to("prev", first)) == (listed_on(pages[0]), "")
    assert listed_on(lan.opens(link_to("next", first)).text) == listed_on(pages[1])
    assert listed_on(lan.opens(link_to("next", searched)).text) == made[25:0:-1]


def link_to(which, page):
    found = re.search(rf'rel="{which}" href="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def listed_on(page):
    return re.findall(r'<th scope="row"><a class="code" href="/desk/dossiers/([^"]*)"', page)


def test_a_list_is_sorted_and_narrowed_to_days_of_receipt(lan, centre):
    made = []
    for procedure in ("DD-01", "GPLX-01", "DD-01"):
        made.append(centre.a_dossier(procedure=procedure))
        centre.clock.pass_(days=1)
    days = [f"{centre.clock.pass_(days=-n):%Y-%m-%d}" for n in (1, 1, 1)][::-1]
    centre.clock.pass_(days=4)
    lan.signs_in("lan")

    def shown(**asked):
        return listed_on(lan.opens(f"/desk/dossiers?{urlencode(asked)}").text)

    assert shown(sort="oldest") == made
    due = shown(sort="due")
    on = [centre.get(f"/dossiers/{code}").json()["due_on"] for code in due]
    assert (sorted(due), on) == (sorted(made), sorted(on))
    assert shown(**{"from": days[1]}) == made[:0:-1]
    assert shown(**{"from": days[0], "to": days[1], "sort": "oldest"}) == made[:2]
    assert shown(to=days[0], holder="office", sort="due") == made[:1]
    assert shown(to=days[0], q="", stage="delivered") == []
    led = lan.sends("/desk/dossiers", {"from": days[0], "to": days[1], "sort": "oldest"})
    assert led.headers["location"] == f"/desk/dossiers?from={days[0]}&to={days[1]}&sort=oldest"


@pytest.mark.parametrize(
    "asked", ["from=x", "from=2026-12-01&to=2026-11-01", "to=9999-12-31", "cursor=x"]
)
def test_days_that_cannot_be_are_said_on_the_list(lan, asked):
    address = taken_in(lan)
    told = lan.opens(f"/desk/dossiers?{asked}")

    assert told.status_code == 422
    assert "Vui lòng kiểm tra lại" in told.text
    assert address in told.text


def test_chosen_dossiers_are_printed_sealed_and_taken_away(lan, centre):
    chosen, other = [centre.a_dossier(), centre.a_dossier()], centre.a_dossier()
    query = urlencode([("dossiers", code) for code in chosen])

    sealing = lan.opens(f"/desk/parcels/new?{query}").text
    assert "\n".join(chosen) in sealing
    assert "Còn 2 nhãn." in lan.opens(f"/desk/prints?{query}").text
    assert lan.opens("/desk/prints?dossiers=H49.12-000101-9999").status_code == 404
    for asked, codes in ((query, chosen), ("sort=oldest", [*chosen, other]), ("stage=lost", [])):
        file = lan.opens(f"/desk/dossiers/list.csv?{asked}")
        rows = list(csv.reader(file.content.decode("utf-8-sig").splitlines()))
        assert (rows[0][0], sorted(row[0] for row in rows[1:])) == ("Mã hồ sơ", sorted(codes))
    assert lan.opens(f"/desk/dossiers/list.xlsx?{query}").content.startswith(b"PK")
    assert lan.opens("/desk/dossiers/list.csv?search=0123456789abcdef").status_code == 404


def test_the_lists_of_any_day_are_found_signed_or_not(lan, centre):
    made = []
    for _ in range(3):
        parcels = [centre.a_parcel(centre.a_dossier())]
        made.append(centre.post("/handovers", {"carrier": "rehearsal", "parcels": parcels}).json())
        centre.clock.pass_(days=1)
    numbers = [one["number"] for one in made]
    for number in numbers[:2]:
        centre.post(f"/handovers/{number}/sign", {"signed_by": "Tuấn"})
    days = [centre.clock() - timedelta(days=n) for n in (3, 2, 1)]
    centre.clock.pass_(days=40)
    lan.signs_in("lan")

    def shown(first, last, **more):
        asked = {"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}", **more}
        page = lan.opens(f"/desk/handovers?{urlencode(asked)}").text
        return re.findall(r'href="/desk/handovers/(BK[^"]*)"', page)

    assert shown(days[0], days[0]) == numbers[:1]
    assert shown(days[0], days[2]) == numbers[::-1]
    assert shown(days[0], days[2], state="signed") == numbers[1::-1]
    assert shown(days[0], days[2], state="unsigned") == numbers[2:]
    assert numbers[0] not in lan.opens("/desk/handovers").text
    file = lan.opens(f"/desk/handovers/list.csv?from={days[1]:%Y-%m-%d}&state=signed").text
    assert (numbers[1] in file, numbers[0] in file, numbers[2] in file) == (True, False, False)
    wrong = lan.opens("/desk/handovers?from=2026-12-01&to=2026-11-01")
    assert (wrong.status_code, "Ngày cuối phải từ ngày đầu" in wrong.text) == (422, True)


# The scan field


def test_a_scan_leads_to_whatever_was_scanned(lan, centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    lookup_code = centre.get(f"/dossiers/{code}").json()["lookup_code"]
    link = lookup.link_token(lookup_code.replace("-", ""), centre.house.secret)

    for reading, address in (
        (code.lower(), f"/desk/dossiers/{code}"),
        (f"]C0{number}", f"/desk/parcels/{number}"),
        (made["number"], f"/desk/handovers/{made['number']}"),
        (lookup_code, f"/desk/dossiers/{code}"),
        (f"http://127.0.0.1:8000/t/{link}", f"/desk/dossiers/{code}"),
        (f"http://127.0.0.1:8000/courier/{number}", f"/desk/parcels/{number}"),
    ):
        assert lan.sends("/desk/scan", {"code": reading}).headers["location"] == address


def test_an_unknown_scan_is_not_repeated_for_it_may_be_an_identity_card(lan):
    answer = lan.sends("/desk/scan", {"code": "022184001234|Nguyen Thi Hoa|01011984"})

    assert answer.status_code == 422
    assert "Không tìm thấy gì với mã này." in answer.text
    assert "022184001234" not in answer.text


# Parcels, handovers, strike-outs


def test_parcels_are_filled_by_scanning_labels_one_after_the_other(lan, centre):
    codes = [centre.a_dossier() for _ in range(2)]
    lookup_code = centre.get(f"/dossiers/{codes[1]}").json()["lookup_code"]

    answer = lan.sends(
        "/desk/parcels/new",
        {
            "dossiers": f"{codes[0].lower()}\r\n{lookup_code}\r\n{codes[0]}\r\n",
            "carrier": "rehearsal",
            "direction": "to_authority",
        },
    )

    page = lan.opens(answer.headers["location"]).text
    assert "Bên trong có 2 hồ sơ" in page
    assert codes[0] in page
    assert codes[1] in page


def test_what_was_scanned_twice_is_counted_once_and_said_by_its_lines(lan, centre):
    codes = [centre.a_dossier() for _ in range(3)]
    lookup_code = centre.get(f"/dossiers/{codes[1]}").json()["lookup_code"]
    scans = [*codes, codes[0].lower(), "", lookup_code, codes[0]]

    def told(*scans, lang="vi"):
        fields = {"dossiers": "\n".join(scans), "carrier": "rehearsal", "direction": "to_authority"}
        address = lan.sends("/desk/parcels/new", fields).headers["location"]
        return lan.opens(f"{address}?lang={lang}").text, lan.opens(address).text

    first, second = told(*scans)
    assert "Bên trong có 3 hồ sơ" in first
    assert "dòng 1 và dòng 4, 6." in first
    assert "dòng 2 và dòng 5." in first
    assert 'role="alert"' not in first
    assert "Quét nhiều lần" not in second
    assert "Quét nhiều lần" not in told(centre.a_dossier(), centre.a_dossier())[0]
    twice = centre.a_dossier()
    assert "line 1 and line 2." in told(twice, twice, lang="en")[0]


@pytest.mark.parametrize("kept", ["", ".", "sealed.", "sealed.x-<b>", "sealed.-", "..-.-"])
def test_a_page_stands_whatever_its_cookies_say(lan, kept):
    lan.client.cookies["done"] = kept
    page = lan.opens("/desk")

    assert page.status_code == 200
    assert "<b>" not in page.text


def test_a_list_is_made_signed_and_watched(lan, centre):
    numbers = [centre.a_parcel(), centre.a_parcel()]
    page = lan.opens("/desk/handovers").text
    assert (page.count('name="parcels"'), page.count(" checked")) == (2, 0)
    led_here = lan.opens(f"/desk/handovers?parcels={numbers[0]}").text
    assert re.findall(r'value="(\w+)" [^>]* checked>', " ".join(led_here.split())) == numbers[:1]
    assert "chọn ít nhất một" in lan.sends("/desk/handovers", {"carrier": "rehearsal"}).text

    fields = {"carrier": "rehearsal", "parcels": numbers}
    address = lan.sends("/desk/handovers", fields).headers["location"]
    assert lan.sends(f"{address}/sign", {"signed_by": ""}).status_code == 422
    wrong = lan.sends(f"{address}/sign", {"signed_by": "Tuấn", "at": "2027-01-01T08:00"})
    assert "Thời điểm này chưa tới." in wrong.text
    assert 'value="Tuấn"' in wrong.text
    signed = {"signed_by": "Tuấn", "at": "2026-11-23T08:00"}
    assert lan.sends(f"{address}/sign", signed).status_code == 303
    centre.clock.pass_(minutes=20)
    centre.tell(centre.an_event(numbers[0], "accepted", place="BC Uông Bí"))

    page = lan.opens(address).text

    assert "Tuấn đã ký nhận 2 bưu gửi lúc 23/11/2026 08:00." in page
    assert page.count("tag good") == 2  # the list is signed, one parcel accepted
    assert page.count("chờ bưu chính xác nhận") == 1
    assert page.count("tag bad") == 0  # twenty minutes are no delay
    centre.clock.pass_(hours=5)
    lan.signs_in("lan")
    assert lan.opens(address).text.count("tag bad") == 1
    assert address in lan.opens("/desk/handovers").text


def test_a_wrong_entry_is_struck_out_only_with_a_reason(lan, centre):
    code = centre.a_dossier()
    lan.sends(f"/desk/dossiers/{code}/acts", {"act": "collected"})
    assert centre.stage(code) == "collected"
    address = re.search(
        rf'href="(/desk/dossiers/{code}/strike-out/\d+)"', lan.opens(f"/desk/dossiers/{code}").text
    )[1]
    assert "Người dân nhận tại quầy" in lan.opens(address).text

    assert lan.sends(address, {"note": " "}).status_code == 422
    assert centre.stage(code) == "collected"
    assert lan.sends(address, {"note": "bấm nhầm"}).status_code == 303

    assert centre.stage(code) == "with_office"
    page = lan.opens(f"/desk/dossiers/{code}").text
    assert "“bấm nhầm”" in page
    assert centre.differences() == []


def test_a_withdrawal_is_asked_about_first(lan, centre):
    code = centre.a_dossier()
    assert f'href="/desk/dossiers/{code}/cancel"' in lan.opens(f"/desk/dossiers/{code}").text

    assert lan.sends(f"/desk/dossiers/{code}/cancel").status_code == 422
    lan.sends(f"/desk/dossiers/{code}/cancel", {"note": "người nộp xin rút"})

    assert centre.stage(code) == "cancelled"


def test_a_parcel_on_the_desk_is_received_with_all_that_is_in_it(lan, centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    centre.tell(centre.an_event(number, "accepted"), centre.an_event(number, "returning"))

    assert "Xác nhận đã nhận bưu gửi" in lan.opens(f"/desk/parcels/{number}").text
    lan.sends(f"/desk/parcels/{number}/receive")

    assert centre.get(f"/dossiers/{code}").json()["location"]["holder"] == "office"
    assert "Đã nhận bưu gửi và mọi hồ sơ bên trong." in lan.opens(f"/desk/parcels/{number}").text


def test_labels_come_as_one_pdf(lan, centre):
    number = centre.a_parcel()

    answer = lan.sends("/desk/labels", {"parcels": number})

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_board_tells_what_needs_attention(lan, centre):
    number = centre.a_parcel()
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})
    centre.hook(b"rubbish")
    centre.clock.pass_(days=12)
    lan.signs_in("lan")

    page = lan.opens("/desk").text

    told = re.findall(r'class="some">.*?big-number">([^<]*)</span>([^<]*)<', page)
    assert ("1", "hồ sơ quá hạn") in told
    assert ("1", "bưu gửi đã bàn giao, bưu chính chưa xác nhận") in told
    assert ("1", "bưu gửi chậm cập nhật") in told
    assert ("1", "tin bưu chính chưa đọc được") in told


def test_the_board_warns_when_allotted_numbers_run_out(lan, centre):
    def use_up(session):
        allotted = session.exec(select(NumberRange)).one()
        allotted.next_serial = allotted.last_serial - 49
        session.add(allotted)

    assert "chỉ còn" not in lan.opens("/desk").text
    centre.database.write_now(use_up)

    assert "Bưu chính Diễn tập: chỉ còn 50 số hiệu được cấp." in lan.opens("/desk").text


# Couriers


def test_a_couriers_form_sent_twice_is_one_event(tuan, centre):
    number = centre.a_parcel()
    centre.clock.pass_(hours=1)
    form_id = re.search(r'name="form_id" value="(\w+)"', tuan.opens(f"/courier/{number}").text)[1]
    fields = {"milestone": "accepted", "place": "BC Uông Bí", "form_id": form_id}

    assert tuan.sends(f"/courier/{number}", fields).status_code == 303
    centre.clock.pass_(seconds=2)
    assert tuan.sends(f"/courier/{number}", fields).status_code == 303

    events = centre.get(f"/parcels/{number}").json()["events"]
    assert [e["milestone"] for e in events].count("accepted") == 1
    other = tuan.sends(f"/courier/{number}", {**fields, "milestone": "delivered"})
    assert other.status_code == 422
    assert "Mã sự kiện này đã dùng" in other.text


def test_a_failed_delivery_needs_its_reason(tuan, centre):
    number = centre.a_parcel()
    centre.clock.pass_(hours=1)

    without = tuan.sends(
        f"/courier/{number}", {"milestone": "delivery_failed", "note": "quay lại chiều"}
    )
    assert without.status_code == 422
    assert "Vui lòng chọn lý do phát không thành công." in without.text
    assert "quay lại chiều" in without.text
    fields = {"milestone": "delivery_failed", "reason": "nobody_home", "form_id": "f1"}
    assert tuan.sends(f"/courier/{number}", fields).status_code == 303

    page = tuan.opens(f"/courier/{number}").text
    assert "Phát không thành công</strong>: không có người nhận" in page


def test_enter_in_a_couriers_text_field_records_nothing(tuan, centre):
    number = centre.a_parcel()

    answer = tuan.sends(f"/courier/{number}", {"milestone": "", "place": "BC Uông Bí"})

    assert answer.status_code == 422
    assert "Vui lòng chọn trạng thái." in answer.text


def test_a_courier_sees_no_citizen(tuan, centre):
    number = centre.a_parcel(centre.a_dossier(name="Nguyễn Thị Hoa"))

    page = tuan.opens(f"/courier/{number}").text

    assert number in page
    assert "Hoa" not in page
    assert "912345678" not in page.replace(" ", "")


def test_news_of_an_unknown_parcel_is_kept_for_the_desk(tuan, lan):
    address = tuan.sends("/courier", {"code": "EB123456785VN"}).headers["location"]
    assert "Trung tâm chưa có bưu gửi này." in tuan.opens(address).text

    fields = {"milestone": "accepted", "form_id": "f1"}
    assert tuan.sends(address, fields).status_code == 303

    assert "Đã giữ lại tin này." in tuan.opens(address).text
    assert "EB123456785VN" in lan.opens("/desk/messages?state=unclaimed").text


def test_staff_who_scan_a_parcels_label_come_to_their_own_page(lan):
    led = lan.opens("/courier/EB123456785VN")

    assert led.headers["location"] == "/desk/parcels/EB123456785VN"


# Citizens


def test_a_citizen_is_told_in_one_sentence_and_nothing_personal(visitor, centre):
    code = centre.a_dossier(name="Nguyễn Thị Hoa")
    shown = visitor().client.post("/", data={"code": code.lower(), "phone_last4": "5678"})

    assert shown.status_code == 200
    assert "<h1>Hồ sơ đang ở điểm tiếp nhận, chuẩn bị chuyển đi.</h1>" in shown.text
    assert "Ngày hẹn trả kết quả: 01/12/2026" in shown.text
    assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    assert "Nguyễn" not in shown.text
    assert "912" not in shown.text


def test_an_unknown_code_and_a_wrong_proof_get_the_same_page(visitor, centre):
    code = centre.a_dossier()

    def told(sent_code, last4):
        answer = visitor().client.post("/", data={"code": sent_code, "phone_last4": last4})
        assert answer.status_code == 404
        return answer.text.replace(sent_code, "")

    assert told(code, "0000") == told("H49.12-261123-9999", "0000") == told("rubbish", "0000")


def test_a_citizen_who_guesses_is_told_to_wait_and_where_help_is(visitor, centre):
    code = centre.a_dossier()
    citizen = visitor()
    for _ in range(5):
        citizen.client.post("/", data={"code": code, "phone_last4": "0000"})

    answer = citizen.client.post("/", data={"code": code, "phone_last4": "5678"})

    assert answer.status_code == 429
    assert "1 phút" in answer.text
    assert "quét mã QR" in answer.text


def test_missing_answers_are_asked_for_in_plain_words(visitor):
    answer = visitor().client.post("/", data={"code": "", "phone_last4": "12"})

    assert answer.status_code == 422
    assert "Vui lòng nhập mã trên giấy hẹn." in answer.text
    assert "Vui lòng nhập đúng 4 số cuối" in answer.text


def test_the_receipts_link_needs_no_other_proof_and_cannot_be_made_up(visitor, centre):
    code = centre.a_dossier()
    row = centre.database.read_now(lambda s: s.exec(select(Dossier)).one())
    token = lookup.link_token(row.lookup_code, centre.house.secret)

    shown = visitor().opens(f"/t/{token}")
    forged = visitor().opens(f"/t/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}")

    assert code in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.headers["cache-control"] == "no-store"
    assert forged.status_code == 404
    assert code not in forged.text


# Languages, errors, files


def test_the_switch_is_kept_and_browsers_may_ask(visitor):
    citizen = visitor()
    assert '<html lang="vi">' in citizen.opens("/").text
    assert '<html lang="en">' in citizen.opens("/", headers={"accept-language": "en-GB"}).text

    switched = citizen.opens("/?lang=en")

    assert "Where is my dossier?" in switched.text
    assert 'href="/?lang=vi"' in switched.text
    assert "Where is my dossier?" in citizen.opens("/").text
    assert (
        "Nothing is found"
        in citizen.client.post("/", data={"code": "x", "phone_last4": "1234"}).text
    )


def test_the_switch_keeps_the_filters(lan):
    page = lan.opens("/desk/dossiers?holder=post").text

    assert 'href="/desk/dossiers?holder=post&amp;lang=en"' in page


def test_what_is_not_there_is_said_on_a_page_to_people_and_in_json_to_programs(lan, centre):
    page = lan.opens("/desk/dossiers/H49.12-261123-9999")
    assert page.status_code == 404
    assert "Không tìm thấy hồ sơ. Vui lòng kiểm tra lại mã." in page.text
    assert lan.opens("/desk/dossiers/%00").status_code == 404
    assert lan.opens("/nowhere").status_code == 404
    nowhere = lan.opens("/desk/nowhere")
    assert (nowhere.status_code, "toolbar" in nowhere.text, "Lan" in nowhere.text) == (
        404,
        True,
        True,
    )
    assert "toolbar" not in centre.client.get("/desk/nowhere", headers={"accept": "text/html"}).text
    assert lan.opens("/desk/reports/nothing").status_code == 404
    assert lan.opens("/desk/dossiers/x/strike-out/1").status_code == 404

    answer = centre.get("/dossiers/H49.12-261123-9999", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_is_a_page_too(lan, centre, monkeypatch):
    monkeypatch.setattr(centre.house, "today", lambda: 1 / 0)

    answer = lan.opens("/desk")

    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi và đã ghi lại." in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_the_first_view_is_small(visitor, lan):
    for who, address in ((visitor(), "/"), (lan, "/desk")):
        page = who.opens(address)
        linked = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
        files = [who.opens(file) for file in [*linked, asset("mark.svg")]]
        assert all("immutable" in file.headers["cache-control"] for file in files)
        assert files[1].headers["content-encoding"] == "gzip"
        # Each file by itself, as it is sent.
        sent = sum(len(gzip.compress(file.content)) for file in [page, *files])
        assert 0 < sent < 30_000


def test_static_files_hold_nothing_else(visitor):
    for trap in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static/", "/static/x.css"):
        assert visitor().opens(trap).status_code in (404, 405)


# Reports for programs


REPORT_NAMES = [
    *("locations", "overdue", "unaccepted", "silent", "punctuality", "promises", "feedback"),
    "found-by-poll",
]


@pytest.mark.parametrize("name", REPORT_NAMES)
def test_each_report_comes_as_json_csv_and_xlsx(centre, name):
    centre.a_dossier(name="=1+1")
    centre.clock.pass_(days=12)

    rows = centre.get(f"/reports/{name}", role="manager")
    csv = centre.get(f"/reports/{name}?format=csv", role="manager")
    xlsx = centre.get(f"/reports/{name}?format=xlsx", role="manager")

    assert set(rows.json()) == {"items", "next_cursor", "count", "is_more"}
    assert csv.headers["content-disposition"].startswith(f'attachment; filename="{name}-2026')
    assert csv.text.startswith("\ufeff")
    sheet = openpyxl.load_workbook(BytesIO(xlsx.content)).active
    assert sheet.max_row == 1 + len(rows.json()["items"])


def test_reports_are_for_the_desk_and_chiefs(centre):
    for role, status in (
        ("desk", 200),
        ("manager", 200),
        ("admin", 403),
        ("courier", 403),
        ("integration", 403),
        ("", 401),
    ):
        assert centre.get("/reports/overdue", role=role).status_code == status, role


def test_a_reports_rows_are_told_in_the_openapi_document(centre):
    document = centre.client.get("/openapi.json").json()
    operation = document["paths"]["/api/v1/reports/overdue"]["get"]

    content = operation["responses"]["200"]["content"]

    assert set(content) >= {"application/json", "text/csv"}
    assert content["application/json"]["schema"]["$ref"].endswith("/OverdueRows")


def test_a_report_page_links_to_what_it_lists(lan, centre):
    code = centre.a_dossier()
    centre.clock.pass_(days=12)
    lan.signs_in("lan")

    page = lan.opens("/desk/reports/overdue").text

    assert f'href="/desk/dossiers/{code}"' in page
    assert "/api/v1/reports/overdue?format=xlsx" in page
    assert lan.opens("/desk/reports/overdue?cursor=rubbish").status_code == 422
    assert lan.opens("/desk/reports/punctuality?month=x").status_code == 422


def test_a_parcel_is_handed_to_whom_the_centre_uses_and_to_no_source(lan, centre):
    centre.settings.carriers["17track"] = CarrierSettings(token="t" * 20)
    centre.settings.carriers_unused = "ghn"
    centre.house.carriers = Carriers(centre.settings)

    page = lan.opens("/desk/parcels/new").text
    assert 'value="vnpost"' in page
    assert 'value="ghn"' not in page
    assert 'value="17track"' not in page


def test_a_fault_is_told_at_its_line_though_something_was_scanned_twice(lan, centre):
    first, second, third = (centre.a_dossier() for _ in range(3))
    page = lan.sends(
        "/desk/parcels/new",
        {
            "carrier": "rehearsal",
            "direction": "to_authority",
            "dossiers": "\n".join([first, second, third, first, "HELLO123"]),
        },
    )

    assert "Dòng 5" in page.text
    assert "Dòng 4" not in page.text


def test_a_dossier_that_is_scanned_twice_is_sealed_once(lan, centre):
    code = centre.a_dossier()
    form = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": f"{code}\n{code}"}
    lan.sends("/desk/parcels/new", form)

    assert centre.stage(code) == "sealed"
    assert centre.differences() == []


def test_an_empty_board_shows_the_first_steps_and_not_a_row_of_zeros(centre, lan, visitor):
    empty = lan.opens("/desk").text
    assert "Các bước đầu tiên" in empty
    assert 'class="tiles"' not in empty
    assert 'href="/desk/dossiers/new">Tiếp nhận hồ sơ đầu tiên' in empty
    assert "Các bước đầu tiên" in visitor("quan").opens("/desk").text
    centre.a_dossier()

    living = lan.opens("/desk").text
    assert "Các bước đầu tiên" not in living
    assert 'class="tiles"' in living
