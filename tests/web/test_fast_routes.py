"""The fast way to a door and FastAPI's own way behind it say the same to whoever asks wrongly."""

import pytest
from fastapi.testclient import TestClient

from postal_tracker.access import Role
from postal_tracker.web.app import create_app
from postal_tracker.web.fast_routes import ROUTES
from tests.centre import HOOK_SECRET

HOOK = f"/hooks/rehearsal/{HOOK_SECRET}"
TOO_LONG = {
    "a carrier's name": (f"/hooks/{'x' * 31}/{HOOK_SECRET}", "carrier", 30),
    "a secret": (f"/hooks/rehearsal/{'x' * 256}", "secret", 255),
    "letters of three bytes": (f"/hooks/rehearsal/{'%E1%BB%97' * 256}", "secret", 255),
}
TRACK = {"code": "H49.12-261123-0001", "phone_last4": "0000"}
WRONG = {
    **{name: (path, "", {}) for name, (path, _, _) in TOO_LONG.items()},
    "both too long": (f"/hooks/{'x' * 31}/{'x' * 256}", "", {}),
    "no such carrier": (f"/hooks/{'x' * 30}/{HOOK_SECRET}", "", {}),
    "a wrong secret": (f"/hooks/rehearsal/{'x' * 255}", "", {}),
    "events from nobody": ("/api/v1/events", "", {"events": []}),
    "events from a clerk": ("/api/v1/events", Role.DESK, {"events": []}),
    "no event": ("/api/v1/events", Role.COURIER, {"events": []}),
    "too many events": ("/api/v1/events", Role.COURIER, {"events": [{}] * 1001}),
    "a field that is none": ("/api/v1/events", Role.COURIER, {"events": [{}], "and": 1}),
    "a scan from nobody": ("/api/v1/scans", "", {"code": TRACK["code"]}),
    "a scan from a program": ("/api/v1/scans", Role.INTEGRATION, {"code": TRACK["code"]}),
    "a scan of nothing": ("/api/v1/scans", Role.COURIER, {"code": ""}),
    "an act on what is none": ("/api/v1/scans", Role.COURIER, {"code": "x", "act": "delivered"}),
    "no proof": ("/api/v1/track", "", {"code": TRACK["code"]}),
    "a long code": ("/api/v1/track", "", TRACK | {"code": "x" * 101}),
    "a proof of five digits": ("/api/v1/track", "", TRACK | {"phone_last4": "00000"}),
    "an unknown code": ("/api/v1/track", "", TRACK),
}


@pytest.fixture
def slowly(centre):
    """The same centre without its fast routes."""
    app = create_app(centre.house)
    app.router.routes[:] = [route for route in app.router.routes if route not in ROUTES]
    return TestClient(app)


@pytest.mark.parametrize("what", WRONG)
def test_both_ways_refuse_alike(centre, slowly, what):
    path, role, body = WRONG[what]
    headers = {"Authorization": f"Bearer {centre.keys[role]}"} if role else {}
    fast, slow = (
        client.post(path, json=body, headers=headers) for client in (centre.client, slowly)
    )

    assert fast.headers["content-type"] == "application/problem+json"
    assert (fast.status_code, fast.json()) == (slow.status_code, slow.json())


@pytest.mark.parametrize("what", TOO_LONG)
def test_an_address_longer_than_allowed_is_refused_on_the_fast_way(centre, what):
    path, field, most = TOO_LONG[what]
    answer = centre.client.post(path, json={})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "detail": f"Dài quá {most} ký tự."}]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_behind_each_fast_route_stands_one_that_is_documented(centre, route):
    document = centre.client.get("/openapi.json").json()

    assert "post" in document["paths"][route.path]
