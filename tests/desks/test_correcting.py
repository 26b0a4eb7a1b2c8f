"""An applicant's data are put right: once, with a reason, by somebody who knew how they stood."""

import pytest
from sqlalchemy import update
from sqlmodel import select

from postal_tracker.storage.tables import Correction, LedgerEntry

RIGHT_PHONE = "+84912345679"


def seen(centre, code):
    answer = centre.get(f"/dossiers/{code}")
    return answer.json(), answer.headers["etag"]


def correct(centre, code, body, tag=None, **rest):
    if tag is None:
        _, tag = seen(centre, code)
    headers = {"If-Match": tag} if tag else {}
    body = {"reason": "Gõ nhầm một chữ số", **body}
    return centre.call("PATCH", f"/api/v1/dossiers/{code}", json=body, headers=headers, **rest)


def history(centre, code):
    return centre.get(f"/dossiers/{code}/history").json()["items"]


def rows_of(centre, table):
    return centre.database.read_now(lambda s: [r.model_dump() for r in s.exec(select(table))])


CHANGES = [
    ("name", "Bà Hòa"),
    ("phone", RIGHT_PHONE),
    ("email", "hoa@example.vn"),
    ("id_number", "022190777333"),
    ("address", "34 Trần Phú"),
    ("ward", "Quang Trung"),
    ("province", "Quảng Ninh"),
    ("note", "Hẹn buổi chiều"),
    ("return_by_post", True),
    ("channel", "postal"),
    ("applicant_kind", "enterprise"),
    ("papers_count", 4),
    ("sets_count", 2),
    ("fee_vnd", 135_000),
    ("result_number", "15/QĐ-CSGT"),
    ("procedure", "DD-01"),
]

OF_APPLICANT = ("name", "phone", "email", "id_number", "address", "ward", "province")


@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_each_field_is_corrected_with_its_history(centre, field, value):
    code = centre.a_dossier()
    before, _ = seen(centre, code)
    whole = field not in OF_APPLICANT
    answer = correct(centre, code, {field: value} if whole else {"applicant": {field: value}})

    assert answer.status_code == 200, answer.text
    after = answer.json()
    now = (
        after["procedure"]["code"]
        if field == "procedure"
        else (after if whole else after["applicant"])
    )
    assert (now if field == "procedure" else now[field]) == value
    [told] = history(centre, code)
    assert (told["fields"], told["reason"]) == ([field], "Gõ nhầm một chữ số")
    [change] = told["changes"]
    assert change["became"] == ("true" if value is True else str(value))
    assert change["was"] != change["became"]
    assert after["timeline"][-1]["fields"] == [field]
    assert after["location"] == before["location"]
    assert centre.differences() == []


def test_all_are_corrected_at_once_on_both_databases(any_centre):
    whole = {f: v for f, v in CHANGES if f not in OF_APPLICANT}
    applicant = {f: v for f, v in CHANGES if f not in whole}
    code = any_centre.a_dossier()
    assert correct(any_centre, code, {**whole, "applicant": applicant}).status_code == 200

    told = history(any_centre, code)  # in two entries: one has no room for so many
    assert sorted(f for one in told for f in one["fields"]) == sorted(f for f, _ in CHANGES)
    assert {c["field"]: c["became"] for one in told for c in one["changes"]} == {
        f: "true" if v is True else str(v) for f, v in CHANGES
    }
    assert any_centre.differences() == []


def test_a_corrected_telephone_opens_the_citizens_page_at_once(any_centre):
    code = any_centre.a_dossier(phone="0912345687")
    lookup = seen(any_centre, code)[0]["lookup_code"]

    def looks_up():
        proof = {"code": lookup, "phone_last4": "5678"}
        return any_centre.post("/track", proof, role="").status_code

    assert looks_up() == 404
    assert correct(any_centre, code, {"applicant": {"phone": "0912 345 678"}}).status_code == 200
    assert looks_up() == 200


def test_a_corrected_name_is_found_by_search_and_the_wrong_one_no_more(any_centre):
    code = any_centre.a_dossier(name="Nguyễn Thị Hao")
    correct(any_centre, code, {"applicant": {"name": "Nguyễn Thị Hoa"}})

    found = {
        q: any_centre.get("/dossiers", params={"q": q}).json()["items"] for q in ("hoa", "hao")
    }
    assert [len(items) for items in found.values()] == [1, 0]


def test_the_ledger_names_fields_and_never_what_they_held(any_centre):
    code = any_centre.a_dossier()
    correct(any_centre, code, {"applicant": {"phone": RIGHT_PHONE, "address": "77 ngõ Chim"}})

    [entry] = [e for e in rows_of(any_centre, LedgerEntry) if e["what"] == "corrected"]
    assert (entry["fields"], entry["by"][:4]) == ("phone address", "key:")
    assert not any(w in str(entry) for w in ("345679", "Chim", "Gõ nhầm"))


def test_what_was_erased_leaves_the_history_whole_without_the_values(centre):
    code = centre.a_dossier()
    correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}})
    centre.database.write_now(
        lambda s: s.connection().execute(update(Correction).values(was="", became=""))
    )

    [told] = history(centre, code)
    assert told["fields"] == ["phone"]
    assert told["changes"] == [{"field": "phone", "was": "", "became": ""}]
    assert centre.differences() == []


# Who knew how it stood


def test_without_if_match_nothing_is_corrected(centre):
    code = centre.a_dossier()
    answer = correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}, tag="")

    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/if-match-missing")
    assert history(centre, code) == []


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ("{etag}", 200),
        ("*", 200),
        ('"1", {etag}', 200),
        ('"0"', 412),
        ("W/{etag}", 412),  # weak tags never match strongly (RFC 9110, 8.8.3.2)
        ('"99999999999999999999"', 412),
        ("nonsense", 412),
    ],
)
def test_a_tag_is_compared_strongly(centre, tag, status):
    code = centre.a_dossier()
    tag = tag.format(etag=seen(centre, code)[1])

    assert correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}, tag).status_code == status
    assert len(history(centre, code)) == (status == 200)


def a_correction(centre, code):
    correct(centre, code, {"note": "khác"})


def sealed(centre, code):
    centre.a_parcel(code)


def a_result(centre, code):
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})


@pytest.mark.parametrize("meanwhile", [a_correction, sealed, a_result])
def test_what_a_desk_did_meanwhile_makes_a_tag_stale(centre, meanwhile):
    code = centre.a_dossier()
    _, tag = seen(centre, code)
    meanwhile(centre, code)
    answer = correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}, tag)

    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/changed-meanwhile")
    assert correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}).status_code == 200


def test_a_scan_of_the_post_makes_no_tag_stale(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    _, tag = seen(centre, code)
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(number, "accepted"))

    assert correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}, tag).status_code == 200


def test_sent_again_it_is_done_once_and_answered_alike(any_centre):
    code = any_centre.a_dossier()
    _, tag = seen(any_centre, code)
    first, again = (
        correct(any_centre, code, {"applicant": {"phone": RIGHT_PHONE}}, tag) for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"] != tag
    assert len(history(any_centre, code)) == len(rows_of(any_centre, Correction)) == 1


# What is refused


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"applicant": {"phone": "12"}}, "applicant.phone"),
        ({"applicant": {"name": ""}}, "applicant.name"),
        ({"applicant": {"email": "hoa@"}}, "applicant.email"),
        ({"applicant": {"id_number": "12"}}, "applicant.id_number"),
        ({"applicant": {"phones": "0912345679"}}, "applicant.phones"),
        ({"procedure": "KHONG-CO"}, "procedure"),
        ({"code": "H49.12-261123-0009"}, "code"),
        ({"return_by_post": "maybe"}, "return_by_post"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(centre, body, where):
    code = centre.a_dossier()
    answer = correct(centre, code, body)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [where]
    assert history(centre, code) == []


def test_of_a_dossier_that_is_not_there_nothing_is_told(centre):
    assert correct(centre, "H49.12-261123-0001", {"note": "x"}, tag="*").status_code == 404
    assert centre.get("/dossiers/H49.12-261123-0001/history").status_code == 404


# What is asked for, while nothing was sent


def test_another_procedure_brings_its_authority_and_its_day(centre):
    code = centre.a_dossier()
    told = correct(centre, code, {"procedure": "DD-01"}).json()

    assert (told["authority"]["code"], told["due_on"]) == ("VPDK", "2026-12-08")


def taken_out(centre, code):
    sealed(centre, code)
    centre.post(f"/dossiers/{code}/acts", {"act": "taken_out"})


def on_its_way(centre, code):
    centre.tell(centre.an_event(centre.a_parcel(code), "accepted"))


def returned(centre, code):
    centre.tell(centre.an_event(centre.a_parcel(code), "accepted"))
    centre.clock.pass_(hours=1)
    centre.post(f"/dossiers/{code}/acts", {"act": "received_back"})


def withdrawn(centre, code):
    centre.post(f"/dossiers/{code}/acts", {"act": "cancelled"})


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (taken_out, 200),
        (sealed, 422),
        (on_its_way, 422),
        (returned, 422),
        (a_result, 422),
        (withdrawn, 422),
    ],
)
def test_the_procedure_stays_once_something_was_sent(centre, after, status):
    code = centre.a_dossier()
    after(centre, code)

    assert correct(centre, code, {"procedure": "DD-01"}).status_code == status
    assert correct(centre, code, {"applicant": {"phone": RIGHT_PHONE}}).status_code == 200
    assert centre.differences() == []


def test_a_correction_is_not_struck_out_but_corrected_again(centre):
    code = centre.a_dossier()
    entry = correct(centre, code, {"note": "x"}).json()["timeline"][-1]["entry"]
    answer = centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": entry})

    assert answer.status_code == 422
    assert correct(centre, code, {"note": ""}).json()["note"] == ""
