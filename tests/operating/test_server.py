"""A server by the book: installed, backed up, restored, upgraded, rolled back; the units too."""

import re
import subprocess
from contextlib import closing

import httpx
import pytest

from postal_tracker.demo.catalogue import SAMPLE
from postal_tracker.storage.engines import sqlite
from tests.commands.running import a_port, until
from tests.operating.book import BOOK, FILES, Machine, steps
from tests.operating.releases import BEFORE, a_release, newest_migration_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

UNITS = sorted(path.name for path in FILES.glob("postal-*"))


@pytest.fixture
def machine(tmp_path):
    with a_port() as free:
        made = Machine(tmp_path, free)
        yield made
        if made.is_running("postal-tracker"):
            made.types("systemctl stop postal-tracker")


def is_ready(machine):
    url = f"http://127.0.0.1:{machine.port}/readyz"
    return until(lambda: httpx.get(url, trust_env=False, timeout=30).is_success)


def tracker(machine, *arguments):
    [block] = [b for b in steps("A server") if b.startswith("cd ")]
    return machine.types(block.replace(" verify\n", f" {' '.join(arguments)}\n"))


def counted(machine):
    """Return how many offices and authorities the machine's record holds."""
    return {
        table: asked(machine, f"SELECT count(*) FROM {table}") for table in ("office", "authority")
    }


def newest_migration(machine):
    return asked(machine, "SELECT version_num FROM alembic_version")


def asked(machine, query):
    url = f"file:{machine.folder}/data/postal.db?mode=ro"
    with closing(sqlite.connect(url, uri=True)) as opened:
        return opened.execute(query).fetchone()[0]


@pytest.fixture
def units(tmp_path, installed):
    """The units as they are, but for a program that is there."""
    for name in UNITS:
        text = (FILES / name).read_text(encoding="utf-8")
        text = text.replace("/opt/postal-tracker/current/bin", str(installed))
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_systemd_reads_the_units_without_a_complaint(units):
    told = subprocess.run(
        ["systemd-analyze", "verify", *(units / name for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in told.stderr.splitlines() if "postal-" in line]

    assert complaints == []
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(("unit", "most"), [("postal-tracker", 1.5), ("postal-backup", 3.5)])
def test_the_units_leave_a_burglar_little(unit, most):
    """systemd's own measure, from 0 (shut) to 10 (a service without any bounds: 9.6)."""
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", FILES / f"{unit}.service"],
        capture_output=True,
        text=True,
        check=True,
    )
    [level] = re.findall(r"Overall exposure level .*: ([\d.]+)", told.stdout)

    assert float(level) <= most


def test_backups_are_due_twice_a_day(units):
    whens = re.findall(r"^OnCalendar=(.*)$", (units / "postal-backup.timer").read_text(), re.M)
    told = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-11-26 10:00", *whens],
        capture_output=True,
        text=True,
        check=True,
    )

    next_ones = re.findall(r"Next elapse: \w+ (\S+ \S+)", told.stdout)
    assert next_ones == ["2026-11-26 12:15:00", "2026-11-26 18:15:00"]


def test_a_server_lives_by_the_book(machine, wheel_before, wheel):
    """Installed, backed up, restored, upgraded, rolled back; `wheel_before` lacks a migration."""
    put_up(machine, a_release(wheel_before, machine.root / "before"))
    machine.types(steps("The proxy")[0])
    assert is_ready(machine)
    assert "BEHIND_PROXY=true" in (machine.folder / ".env").read_text(encoding="utf-8")
    filled = {"office": 16, "authority": 11}
    tracker(machine, "import", "offices", str(SAMPLE / "offices.csv"))
    machine.types(steps("Backups")[0])
    [copy] = (machine.folder / "backups").glob("20*")
    assert copy.stat().st_mode & 0o077 == 0, "it holds citizens"
    tracker(machine, "import", "authorities", str(SAMPLE / "authorities.csv"))
    assert counted(machine) == filled

    machine.types(steps("Restore")[0])
    assert is_ready(machine)
    assert counted(machine) == {"office": 16, "authority": 0}

    revision = newest_migration(machine)
    machine.release = a_release(wheel, machine.root / "after")
    machine.types(steps("A server")[0])
    machine.types(steps("Upgrade")[0])
    assert is_ready(machine)
    tracker(machine, "import", "authorities", str(SAMPLE / "authorities.csv"))
    assert counted(machine) == filled
    assert newest_migration_file().startswith(newest_migration(machine))

    machine.types(steps("Rollback")[0], before=BEFORE)
    assert is_ready(machine)
    assert counted(machine) == {"office": 16, "authority": 0}
    assert newest_migration(machine) == revision


def test_no_line_of_the_book_is_left_out():
    """Each section whose lines are carried out somewhere in this folder; a new one fails here."""
    tried = {
        "An office PC": 1,
        "HTTPS on an office PC": 1,
        "A server": 3,
        "The proxy": 1,
        "Containers": 1,
        "Backups": 2,
        "Restore": 1,
        "Upgrade": 1,
        "Rollback": 1,
    }

    assert {name: len(steps(name)) for name in tried} == tried
    assert sum(tried.values()) == BOOK.count("```sh\n")


def put_up(machine, release):
    machine.release = release
    install, first, typed = steps("A server")
    machine.types(install)
    machine.types(first)
    assert is_ready(machine)
    machine.types(typed)
