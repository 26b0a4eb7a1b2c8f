"""In service the API's description and the figures are for those who belong here."""

import socket

import pytest
from fastapi.testclient import TestClient

from postal_tracker.settings import Settings
from postal_tracker.web.http.openness import is_operators
from tests.asserting import assert_problem
from tests.centre import Centre
from tests.web.conftest import Visitor, employ


@pytest.fixture(scope="module")
def closed(tmp_path_factory, migrated_sqlite):
    copy = tmp_path_factory.mktemp("closed") / "closed.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    with Centre(f"sqlite:///{copy}", open_docs=False) as made:
        yield made


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/metrics"])
def test_strangers_are_shown_nothing(closed, path):
    assert_problem(closed.client.get(path), 401, "sign-in-first")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_the_description_is_for_any_key_or_session(closed, path):
    employ(closed, "tuan")
    tuan = Visitor(closed)
    tuan.signs_in("tuan")

    answers = [closed.call("GET", path, role=role).status_code for role in closed.keys]
    assert {*answers, tuan.opens(path).status_code} == {200}


def test_figures_are_for_administrators(closed):
    answers = {role: closed.call("GET", "/metrics", role=role).status_code for role in closed.keys}

    assert [role for role, status in answers.items() if status == 200] == ["admin"]


def test_figures_are_shown_on_this_machine_and_in_the_operators_networks():
    wanted = Settings(_env_file=None, metrics_networks="10.0.0.0/8, fd00::/8")
    right = ("127.0.0.1", "::1", "10.9.8.7", "fd00::7")
    wrong = ("192.0.2.1", "11.0.0.1", "2001:db8::1", "", "testclient", "10.0.0.1, 127.0.0.1")

    assert all(is_operators(wanted, address) for address in right)
    assert not any(is_operators(wanted, address) for address in wrong)


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_what_a_proxy_of_which_we_know_nothing_sends_on_is_not_this_machines(closed, name):
    """Or all strangers would be operators where nobody has said that there is a proxy."""
    here = TestClient(closed.client.app, client=("127.0.0.1", 4711))

    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={name: "203.0.113.7"}).status_code == 401


NAMES = {
    "hoso.example.vn": 200,
    "HOSO.example.vn:443": 200,
    "hoso.example.vn.evil.example": 400,
    "evil.example": 400,
    "hoso.example.vn@evil.example": 400,
    "": 400,
}


def test_the_service_is_called_by_its_own_names_alone(tmp_path, migrated_sqlite):
    copy = tmp_path / "named.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    with Centre(f"sqlite:///{copy}", allowed_hosts="tra-cuu.example.vn, hoso.example.vn") as centre:
        told = {name: centre.client.get("/", headers={"host": name}) for name in NAMES}

        assert {name: answer.status_code for name, answer in told.items()} == NAMES
        assert_problem(told["evil.example"], 400, "unknown-host")
        assert told["evil.example"].headers["x-content-type-options"] == "nosniff"
        assert centre.client.get("/healthz", headers={"host": "10.0.0.9"}).status_code == 200


OWN_NAMES = {
    "hoso.example.vn": 200,
    "hoso.example.vn:8443": 200,
    socket.gethostname().upper(): 200,
    f"{socket.gethostname()}.local:8000": 200,
    "localhost:8000": 200,
    "192.168.1.20:8000": 200,
    "[::1]:8000": 200,
    "evil.example": 400,
    "192.168.1.20.evil.example": 400,
    "localhost.evil.example": 400,
    "[::1].evil.example": 400,
    "": 400,
}


def test_unless_told_the_service_answers_to_its_own_names_and_to_numbers(tmp_path, migrated_sqlite):
    copy = tmp_path / "unnamed.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    own = {"public_url": "https://hoso.example.vn", "allowed_hosts": ""}
    with Centre(f"sqlite:///{copy}", **own) as centre:
        told = {name: centre.client.get("/", headers={"host": name}) for name in OWN_NAMES}

        assert {name: answer.status_code for name, answer in told.items()} == OWN_NAMES


def test_an_operator_may_have_the_service_called_by_any_name(tmp_path, migrated_sqlite):
    copy = tmp_path / "any.db"
    copy.write_bytes(migrated_sqlite.read_bytes())
    with Centre(f"sqlite:///{copy}", allowed_hosts="*") as centre:
        assert centre.client.get("/", headers={"host": "anything.example"}).status_code == 200


HTTPS = [
    ({}, False),
    ({"host": "::1"}, False),
    ({"public_url": "https://hoso.example.vn"}, True),
    ({"host": "0.0.0.0"}, True),
    ({"host": "0.0.0.0", "plain_http": True}, False),
    ({"host": "0.0.0.0", "behind_proxy": True}, True),
    ({"host": "0.0.0.0", "secure_cookies": False}, False),
    ({"secure_cookies": True}, True),
]


def test_cookies_are_for_https_alone_unless_it_is_known_that_there_is_none():
    for given, wanted in HTTPS:
        assert Settings(_env_file=None, **given).secure_cookies is wanted, given
