"""Whoever calls an address in the wrong way is told which ways it takes (RFC 9110, 15.5.6)."""

import re

import pytest
from starlette.routing import Mount

from tests.centre import HOOK_SECRET

HOOK = f"/hooks/rehearsal/{HOOK_SECRET}"


def ways(app):
    """Return the methods that are declared for each path, whichever routes declare them."""
    found, declared = list(app.routes), {}
    while found:
        route = found.pop()
        if getattr(route, "methods", None):
            declared.setdefault(route.path, set()).update(route.methods)
        elif not isinstance(route, Mount):
            found += getattr(getattr(route, "original_router", route), "routes", None) or []
    return declared


def test_every_address_names_all_that_it_takes(centre):
    declared = ways(centre.client.app)
    assert len(declared) > 70

    for path, methods in declared.items():
        address = re.sub(r"\{[^}]*\}", "1", path)
        answer = centre.client.request("TRACE", address)
        assert answer.status_code == 405, path
        assert methods <= set(answer.headers["allow"].split(", ")), path
        assert "TRACE" not in answer.headers["allow"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/v1/dossiers", "GET, POST"),
        ("PUT", "/api/v1/dossiers/H49.12-261123-0001", "GET, PATCH"),
        ("GET", "/api/v1/track", "POST"),
        ("GET", "/api/v1/events", "POST"),
        ("GET", HOOK, "HEAD, POST"),
        ("PUT", HOOK, "HEAD, POST"),
        ("DELETE", "/desk/dossiers", "GET, POST"),
        ("PUT", "/desk/dossiers/new", "GET, POST"),
        ("GET", "/desk/sign-out", "POST"),
        ("POST", "/readyz", "GET"),
        ("POST", "/favicon.ico", "GET, HEAD"),
        ("POST", "/static/mark.svg", "GET, HEAD"),
    ],
)
def test_what_it_takes_is_that_and_no_more(centre, method, path, allow):
    answer = centre.client.request(method, path, headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
