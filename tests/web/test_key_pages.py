"""An administrator makes, lists and revokes the keys of programs, in the browser and by program."""

import re

import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import AuditFilter
from tests.web.conftest import Visitor, employ

KEYS = "/desk/admin/keys"
PORTAL = {"name": "Cổng tỉnh", "role": "integration", "office": "H49.12", "days": "90"}
BY_PROGRAM = {"name": "Cổng tỉnh", "role": "integration", "scopes": ["registration"]}


@pytest.fixture
def any_quan(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    assert quan.signs_in("quan").status_code == 303
    return quan


def key_on(page):
    return re.search(r"pt_[0-9A-Z]{8}_[0-9A-Z]{52}", page.text)[0]


def written(centre, what):
    told = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what=what)))
    return [(e.who, e.detail) for e in told.items]


def with_key(key):
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_shown_once_opens_what_it_is_for_and_nothing_once_it_is_revoked(
    any_quan, any_centre
):
    key = key_on(any_quan.sends(KEYS, PORTAL | {"scopes": "registration"}))
    id_ = key.split("_")[1]
    asked = {"headers": with_key(key), "role": "integration"}
    assert any_centre.get("/offices", **asked).status_code == 200
    assert any_centre.get("/keys", **asked).status_code == 403
    page = any_quan.opens(KEYS).text
    assert (key in page, id_ in page) == (False, True)
    assert "registration" in any_quan.opens(f"{KEYS}/{id_}").text

    assert any_quan.sends(f"{KEYS}/{id_}").headers["location"] == KEYS
    assert any_centre.get("/offices", **asked).status_code == 401
    assert "đã thu hồi" in any_quan.opens(KEYS).text
    assert written(any_centre, "key-made") == [("staff:1", f"key:{id_} integration registration")]
    assert written(any_centre, "key-revoked") == [("staff:1", f"key:{id_}")]


def test_a_key_ends_with_its_day(visitor, centre):
    key = key_on(visitor("quan").sends(KEYS, PORTAL))
    centre.clock.pass_(days=90)

    assert centre.get("/offices", headers=with_key(key)).status_code == 401
    assert "đã hết hạn" in visitor("quan").opens(KEYS).text


def test_a_program_makes_a_key_once_and_is_shown_it_once(any_centre):
    once = {"role": "admin", "headers": {"Idempotency-Key": "k-1"}}
    made = any_centre.post("/keys", BY_PROGRAM, **once)
    again = any_centre.post("/keys", BY_PROGRAM, **once)

    assert (made.status_code, again.status_code) == (201, 201)
    assert (again.json()["id"], again.json()["key"]) == (made.json()["id"], "")
    assert len(written(any_centre, "key-made")) == 1
    listed = any_centre.get("/keys", role="admin")
    assert listed.json()["items"][0]["id"] == made.json()["id"] or len(listed.json()["items"]) > 1
    assert made.json()["key"] not in listed.text


def test_a_key_that_was_made_by_program_is_ended_by_program(centre):
    made = centre.post("/keys", BY_PROGRAM, role="admin").json()
    for _ in range(2):
        assert centre.call("DELETE", f"/api/v1/keys/{made['id']}", role="admin").status_code == 204

    assert centre.get("/offices", headers=with_key(made["key"])).status_code == 401
    assert centre.call("DELETE", "/api/v1/keys/NOTTHERE", role="admin").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "Trung tâm diễn tập"}, {"role": "boss"}, {"office": "NONE"},
              {"role": "desk", "carrier": "vnpost"}, {"carrier": "none"},
              {"role": "desk", "scopes": "national"}]
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_key_is_made(visitor, centre, wrong):
    answer = visitor("quan").sends(KEYS, PORTAL | wrong)

    assert answer.status_code in (404, 422)
    assert "pt_" not in answer.text
    assert written(centre, "key-made") == []


def test_many_keys_come_in_pages_the_newest_first(centre):
    for n in range(52):
        centre.clock.pass_(seconds=1)
        assert centre.post("/keys", BY_PROGRAM | {"name": f"k{n}"}, role="admin").status_code == 201
    first = centre.get("/keys", role="admin").json()
    rest = centre.get(f"/keys?cursor={first['next_cursor']}", role="admin").json()

    names = [key["name"] for key in first["items"] + rest["items"]]
    assert names[:52] == [f"k{n}" for n in reversed(range(52))]
    assert len(names) == len(set(names))
    assert rest["next_cursor"] is None
