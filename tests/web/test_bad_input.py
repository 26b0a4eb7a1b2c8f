"""What cannot be right is refused with a sentence, in whole, and leaves nothing half done."""

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from postal_tracker.access import Role
from tests.asserting import assert_problem, rows
from tests.centre import HOOK_SECRET, TOKEN, Centre
from tests.furnishing import KEY_ROLES
from tests.web.doors import APPLICANT, DOORS, DOSSIER, FORMS


@pytest.fixture(scope="module")
def counter(migrated_sqlite, tmp_path_factory):
    """A centre for many refusals, which leave nothing behind."""
    file = tmp_path_factory.mktemp("counter") / "postal.db"
    shutil.copy(migrated_sqlite, file)
    with Centre(f"sqlite:///{file}") as centre:
        yield centre


MIB = 1024 * 1024


def assert_refused(centre, ask, status, slug, *, field=None):
    """Check a refusal in both languages, and that it leaves no trace."""
    before = rows(centre)
    body = assert_problem(ask({}), status, slug)
    english = ask({"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"}).json()
    assert english["detail"] != body["detail"]
    assert english["type"] == body["type"]
    if field:
        assert [e["field"] for e in body["errors"]] == [field], body
        assert english["errors"][0]["detail"] != body["errors"][0]["detail"]
        assert not body["errors"][0]["detail"].isascii()
    assert rows(centre) == before
    return body


def posting(centre, path, body, *, role="desk"):
    return lambda headers: centre.post(path, body, role=role, headers=headers)


def sending(centre, path, raw, *, role="desk"):
    kind = {"content-type": "application/json"}
    return lambda headers: centre.call(
        "POST", f"/api/v1{path}", role=role, content=raw, headers=kind | headers
    )


# Numbers and names


@pytest.mark.parametrize(
    ("change", "slug", "field"),
    [
        ({"tracking_number": "EE123456784VN"}, "invalid-form", "tracking_number"),
        ({"tracking_number": "EE 123 456 784 VN"}, "invalid-form", "tracking_number"),
        ({"tracking_number": "không phải số"}, "invalid-form", "tracking_number"),
        ({"tracking_number": "12345"}, "invalid-form", "tracking_number"),
        ({"carrier": "pigeon"}, "unknown-carrier", "carrier"),
        ({"carrier": ""}, "invalid-form", "carrier"),
        ({"direction": "sideways"}, "invalid-form", "direction"),
        ({"dossiers": []}, "invalid-form", "dossiers"),
        ({"dossiers": ["x"]}, "invalid-form", "dossiers.0"),
        ({"weight": 12}, "invalid-form", "weight"),
        ({"recipient": {"name": "  "}}, "invalid-form", "recipient.name"),
    ],
)
def test_a_parcel_that_cannot_be_is_refused(counter, change, slug, field):
    code = counter.a_dossier()
    body = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code], **change}

    assert_refused(counter, posting(counter, "/parcels", body), 422, slug, field=field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": "NONE"}, "procedure"),
        ({"procedure": "X" * 31}, "procedure"),
        ({"office": "H1"}, "office"),
        ({"code": "not a code"}, "code"),
        ({"code": "H49.12-263123-0001"}, "code"),
        ({"received_at": "2026-11-23T08:00:00"}, "received_at"),
        ({"received_at": "2126-11-23T08:00:00+07:00"}, "received_at"),
        ({"received_at": "2027-11-23T08:00:00+07:00"}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+07:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59-12:00"}, "received_at"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": 1e300}, "received_at"),
        ({"received_at": True}, "received_at"),
        ({"return_by_post": "perhaps"}, "return_by_post"),
        ({"channel": "pigeon"}, "channel"),
        ({"applicant_kind": "ghost"}, "applicant_kind"),
        ({"papers_count": -1}, "papers_count"),
        ({"papers_count": 10**30}, "papers_count"),
        ({"sets_count": 1.5}, "sets_count"),
        ({"fee_vnd": 10**12 + 1}, "fee_vnd"),
        ({"fee_vnd": "nhiều"}, "fee_vnd"),
        ({"note": "x" * 1001}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"phone": "0912345678"}, "phone"),
        ({"applicant": None}, "applicant"),
        ({"applicant": "Bà Hoa"}, "applicant"),
        ({"applicant": {}}, "applicant.name"),
        ({"applicant": APPLICANT | {"name": "x" * 201}}, "applicant.name"),
        ({"applicant": APPLICANT | {"name": "Hoa\x00"}}, "applicant.name"),
        ({"applicant": APPLICANT | {"phone": "12"}}, "applicant.phone"),
        ({"applicant": APPLICANT | {"phone": "19001234"}}, "applicant.phone"),
        ({"applicant": APPLICANT | {"phone": "01621234567"}}, "applicant.phone"),
        ({"applicant": APPLICANT | {"name": "NguyÔn V¨n An"}}, "applicant.name"),
        ({"applicant": APPLICANT | {"ward": "Phöôøng Uoâng Bí"}}, "applicant.ward"),
        ({"applicant": APPLICANT | {"address": "HoÃ\xa0ng Mai"}}, "applicant.address"),
        ({"applicant": APPLICANT | {"email": "hoa@"}}, "applicant.email"),
        ({"applicant": APPLICANT | {"id_number": "a b"}}, "applicant.id_number"),
        ({"applicant": APPLICANT | {"id_number": "1085012345"}}, "applicant.id_number"),
        ({"applicant": APPLICANT | {"surname": "x"}}, "applicant.surname"),
    ],
)
def test_a_dossier_that_cannot_be_is_refused(counter, change, field):
    ask = posting(counter, "/dossiers", DOSSIER | change)

    assert_refused(counter, ask, 422, "invalid-form", field=field)


def test_every_fault_of_a_form_is_named_at_once(counter):
    body = {"procedure": "", "applicant": {"name": "", "phone": "1"}, "weight": 3}
    fields = {e["field"] for e in counter.post("/dossiers", body).json()["errors"]}

    assert fields == {"procedure", "applicant.name", "applicant.phone", "weight"}


def test_a_refusal_never_repeats_what_was_sent(counter):
    secret = "Nguyễn Thị Bí Mật"
    body = {"procedure": secret, "applicant": {"name": secret, "phone": secret}, secret: secret}
    answer = counter.post("/dossiers", {**body, "applicant": {**body["applicant"], "age": secret}})

    assert answer.status_code == 422
    details = [e["detail"] for e in answer.json()["errors"]]
    assert not any(secret in detail for detail in [*details, answer.json()["detail"]])


# Bytes that are no form


BROKEN = {
    "nothing": b"",
    "no JSON": b"{",
    "broken UTF-8": b'{"procedure": "\xff\xfe"}',
    "UTF-16": '{"procedure": "GPLX-01"}'.encode("utf-16"),
    "a list": b"[]",
    "a text": b'"dossier"',
    "null": b"null",
    "a number": b"12",
    "NaN": b'{"procedure": NaN, "applicant": {"name": "Hoa"}}',
    "infinity": b'{"procedure": "GPLX-01", "applicant": {"name": "Hoa"}, "note": -Infinity}',
    "a key twice": b'{"procedure": "GPLX-01", "procedure": "DD-01", "applicant": {"name": "Hoa"}}',
    "a key twice inside": b'{"procedure": "GPLX-01", "applicant": {"name": "Hoa", "name": "X"}}',
    "deep": b'{"applicant":' * 300,
    "deep and closed": b'{"note":' + b"[" * 1_900 + b"]" * 1_900 + b"}",
    "deep but small": b'{"note":' + b"[" * 100 + b"]" * 100 + b"}",
    "a lone surrogate": b'{"procedure": "\\ud800", "applicant": {"name": "Hoa"}}',
    "a lone surrogate in a name": b'{"procedure": "GPLX-01", "applicant": {"name": "Hoa \\udfff"}}',
    "a NUL": b'{"procedure": "GPLX-01\\u0000", "applicant": {"name": "Hoa"}}',
    "a huge number": b'{"procedure": ' + b"9" * 4_000 + b', "applicant": {"name": "Hoa"}}',
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", ["/dossiers", "/parcels", "/handovers", "/scans", "/track"])
def test_a_body_that_cannot_be_read_is_refused(counter, path, raw):
    before = rows(counter)
    answer = sending(counter, path, raw)({})

    assert answer.status_code == 422, answer.text
    assert_problem(answer, 422, "invalid-form")
    assert rows(counter) == before


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_events_that_cannot_be_read_are_refused(counter, raw):
    before = rows(counter)

    assert_problem(sending(counter, "/events", raw, role="courier")({}), 422, "invalid-form")
    assert rows(counter) == before


def test_a_form_in_another_dress_is_refused(counter):
    answer = counter.call(
        "POST",
        "/api/v1/dossiers",
        content=b"procedure=GPLX-01",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert_problem(answer, 422, "invalid-form")


def chunks(size):
    for _ in range(size // 65536 + 1):
        yield b" " * 65536


@pytest.mark.parametrize(
    ("path", "role"),
    [("/api/v1/dossiers", "desk"), ("/api/v1/events", "courier"), ("/hooks/rehearsal/x", "")],
)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_a_mebibyte_is_refused(counter, path, role, announced):
    before = rows(counter)
    path = path.replace("/x", f"/{HOOK_SECRET}")
    body = b" " * int(1.1 * MIB) if announced else chunks(int(1.1 * MIB))
    answer = counter.call(
        "POST", path, role=role, content=body, headers={"content-type": "application/json"}
    )

    assert ("content-length" in answer.request.headers) is announced
    assert_problem(answer, 413, "too-large")
    assert rows(counter) == before
    assert counter.get("/dossiers").status_code == 200


@pytest.mark.parametrize(("path", "kib"), [("/events", 1024), ("/dossiers", 128), ("/track", 4)])
def test_a_body_as_long_as_its_route_needs_is_still_read(centre, path, kib):
    role, form = ("courier", FORMS["/events"]) if path == "/events" else ("desk", DOSSIER)
    body = json.dumps(form).encode()
    whole, more = (body + b" " * (kib * 1024 - len(body) + over) for over in (0, 1))

    assert sending(centre, path, whole, role=role)({}).status_code != 413
    assert sending(centre, path, more, role=role)({}).status_code == 413


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "/dossiers?limit=0",
        "/dossiers?limit=201",
        "/dossiers?limit=64221094280259305472",
        "/dossiers?limit=abc",
        "/dossiers?limit=",
        "/dossiers?cursor=64221094280259305472",
        "/dossiers?cursor=-1",
        "/dossiers?cursor=1e3",
        f"/dossiers?q={'x' * 201}",
        f"/dossiers?stage={'x' * 81}",
        "/dossiers?overdue=perhaps",
        "/messages?state=read",
        f"/messages?carrier={'x' * 31}",
        "/messages?limit=9999",
        "/messages?cursor=99999999999999999999",
    ],
)
def test_a_question_out_of_bounds_is_refused(counter, address):
    def ask(headers):
        return counter.get(address, headers=headers)

    assert_refused(counter, ask, 422, "invalid-form")


@pytest.mark.parametrize(
    "address",
    [
        "/dossiers/a%00b",
        "/dossiers?q=%00",
        "/dossiers?stage=a%00",
        "/parcels/%00",
        "/handovers/BK%00",
        "/dossiers?q=%ff%fe",
        "/dossiers/%ff",
        "/dossiers?q=%ED%A0%80",
        "/dossiers?office=%00&holder=%00",
        "/nothing%00here",
    ],
)
def test_an_address_that_no_database_takes_finds_nothing_and_breaks_nothing(any_centre, address):
    answer = any_centre.get(address)

    assert answer.status_code in (200, 400, 404, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/dossiers/H49.12-261123-9999"),
        ("GET", f"/dossiers/{'x' * 300}"),
        ("GET", "/parcels/EE123456785VN"),
        ("GET", "/handovers/BK-261123-0001"),
        ("POST", "/handovers/BK-261123-0001/sign"),
        ("POST", "/dossiers/H49.12-261123-9999/acts"),
        ("POST", "/messages/1/read-again"),
        ("GET", "/messages/1"),
        ("GET", "/nothing"),
    ],
)
def test_what_is_not_there_is_not_found(any_centre, method, path):
    body = {"sign": {"signed_by": "Tuấn"}, "acts": {"act": "collected"}}.get(path.split("/")[-1])
    answer = any_centre.call(method, f"/api/v1{path}", json=body)

    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 404 or "x" * 60 in path


@pytest.mark.parametrize("id_", ["0", "-1", "99999999999999999999", "one", "1.5"])
def test_a_message_is_named_by_a_number(counter, id_):
    assert_problem(counter.post(f"/messages/{id_}/read-again"), 422, "invalid-form")
    assert counter.get(f"/messages/{id_}").status_code in (404, 422)


# Who may do what


def test_every_role_passes_its_own_doors_and_no_other(centre):
    for (method, path), allowed in DOORS.items():
        for role in KEY_ROLES:
            answer = centre.call(method, f"/api/v1{path}", role=role, json=FORMS.get(path))
            if role in allowed:
                assert answer.status_code not in (401, 403, 405, 500), (method, path, role)
            else:
                assert_problem(answer, 403, "not-your-role")


def test_who_shows_no_key_passes_no_door_but_the_citizens(counter):
    for method, path in DOORS:
        answer = counter.call(method, f"/api/v1{path}", role="", json=FORMS.get(path))
        assert_problem(answer, 401, "sign-in-first")
        assert answer.headers["www-authenticate"] == "Bearer"
    body = {"code": "H49.12-261123-0001", "phone_last4": "0000"}
    assert counter.post("/track", body, role="").status_code == 404


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer pt_AAAAAAAA_" + "0" * 52,
        "Basic aGVsbG86d29ybGQ=",
        "bearer \xff",
        "Bearer " + "x" * 5000,
    ],
)
def test_a_key_that_is_none_opens_nothing(counter, shown):
    headers = {"Authorization": shown.encode("latin-1")}
    answer = counter.client.get("/api/v1/dossiers", headers=headers)

    assert_problem(answer, 401, "sign-in-first")


def test_a_role_is_refused_before_its_form_is_judged_in_detail(counter):
    answer = counter.post("/dossiers", DOSSIER, role=Role.COURIER)

    assert_problem(answer, 403, "not-your-role")


def test_a_door_takes_its_own_method_only(counter):
    for path in {path for _, path in DOORS}:
        paths = {m for m, p in DOORS if p == path}
        for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - paths:
            assert_problem(
                counter.call(other, f"/api/v1{path}", json={} if other != "GET" else None),
                405,
                "method-not-allowed",
            )


# Events


def an_event(centre, number, milestone="accepted", **rest):
    return centre.an_event(number, milestone, **rest)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"milestone": "teleported"}, "milestone"),
        ({"happened_at": "2026-11-23T08:00:00"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00:00Z"}, "happened_at"),
        ({"happened_at": "1969-12-31T23:59:59Z"}, "happened_at"),
        ({"happened_at": "2999-01-01T00:00:00Z"}, "happened_at"),
        ({"happened_at": "2026-11-24T08:00:00Z"}, "happened_at"),
        ({"happened_at": "9999-12-31T23:59:59-12:00"}, "happened_at"),
        ({"tracking_number": "EE123456784 VN\n"}, None),
        ({"tracking_number": ""}, "tracking_number"),
        ({"tracking_number": "x" * 81}, "tracking_number"),
        ({"place": "x" * 201}, "place"),
        ({"place": "a\x00b"}, "place"),
        ({"id": ""}, "id"),
        ({"id": "x" * 101}, "id"),
        ({"id": None}, "id"),
        ({"id": {"a": 1}}, "id"),
        ({"speed": 12}, "speed"),
    ],
)
def test_one_event_that_cannot_be_is_refused_and_the_others_are_recorded(counter, change, field):
    number = counter.a_parcel()
    wrong = an_event(counter, number) | change
    first, second, third = counter.tell(
        an_event(counter, number, "accepted"), wrong, an_event(counter, number, "in_transit")
    )

    assert (first["status"], third["status"]) == ("recorded", "recorded")
    if field is None:
        assert second["status"] == "unclaimed"
        return
    assert second["status"] == "refused"
    assert second["problem"]["field"] == field
    assert not second["problem"]["vi"].isascii()
    assert counter.differences() == []


@pytest.mark.parametrize("events", [None, {}, "x", [], 12])
def test_no_events_are_no_report(counter, events):
    answer = counter.post("/events", {"events": events}, role="courier")

    assert_problem(answer, 422, "invalid-form")


def test_a_thousand_events_are_a_report_and_one_more_is_not(centre):
    number = centre.a_parcel()
    event = an_event(centre, number)
    events = [event | {"id": f"x{n}", "place": f"Bưu cục {n}"} for n in range(1001)]
    before = rows(centre)

    assert_problem(centre.post("/events", {"events": events}, role="courier"), 422, "invalid-form")
    assert rows(centre) == before
    results = centre.tell(*events[:1000])
    assert {r["status"] for r in results} == {"recorded"}
    assert [r["id"] for r in results] == [e["id"] for e in events[:1000]]


@pytest.mark.parametrize("id_", ["9" * 5000, "1e999", "NaN", '["a"]', '"\\u0000"', '"a\\nb"'])
def test_an_event_with_an_odd_id_is_answered(counter, id_):
    number = counter.a_parcel()
    good = json.dumps(an_event(counter, number))
    raw = f'{{"events":[{{"id":{id_}}},{good}]}}'.encode()
    answer = sending(counter, "/events", raw, role="courier")({})

    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert [r["status"] for r in answer.json()["results"]] == ["refused", "recorded"]


def test_an_event_id_that_was_used_for_another_event_does_not_pass_in_silence(any_centre):
    number, other = any_centre.a_parcel(), any_centre.a_parcel()
    first = any_centre.an_event(number, "accepted")
    any_centre.tell(first)

    for again in (
        first | {"tracking_number": other},
        first | {"milestone": "in_transit"},
        first | {"happened_at": (any_centre.clock() - timedelta(hours=1)).isoformat()},
    ):
        [result] = any_centre.tell(again)
        assert result["status"] == "refused"
        assert result["problem"]["field"] == "id"
    assert any_centre.tell(first)[0]["status"] == "duplicate"
    assert any_centre.tell(first | {"id": "new"})[0]["status"] == "duplicate"
    assert any_centre.differences() == []


def test_an_id_used_twice_in_one_report_is_recorded_once(any_centre):
    number = any_centre.a_parcel()
    first = any_centre.an_event(number, "accepted")
    other = first | {"milestone": "in_transit"}
    statuses = [r["status"] for r in any_centre.tell(first, first, other)]

    assert statuses == ["recorded", "duplicate", "refused"]
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
    assert any_centre.differences() == []


def test_a_courier_of_one_carrier_tells_nothing_of_anothers_parcel(any_centre):
    from postal_tracker import access

    number = any_centre.a_parcel(tracking_number="BAG-1", carrier="by_hand")
    any_centre.keys["bound"] = any_centre.database.write_now(
        lambda s: access.create_key(
            s, role=Role.COURIER, name="Tuấn", carrier="rehearsal", now=any_centre.clock()
        )
    )
    [result] = any_centre.tell(any_centre.an_event(number, "delivered"), role="bound")

    assert result["status"] == "refused"
    assert result["problem"]["field"] == "tracking_number"
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "announced"


# Twice


def test_a_dossier_code_is_registered_once(any_centre):
    body = DOSSIER | {"code": "H49.12-261123-0007"}
    assert any_centre.post("/dossiers", body).status_code == 201

    assert_refused(any_centre, posting(any_centre, "/dossiers", body), 409, "dossier-code-taken")


def at_once(ask, times=8):
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda n: ask(n), range(times)))


def test_a_dossier_code_is_registered_once_however_many_try_at_once(any_centre):
    body = DOSSIER | {"code": "H49.12-261123-0007"}
    answers = at_once(lambda _: any_centre.post("/dossiers", body))

    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    assert rows(any_centre)["dossier"] == 1


def test_a_dossier_is_put_in_one_parcel_only(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    body = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]}
    refused = assert_refused(
        any_centre, posting(any_centre, "/parcels", body), 409, "dossier-in-open-parcel"
    )

    assert number in refused["detail"]


def test_a_dossier_is_put_in_one_parcel_only_however_many_try_at_once(any_centre):
    code, other = any_centre.a_dossier(), any_centre.a_dossier()
    body = {"carrier": "rehearsal", "direction": "to_authority"}
    wanted = [[code, other], [other, code], [code]]
    answers = at_once(lambda n: any_centre.post("/parcels", body | {"dossiers": wanted[n % 3]}))

    assert sorted(a.status_code for a in answers)[:2] == [201, 409]
    assert {a.status_code for a in answers} == {201, 409}
    assert sum(a.status_code == 201 for a in answers) == 1
    assert any_centre.differences() == []


def test_a_dossier_twice_in_one_parcel_is_a_slip(any_centre):
    code = any_centre.a_dossier()
    body = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code, code]}

    ask = posting(any_centre, "/parcels", body)
    assert_refused(any_centre, ask, 422, "invalid-form", field="dossiers")


def test_one_dossier_that_cannot_go_keeps_the_whole_parcel_here(any_centre):
    here, gone = any_centre.a_dossier(), any_centre.a_dossier()
    any_centre.a_parcel(gone)
    body = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [here, gone]}

    ask = posting(any_centre, "/parcels", body)
    assert_refused(any_centre, ask, 409, "dossier-in-open-parcel")
    assert any_centre.stage(here) == "with_office"


def test_a_number_is_one_open_parcels_at_a_time(any_centre):
    number = any_centre.a_parcel(tracking_number="EE123456785VN")
    body = {
        "carrier": "rehearsal",
        "direction": "to_authority",
        "dossiers": [any_centre.a_dossier()],
        "tracking_number": number,
    }

    ask = posting(any_centre, "/parcels", body)
    assert_refused(any_centre, ask, 409, "tracking-number-in-use")


def test_a_number_is_one_parcels_however_many_try_at_once(any_centre):
    codes = [any_centre.a_dossier() for _ in range(8)]
    body = {
        "carrier": "rehearsal",
        "direction": "to_authority",
        "tracking_number": "EE123456785VN",
    }
    answers = at_once(lambda n: any_centre.post("/parcels", body | {"dossiers": [codes[n]]}))

    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    assert sum(any_centre.stage(c) == "sealed" for c in codes) == 1


def test_a_list_is_signed_once(any_centre):
    number = any_centre.post(
        "/handovers", {"carrier": "rehearsal", "parcels": [any_centre.a_parcel()]}
    ).json()["number"]
    path = f"/handovers/{number}/sign"
    answers = at_once(lambda _: any_centre.post(path, {"signed_by": "Tuấn"}))

    assert sorted(a.status_code for a in answers) == [200] + [409] * 7
    ask = posting(any_centre, path, {"signed_by": "Minh"})
    assert_refused(any_centre, ask, 409, "handover-signed")
    assert any_centre.get(f"/handovers/{number}").json()["signed_by"] == "Tuấn"


# A key against doubling


@pytest.mark.parametrize("path", ["/dossiers", "/parcels", "/handovers"])
def test_the_same_request_with_the_same_key_is_done_once(any_centre, path):
    body = {
        "/dossiers": DOSSIER,
        "/parcels": {
            "carrier": "rehearsal",
            "direction": "to_authority",
            "dossiers": [any_centre.a_dossier()],
        },
        "/handovers": {"carrier": "rehearsal", "parcels": [any_centre.a_parcel()]},
    }[path]
    key = {"Idempotency-Key": "a-key-of-mine"}
    answers = at_once(lambda _: any_centre.post(path, body, headers=key))
    before = rows(any_centre)
    later = any_centre.post(path, body, headers=key)

    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in [*answers, later]}) == 1
    assert later.headers["idempotent-replayed"] == "true"
    assert sum("idempotent-replayed" in a.headers for a in answers) == 7
    assert rows(any_centre) == before


def test_the_same_key_with_another_request_is_refused(any_centre):
    key = {"Idempotency-Key": "a-key-of-mine"}
    any_centre.post("/dossiers", DOSSIER, headers=key)
    other = DOSSIER | {"note": "other"}

    assert_refused(
        any_centre,
        lambda headers: any_centre.post("/dossiers", other, headers=headers | key),
        422,
        "idempotency-key-reused",
    )


def test_another_caller_may_use_the_same_key(any_centre):
    key = {"Idempotency-Key": "1"}
    mine = any_centre.post("/dossiers", DOSSIER, headers=key).json()["code"]
    body = DOSSIER | {"office": "H49.12"}
    theirs = any_centre.post("/dossiers", body, role="integration", headers=key).json()["code"]

    assert mine != theirs


def test_a_request_that_failed_may_come_again_with_its_key(any_centre):
    key = {"Idempotency-Key": "1"}
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    body = {"carrier": "rehearsal", "direction": "to_centre", "dossiers": [code]}
    refused = any_centre.post("/parcels", body, headers=key)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    again = any_centre.post("/parcels", body, headers=key)

    assert (refused.status_code, again.status_code) == (409, 201)


def test_a_key_too_long_to_be_told_from_another_is_refused(any_centre):
    def ask(headers):
        too_long = {"Idempotency-Key": "k" * 256}
        return any_centre.post("/dossiers", DOSSIER, headers=headers | too_long)

    assert_refused(any_centre, ask, 422, "invalid-form", field="Idempotency-Key")


# Many at once


def test_bad_and_good_at_once_do_not_hurt_each_other(any_centre):
    """One request in three cannot be; all share the writer's transactions."""
    bad = [{"procedure": "NONE"}, {"code": "H49.12-261123-0001"}, {"procedure": "GPLX-01"}]
    any_centre.post("/dossiers", DOSSIER | {"code": "H49.12-261123-0001"})
    answers = at_once(lambda n: any_centre.post("/dossiers", DOSSIER | bad[n % 3]), times=18)

    assert [a.status_code for a in answers] == [422, 409, 201] * 6
    assert rows(any_centre)["dossier"] == 7
    assert any_centre.differences() == []


def test_a_queue_that_is_full_is_said_to_be_full(counter, monkeypatch):
    from postal_tracker.storage import pace

    monkeypatch.setattr(pace, "FEWEST", 0)
    monkeypatch.setattr(pace, "SECONDS", 0)
    before = rows(counter)
    answer = counter.post("/dossiers", DOSSIER)

    assert_problem(answer, 503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert rows(counter) == before


def test_a_fault_of_ours_is_told_without_its_details(counter, monkeypatch):
    from postal_tracker.desks import registration

    def fail(*_args, **_kwargs):
        raise KeyError("Nguyễn Thị Hoa")

    monkeypatch.setattr(registration, "register", fail)
    answer = counter.post("/dossiers", DOSSIER)

    assert_problem(answer, 500, "internal")
    assert "Hoa" not in answer.text


async def _cut_off(app: object, path: str) -> list[dict]:
    """Send half a body, then hang up."""
    sent: list[dict] = []
    parts = iter([{"type": "http.request", "body": b'{"pro', "more_body": True}])

    async def receive():
        return next(parts, {"type": "http.disconnect"})

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    await app(scope, receive, send)  # type: ignore[operator]
    return sent


def test_a_caller_who_hangs_up_in_mid_sentence_leaves_nothing(centre):
    before = rows(centre)
    sent = asyncio.run(_cut_off(centre.client.app, "/api/v1/dossiers"))

    assert not sent or sent[0]["status"] in (400, 401, 422)
    assert rows(centre) == before


def test_secrets_of_the_house_do_not_appear_in_its_own_representation(counter):
    shown = repr(counter.house.settings) + repr(list(counter.house.carriers))

    assert TOKEN not in shown
    assert HOOK_SECRET not in shown


def test_one_connection_serves_after_a_refusal_of_each_kind(sqlite_url):
    """Over a real socket: a refused body must not poison what comes after it."""
    from tests.web.serving import serving

    with Centre(sqlite_url) as centre, serving(centre) as base:
        headers = {"Authorization": f"Bearer {centre.keys['desk']}"}
        with httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=60) as client:
            for body in (b" " * int(1.1 * MIB), chunks(3 * MIB), b"{", b""):
                try:
                    answer = client.post(
                        "/api/v1/dossiers",
                        content=body,
                        headers={"content-type": "application/json"},
                    )
                except httpx.WriteError:  # answered and closed while we were still speaking
                    continue
                assert answer.status_code in (413, 422)
                assert client.get("/api/v1/dossiers").status_code == 200
            assert client.post("/api/v1/dossiers", json=DOSSIER).status_code == 201


def test_an_event_whose_id_has_half_a_character_is_refused_and_the_others_are_not(centre):
    number = centre.a_parcel(centre.a_dossier())
    told = [centre.an_event(number, "accepted"), centre.an_event(number, "in_transit")]
    told[0]["id"] = "a\ud800b"
    body, kind = json.dumps({"events": told}), {"content-type": "application/json"}
    answer = centre.call("POST", "/api/v1/events", role="courier", content=body, headers=kind)
    first, second = answer.json()["results"]

    assert (first["id"], first["status"]) == ("a?b", "refused")
    assert second["status"] == "recorded"
