"""Which carriers there are, and whether they answer when asked."""

import json

import httpx
import pytest

from adapters.asking import Bearer
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
