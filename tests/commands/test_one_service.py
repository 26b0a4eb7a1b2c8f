"""One record, one service; and a record that a newer version made is left as it is."""

import shutil
import signal

import httpx
import pytest
from sqlalchemy import text

from postal_tracker.storage import side_lock
from postal_tracker.storage.engines import make_engine
from tests.commands.running import command, ended, started, until

pytestmark = pytest.mark.alone

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def a_secret(monkeypatch):
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("POSTAL_PORT", "0")


# One service


@pytest.mark.parametrize("arguments", [["serve"], ["serve", "--no-migrate"], ["migrate"]])
def test_a_second_one_on_the_same_file_is_refused_with_a_sentence(run, tmp_path, arguments):
    file = tmp_path / "postal.db"
    before = file.read_bytes()
    with side_lock.held(side_lock.beside(file)):
        told = run(*arguments)

    assert told.exit_code == 1
    assert "already" in told.stderr
    assert "POSTAL_DATABASE_URL" in told.stderr
    assert file.read_bytes() == before


def test_over_a_record_that_is_served_nothing_is_restored_though_nobody_asks_it_anything(
    run, tmp_path
):
    """A service that rests holds no lock of SQLite's own."""
    file = tmp_path / "postal.db"
    assert run("backup", "copy.db").exit_code == 0
    before = (file.stat().st_ino, file.read_bytes())
    with side_lock.held(side_lock.beside(file)):
        told = run("restore", "copy.db", "--yes")

    assert (told.exit_code, "already" in told.stderr) == (1, True)
    assert (file.stat().st_ino, file.read_bytes()) == before
    assert run("restore", "copy.db", "--yes").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_demo_on_a_file_that_is_in_use_is_refused_too(tmp_path, fresh):
    other = tmp_path / "other.db"
    with side_lock.held(side_lock.beside(other)):
        told = command(tmp_path, "demo", "--database", str(other), *fresh)

    assert (told.returncode, "already" in told.stderr) == (1, True)
    assert not other.exists()


@pytest.mark.slow
def test_two_processes_and_one_that_is_killed(tmp_path):
    """The lock goes with its holder, whatever ends him; another name of the file does not help."""
    with started(tmp_path, "serve", POSTAL_SECRET_KEY=SECRET) as first:
        until(lambda: _is_ready(tmp_path))
        (tmp_path / "link.db").symlink_to(tmp_path / "data/postal.db")
        settings = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_DATABASE_URL": "sqlite:///link.db"}
        (tmp_path / "second").mkdir()
        with started(tmp_path / "second", "serve", **settings | _absolute(tmp_path)) as second:
            assert second.wait(timeout=60) == 1
        assert "already" in (tmp_path / "second/said.txt").read_text()
        assert _is_ready(tmp_path)  # who came first goes on
        ended(first, signal.SIGKILL)

    (tmp_path / "said.txt").unlink()
    with started(tmp_path, "serve", POSTAL_SECRET_KEY=SECRET) as third:
        until(lambda: _is_ready(tmp_path))
        assert ended(third, signal.SIGTERM)[0] == 0


def _absolute(folder):
    return {"POSTAL_DATABASE_URL": f"sqlite:///{folder}/link.db"}


def _is_ready(folder):
    said = (folder / "said.txt").read_text(encoding="utf-8")
    url = said.partition("listening at ")[2].partition('"')[0]
    return url and httpx.get(f"{url}/readyz", trust_env=False).is_success


# A newer database


COMMANDS = [
    ["serve"],
    ["serve", "--no-migrate"],
    ["migrate"],
    ["replay", "--check"],
    ["staff", "list"],
    ["track", "X"],
]


def from_the_future(url):
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def newest_of(url):
    engine = make_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    return found


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_newer_database_is_left_as_it_is_with_the_right_advice(
    run, monkeypatch, database_url, arguments
):
    monkeypatch.setenv("POSTAL_DATABASE_URL", database_url)
    from_the_future(database_url)
    told = run(*arguments)

    assert told.exit_code == 1
    assert "newer version of this program" in told.stderr
    assert "migrate`" not in told.stderr  # which would not help
    assert newest_of(database_url) == "9999"


def test_a_worker_leaves_it_too(run, monkeypatch, postgres_url):
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    from_the_future(postgres_url)
    told = run("worker")

    assert (told.exit_code, "newer version" in told.stderr) == (1, True)


def test_verify_says_that_a_database_is_newer(run, sqlite_url):
    from_the_future(sqlite_url)
    told = run("verify", "--json")

    assert told.exit_code == 1
    assert "newer version of this program" in told.stdout


@pytest.mark.slow
def test_a_demo_leaves_a_newer_database_too(sqlite_url, tmp_path):
    from_the_future(sqlite_url)
    told = command(tmp_path, "demo", POSTAL_DATABASE_URL=sqlite_url)

    assert (told.returncode, "newer version" in told.stderr) == (1, True)
    assert newest_of(sqlite_url) == "9999"


def test_a_newer_copy_takes_nobodys_place(run, sqlite_url, tmp_path):
    shutil.copy(tmp_path / "postal.db", tmp_path / "copy.db")
    from_the_future(f"sqlite:///{tmp_path}/copy.db")
    before = newest_of(sqlite_url)
    told = run("restore", "copy.db", "--yes")

    assert (told.exit_code, "newer version" in told.stderr) == (1, True)
    assert newest_of(sqlite_url) == before
