"""The service from the command line: what it refuses, and how it starts and ends."""

import json
import signal
import socket
from datetime import date

import httpx
import pytest
from sqlmodel import Session

from postal_tracker.access import REHEARSAL, Role, create_key, is_rehearsal_centre
from postal_tracker.core import codes
from postal_tracker.settings import DEMO_SECRET, Settings
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from tests.centre import Centre
from tests.commands.running import a_port, command, ended, started, until

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("secret", ["short", DEMO_SECRET])
def test_it_serves_nobody_with_a_secret_that_is_none(run, monkeypatch, secret):
    monkeypatch.setenv("POSTAL_SECRET_KEY", secret)

    for arguments in (["serve"], ["worker"]):
        told = run(*arguments)
        assert told.exit_code == 2
        assert "POSTAL_SECRET_KEY" in told.stderr


def test_it_serves_nobody_with_a_hook_secret_that_can_be_guessed(run, monkeypatch):
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("POSTAL_CARRIERS__REHEARSAL__HOOK_SECRET", "guess-me")

    told = run("serve")
    assert told.exit_code == 2
    assert "rehearsal" in told.stderr
    assert "guess-me" not in told.stderr


@pytest.mark.parametrize("where", ["environment", ".env"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "CARRIERS__GHN__TOKEN"])
def test_a_setting_is_read_from_the_file_that_is_named(tmp_path, monkeypatch, where, name):
    """As container engines hand secrets over; what stands in `.env` was passed over in silence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "told").write_text(f"{SECRET}\n", encoding="utf-8")
    if where == "environment":
        monkeypatch.setenv(f"POSTAL_{name}_FILE", "told")
    else:
        (tmp_path / ".env").write_text(f"POSTAL_{name}_FILE=told\n", encoding="utf-8")
    settings = Settings()

    read = {
        "SECRET_KEY": lambda: settings.secret_key.get_secret_value(),
        "DATABASE_URL": lambda: settings.database_url,
        "CARRIERS__GHN__TOKEN": lambda: settings.carriers["ghn"].token.get_secret_value(),
    }
    assert read[name]() == SECRET


def test_sqlite_takes_one_process_only(run, monkeypatch):
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)

    for arguments in (["serve", "--workers", "2"], ["worker"]):
        told = run(*arguments)
        assert told.exit_code == 2
        assert "PostgreSQL" in told.stderr


def test_the_rehearsal_carrier_needs_its_token(run):
    told = run("rehearsal")

    assert told.exit_code == 2
    assert "POSTAL_CARRIERS__REHEARSAL__TOKEN" in told.stderr


def test_a_port_that_is_taken_is_said_to_be(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = command(tmp_path, "serve", POSTAL_SECRET_KEY=SECRET, POSTAL_PORT=port)

    assert told.returncode == 1
    assert "POSTAL_PORT" in told.stderr


def test_it_migrates_serves_and_ends_quietly(tmp_path):
    secret = "a-hook-secret-nobody-may-read"
    with (
        a_port() as free,
        started(
            *(tmp_path, "serve"),
            POSTAL_SECRET_KEY=SECRET,
            POSTAL_PORT=str(free),
            POSTAL_CARRIERS__REHEARSAL__HOOK_SECRET=secret,
        ) as service,
    ):
        url = f"http://127.0.0.1:{free}"
        until(lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success)
        forged = httpx.post(
            f"{url}/hooks/rehearsal/{secret}", content=b"{}", trust_env=False, timeout=60
        )
        code, _ = ended(service, signal.SIGTERM)

    assert forged.status_code == 401
    assert "server" not in forged.headers
    assert code == 0
    said = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert 'database="SQLite ' in said
    assert f'event="listening at {url}"' in said
    for lacking in ("offices", "authorities", "procedures", "numbers", "people"):
        assert f'event="no {lacking} yet"' in said
    assert 'command="postal-tracker staff add"' in said
    assert secret not in said
    beside = ("{", "Open the first administrator")  # the security log; for the terminal
    assert all(line.startswith(("time=", *beside)) for line in said.splitlines())


@pytest.mark.slow
def test_several_processes_serve_one_postgresql(tmp_path, postgres_url):
    settings = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_DATABASE_URL": postgres_url}
    with (
        a_port() as free,
        started(tmp_path, "serve", "--workers", "2", POSTAL_PORT=str(free), **settings) as service,
        started(tmp_path, "worker", "--name", "second", **settings) as worker,
    ):
        until(lambda: httpx.get(f"http://127.0.0.1:{free}/readyz", trust_env=False).is_success)
        until(lambda: (tmp_path / "said.txt").read_text().count("event=starting") == 2)
        codes = [ended(process, signal.SIGTERM)[0] for process in (service, worker)]

    assert codes == [0, 0]


def test_a_log_line_tells_one_event_and_nothing_of_anybody(capsys):
    import logging

    from postal_tracker.commands.log_lines import OneLine

    try:
        json.loads("Bà Hoa, 0912345678")
    except ValueError as fault:
        record = logging.LogRecord(
            *("postal", logging.ERROR, "file.py", 1, "a row\nfailed", (), None), "f"
        )
        record.exc_info = (type(fault), fault, fault.__traceback__)
        record.carrier = "ghn"
    line = OneLine().format(record)

    assert "\n" not in line
    assert 'event="a row\\nfailed" carrier=ghn error=JSONDecodeError' in line
    assert "Hoa" not in line


def test_a_rehearsals_record_is_served_to_nobody_and_left_as_it_is(
    run, furnished, tmp_path, sqlite_url
):
    """`make run`, Ctrl-C, `serve` went live with sign-ins that everybody knows."""
    code = furnished.a_dossier()
    key = furnished.database.write_now(
        lambda s: create_key(
            s, role=Role.DESK, name=f"{REHEARSAL}: {Role.DESK}", now=furnished.clock()
        )
    )
    run("keys", "revoke", key.split("_")[1])
    assert run("backup", "copy.db").exit_code == 0
    furnished.database.close()
    assert run("restore", "copy.db", "--yes").exit_code == 0, "the mark goes along"

    how = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_PORT": "0", "POSTAL_DATABASE_URL": sqlite_url}
    told = command(tmp_path, "serve", **how)
    assert told.returncode == 2
    assert "rehearsal" in told.stderr
    assert "POSTAL_DATABASE_URL" in told.stderr
    assert furnished.stage(code) == "with_office"
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("what", ["serve", "worker"])
def test_a_rehearsals_record_on_postgresql_is_refused_before_it_is_migrated(
    run, monkeypatch, postgres_url, what
):
    monkeypatch.setenv("POSTAL_DATABASE_URL", postgres_url)
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)
    with Centre(postgres_url) as rehearsal:
        rehearsal.database.write_now(
            lambda s: create_key(s, role=Role.DESK, name=REHEARSAL, now=rehearsal.clock())
        )
        engine = rehearsal.database.engine
        migrations.downgrade(engine, "0008")

        told = run(what)

        assert told.exit_code == 2
        assert "rehearsal" in told.stderr
        assert revision(engine) == "0008"


def revision(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()


def test_a_rehearsals_record_on_sqlite_is_refused_before_it_is_migrated(
    run, furnished, monkeypatch
):
    monkeypatch.setenv("POSTAL_SECRET_KEY", SECRET)
    furnished.database.write_now(
        lambda s: create_key(s, role=Role.DESK, name=REHEARSAL, now=furnished.clock())
    )
    engine = furnished.database.engine
    migrations.downgrade(engine, "0008")

    assert run("serve", "--no-migrate").exit_code == run("serve").exit_code == 2
    assert revision(engine) == "0008"


@pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"])
def test_a_database_without_tables_is_no_rehearsals(request, database):
    engine = make_engine(request.getfixturevalue(database))
    migrations.downgrade(engine, "base")
    with Session(engine) as session:
        assert not is_rehearsal_centre(session)
    engine.dispose()


@pytest.fixture
def no_other_forms():
    yield
    codes.accept_forms({})


@pytest.mark.parametrize("form", ["[", "(?P<unit>x)-(?P<day>1)"])
def test_a_form_of_dossier_codes_that_is_none_is_named(run, monkeypatch, form):
    monkeypatch.setenv("POSTAL_DOSSIER_CODE_FORMS", json.dumps({"2027-01-01": form}))

    told = run("track", "H49.12-270101-0001")

    assert told.exit_code == 2
    assert "POSTAL_DOSSIER_CODE_FORMS" in told.stderr


def test_a_dossier_code_of_a_form_that_was_set_is_registered_and_found(
    run, furnished, monkeypatch, no_other_forms
):
    form = r"(?P<unit>QN[0-9]{3})-(?P<day>[0-9]{6})-(?P<serial>[0-9]{5})"
    monkeypatch.setenv("POSTAL_DOSSIER_CODE_FORMS", json.dumps({"2026-11-01": form}))
    codes.accept_forms({date(2026, 11, 1): form})
    code = furnished.a_dossier(code="qn012-261123-00007")

    assert code == "QN012-261123-00007"
    assert code in run("track", code).stdout
