"""PostgreSQL dies in the midst of events, and the service too; what was answered is kept, once.

One of its processes is killed, all are stopped without a checkpoint, or its first one is killed;
and between these the service itself. A server that says "committed" too early must be found out.
"""

import pytest

from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from tests.durability.clients import ByApi, ByHook
from tests.durability.findings import findings
from tests.durability.load import THE_PLUG, a_centre, answered, load_and_kill
from tests.durability.postgres import FORGETFUL, a_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

ROUNDS = 100
PART = 12


def strikes_at(server):
    return [server.stop_at_once, server.die, server.lose_a_child, THE_PLUG]


@pytest.mark.parametrize("way_of", [ByApi, lambda _key: ByHook()], ids=["api", "hook"])
def test_what_was_answered_outlives_the_death_of_postgres(share, way_of):
    rounds = share.of(ROUNDS, part=PART)
    with a_server() as server:
        answers, found = killed(server, way_of, rounds)

    assert answers > 20 * rounds
    assert found == []


def test_a_server_that_commits_before_its_log_is_written_is_found_out():
    with a_server(*FORGETFUL) as server:
        _, found = killed(server, ByApi, rounds=2)

    assert any("lost" in finding for finding in found)


# The stage


def killed(server, way_of, rounds):
    """Return how many answers clients had while a server died again and again; what is wrong."""
    engine = make_engine(server.url)
    migrations.upgrade(engine)
    engine.dispose()
    with a_centre(server.url) as (settings, numbers, key):
        server.write_all_down()  # or the forgetful one would forget the key, too
        clients = load_and_kill(
            settings, numbers, way_of(key), rounds=rounds, strikes=strikes_at(server)
        )
    return answered(clients), findings(settings, clients)
