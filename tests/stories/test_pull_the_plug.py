"""The plug is pulled under load, again and again; whoever was told "recorded" must find it kept.

Kept once, with every copy as the ledger says. The processes are real and die by SIGKILL; a service
that answers too early must be found out by the same check.
"""

from contextlib import closing
from functools import partial

import pytest
from sqlalchemy import text

from postal_tracker.settings import Settings
from postal_tracker.storage.database import Database
from tests.durability.clients import ByApi, ByHook
from tests.durability.findings import findings
from tests.durability.load import a_centre, answered, load_and_kill

FEW, MANY = 2, 50


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_what_was_answered_outlives_the_plug(database_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(database_url) as (settings, numbers, key):
        clients = load_and_kill(settings, numbers, ByApi(key), rounds=rounds)

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_a_hook_that_was_answered_outlives_the_plug(database_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(database_url) as (settings, numbers, _key):
        clients = load_and_kill(settings, numbers, ByHook(), rounds=rounds)

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


def test_a_service_that_answers_before_the_commit_is_found_out(sqlite_url):
    with a_centre(sqlite_url) as (settings, numbers, key):
        clients = load_and_kill(settings, numbers, ByApi(key), rounds=2 * FEW, fault="hasty")

    assert any("lost" in finding for finding in findings(settings, clients))


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_the_database_may_hang_up_at_any_moment(postgres_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(postgres_url) as (settings, numbers, key):
        clients = load_and_kill(
            settings, numbers, ByApi(key), rounds=rounds, strikes=[partial(hang_up, settings)]
        )

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


# The stage


def hang_up(settings: Settings) -> None:
    """End every connection to the database, as a restart or a fail-over of it does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    end = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    with closing(Database(settings.database_url)) as database:
        database.read_now(lambda s: s.connection().execute(end).all())
