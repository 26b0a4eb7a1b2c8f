"""The carriers' door: who is not the carrier leaves nothing, and what is the carrier's is kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlmodel import select

from adapters.signing import sign
from postal_tracker.storage.tables import LedgerEntry
from tests.asserting import assert_problem, rows
from tests.carriers.messages import messages
from tests.centre import HOOK_SECRET, TOKEN

OTHER_TOKEN = "whsec_" + "b3RoZXItdG9rZW4tb3RoZXItdG9rZW4tb3RoZXI="


def a_body(number, *statuses, at, **rest):
    return json.dumps(
        {
            "scans": [
                {
                    "id": f"{number}-{n}",
                    "tracking_number": number,
                    "status": status,
                    "at": (at + timedelta(minutes=n)).isoformat(),
                    **rest,
                }
                for n, status in enumerate(statuses)
            ]
        },
        ensure_ascii=False,
    ).encode()


def forged(centre, path, body, headers):
    before, counted = rows(centre), _forged()
    answer = centre.client.post(path, content=body, headers=headers)
    assert_problem(answer, 401, "forged-message")
    assert rows(centre) == before
    assert _forged() == counted + 1


def _forged():
    return REGISTRY.get_sample_value("postal_forged_messages_total", {"carrier": "rehearsal"}) or 0


# Who is not the carrier


def test_who_is_not_the_carrier_leaves_nothing_but_a_count(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, "NHAN_GUI", at=any_centre.clock())
    right = sign(body, TOKEN, message_id="m", at=any_centre.clock())
    path = f"/hooks/rehearsal/{HOOK_SECRET}"

    forged(any_centre, path, body, {})
    forged(any_centre, path, body, sign(body, OTHER_TOKEN, message_id="m", at=any_centre.clock()))
    forged(any_centre, path, body + b" ", right)
    forged(any_centre, path, body, right | {"webhook-id": "other"})
    forged(any_centre, path, body, right | {"webhook-timestamp": "1"})
    forged(any_centre, path, body, right | {"webhook-signature": "v1,AAAA"})
    forged(any_centre, path, body, right | {"webhook-signature": "v1," + "A" * 10_000})
    forged(any_centre, path, body, {**right, "webhook-signature": "v1,\xff".encode("latin-1")})
    forged(any_centre, "/hooks/rehearsal/wrong-secret-wrong-secret", body, right)
    forged(any_centre, f"/hooks/rehearsal/{HOOK_SECRET}x", body, right)
    forged(any_centre, f"/hooks/rehearsal/{HOOK_SECRET.upper()}", body, right)
    forged(any_centre, "/hooks/rehearsal/%C3%A9%00", body, right)
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "announced"


@pytest.mark.parametrize("carrier", ["pigeon", "by_hand", "vnpost", "REHEARSAL", "%00", "x" * 300])
def test_a_carrier_without_a_secret_has_no_door(centre, carrier):
    before = rows(centre)
    answer = centre.client.post(f"/hooks/{carrier}/{HOOK_SECRET}", content=b"{}")

    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert rows(centre) == before


def test_the_door_is_not_for_looking_in(centre):
    for method in ("GET", "PUT", "DELETE"):
        answer = centre.client.request(method, f"/hooks/rehearsal/{HOOK_SECRET}")
        assert_problem(answer, 405, "method-not-allowed")


def test_a_staff_key_does_not_replace_the_carriers_proof(centre):
    answer = centre.call("POST", f"/hooks/rehearsal/{HOOK_SECRET}", role="admin", content=b"{}")

    assert_problem(answer, 401, "forged-message")


# What is the carrier's


def test_a_message_is_kept_and_answered_as_its_carrier_wants(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    answer = any_centre.hook(a_body(number, "NHAN_GUI", "ROI_BC", at=any_centre.clock()))

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert any_centre.stage(code) == "to_authority"
    [kept] = messages(any_centre)
    assert (kept.state, kept.source) == ("read", "signed")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"scans": "\xff"}',
        b"\x00" * 100,
        '{"scans": []}'.encode("utf-16"),
        b'{"scans": [{"id": "1"}]}',
        b'{"scans": [], "scans": []}',
        b"[" * 100_000,
        b'{"scans": [{"id": 1e999}]}',
        b"{'scans': []}",
    ],
)
def test_what_cannot_be_read_is_kept_answered_and_shown(centre, body):
    answer = centre.hook(body)

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    [shown] = centre.get("/messages?state=unread").json()["items"]
    assert shown["problem"]
    assert bytes(messages(centre)[0].body) == body


def test_a_status_nobody_knows_is_kept_and_moves_nothing(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.hook(a_body(number, "NHAN_GUI", at=any_centre.clock()))
    any_centre.hook(a_body(number, "NHAN_GUI", "KIEM_HOA_LAI", at=any_centre.clock()))
    seen = any_centre.get(f"/dossiers/{code}").json()

    assert (seen["stage"], seen["flags"]) == ("to_authority", ["unrecognised_news"])
    assert seen["timeline"][-1]["what"] == "unrecognised"
    assert seen["timeline"][-1]["carrier_code"] == "KIEM_HOA_LAI"


def test_one_message_sent_many_times_at_once_is_one(any_centre):
    number = any_centre.a_parcel()
    body = a_body(number, "NHAN_GUI", "ROI_BC", "DEN_BCP", at=any_centre.clock())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: any_centre.hook(body), range(24)))

    assert {a.status_code for a in answers} == {200}
    assert len(messages(any_centre)) == 1
    assert len(any_centre.get(f"/parcels/{number}").json()["events"]) == 4
    assert any_centre.differences() == []


def test_many_messages_at_once_hurt_no_parcel(any_centre):
    codes = [any_centre.a_dossier() for _ in range(6)]
    numbers = [any_centre.a_parcel(*codes[:3]), any_centre.a_parcel(*codes[3:])]
    statuses = ["NHAN_GUI", "ROI_BC", "DEN_TTKT", "DEN_BCP", "DI_PHAT", "PHAT_TC"]
    at = any_centre.clock()
    bodies = [a_body(n, *statuses[: k + 1], at=at) for k in range(6) for n in numbers]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(any_centre.hook, [*bodies, *reversed(bodies), b"{"]))

    assert {a.status_code for a in answers} == {200}
    assert {any_centre.stage(code) for code in codes} == {"at_authority"}
    assert len(any_centre.database.read_now(lambda s: s.exec(select(LedgerEntry)).all())) == (
        6 + 6 + 2 + 2 * 6
    )
    assert any_centre.differences() == []


def test_a_message_held_up_for_a_week_is_still_news(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    body = a_body(number, "NHAN_GUI", at=centre.clock())
    signed_at = centre.clock()
    centre.clock.pass_(days=7)

    assert centre.hook(body, at=signed_at).status_code == 200
    assert centre.stage(code) == "to_authority"


def test_while_the_secret_changes_both_addresses_are_open(sqlite_url):
    from pydantic import SecretStr

    from postal_tracker.carriers.configured import Carriers
    from tests.centre import Centre

    with Centre(sqlite_url) as centre:
        rehearsal = centre.settings.carriers["rehearsal"]
        rehearsal.hook_secret_next = SecretStr("the-next-secret-of-the-hook")
        centre.house.carriers = Carriers(centre.settings)
        number = centre.a_parcel()
        body = a_body(number, "NHAN_GUI", at=centre.clock())
        headers = sign(body, TOKEN, message_id="m", at=centre.clock())
        for secret in (HOOK_SECRET, "the-next-secret-of-the-hook"):
            path = f"/hooks/rehearsal/{secret}"
            assert centre.client.post(path, content=body, headers=headers).status_code == 200


def test_a_carrier_that_hears_busy_sends_again(centre, monkeypatch):
    from postal_tracker.storage import pace

    number = centre.a_parcel()
    body = a_body(number, "NHAN_GUI", at=centre.clock())
    with monkeypatch.context() as patched:
        patched.setattr(pace, "FEWEST", 0)
        patched.setattr(pace, "SECONDS", 0)
        assert_problem(centre.hook(body), 503, "busy")
        assert messages(centre) == []
    assert centre.hook(body).status_code == 200
    assert centre.get(f"/parcels/{number}").json()["milestone"] == "accepted"
