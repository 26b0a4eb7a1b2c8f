"""Which carriers there are, and whether they answer when asked."""

import json

import httpx
import pytest

from adapters.asking import Bearer
from postal_tracker.access import kept_settings
from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running
from tests.centre import TOKEN


@pytest.fixture
def post(monkeypatch):
    with running(RehearsalSettings(token=TOKEN)) as url:
        monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__BASE_URL", url)
        monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__TOKEN", TOKEN)
        with httpx.Client(base_url=url, auth=Bearer(TOKEN), trust_env=False, timeout=60) as client:
            yield client


def test_configured_carriers_are_listed_without_their_secrets(run, post):
    told = run("carriers", "list", "--json")

    rows = {row["name"]: row for row in json.loads(told.stdout)}
    assert rows["rehearsal"]["asked"]
    assert not rows["by_hand"]["asked"]
    assert TOKEN not in told.stdout


def test_what_an_administrator_has_set_is_listed_beside_the_environments(
    run, post, furnished, monkeypatch
):
    def keep(session):
        for field, text in (("token", "bi-mat-cua-trang-quan-tri"), ("username", "tinh-h49")):
            name = kept_settings.of_carrier("ghn", field)
            how = {"secrets": furnished.house.secrets, "by": "staff:1", "now": furnished.clock()}
            kept_settings.keep(session, name, text, **how)

    furnished.database.write_now(keep)
    another_key = listed(run)["ghn"]
    monkeypatch.setenv("POSTAL_SECRET_KEY", furnished.settings.secret_key.get_secret_value())
    rows = listed(run)

    assert (another_key["by_page"], another_key["unreadable"]) == ("username", "token")
    assert (rows["ghn"]["by_page"], rows["ghn"]["by_environment"]) == ("token, username", "")
    assert rows["rehearsal"]["by_environment"] == "token"


def listed(run):
    told = run("carriers", "list", "--json")
    assert "bi-mat" not in told.stdout + told.stderr
    return {row["name"]: row for row in json.loads(told.stdout)}


def test_a_carrier_is_asked_and_answers(run, post, furnished):
    number = furnished.a_parcel()
    post.post("/pickups", json={"tracking_numbers": [number]}).raise_for_status()

    told = run("carriers", "check", "rehearsal", "--json")
    assert told.exit_code == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["number"] == number, "the newest open parcel, as none was named"
    assert answer["events"][0]["milestone"] == "accepted"
    assert furnished.get(f"/parcels/{number}").json()["milestone"] == "announced", "not recorded"


def test_a_carrier_that_does_not_answer_is_named(run, furnished, monkeypatch):
    monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__TOKEN", TOKEN)

    told = run("carriers", "check", "rehearsal", "EB100000003VN")
    assert told.exit_code == 1
    assert "no answer" in told.stderr
    assert run("carriers", "check", "by_hand").exit_code == 1
    assert run("carriers", "check", "nobody").exit_code == 1
