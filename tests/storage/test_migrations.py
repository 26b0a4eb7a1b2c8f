"""The migrations make the tables that the code speaks of, and go back again, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import metadata
from tests.centre import Centre
from tests.commands.running import until


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """Return an engine to a database with nothing in it."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path}/empty.db")
        yield engine
        engine.dispose()
        return
    admin = request.getfixturevalue("maker")
    name = f"postal_empty_{tmp_path.name.replace('-', '_').lower()[:40]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = make_engine(str(admin.url.set(database=name).render_as_string(False)))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def tables_of(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)


def guards_of(engine):
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return sorted(connection.execute(text(query)).scalars())


def test_the_migrations_make_the_very_tables_that_the_code_speaks_of(empty):
    migrations.upgrade(empty)

    assert tables_of(empty) == set(metadata.tables)
    assert differences(empty) == []
    assert migrations.is_current(empty)


def test_up_and_down_and_up_again_leave_nothing_over_and_nothing_out(empty):
    assert not migrations.is_current(empty)
    migrations.upgrade(empty)
    guards = guards_of(empty)
    assert guards
    migrations.downgrade(empty, "base")

    assert tables_of(empty) == set()
    assert guards_of(empty) == []
    if empty.dialect.name == "postgresql":
        with empty.connect() as connection:
            left = "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace "
            query = text(left + "WHERE nspname = 'public'")
            assert connection.execute(query).scalar_one() == 0
    migrations.upgrade(empty)
    assert differences(empty) == []
    assert guards_of(empty) == guards


def test_each_step_can_be_taken_by_itself(empty):
    script = ScriptDirectory.from_config(migrations.config(empty))
    steps = [revision.revision for revision in script.walk_revisions()][::-1]
    for step in steps:
        migrations.upgrade(empty, step)
    assert migrations.is_current(empty)
    for step in [*steps[:-1][::-1], "base"]:
        migrations.downgrade(empty, step)
        assert not migrations.is_current(empty)


def test_labels_noted_before_there_was_doubt_are_surely_printed(empty):
    migrations.upgrade(empty, "0003")
    note = "INSERT INTO printed_label (copy_number, medium, format, printed_at, printed_by) "
    with empty.begin() as connection:
        connection.execute(text(note + "VALUES (1, 'a6', 'pdf', '2026-11-23 08:00:00', 'cli')"))
    migrations.upgrade(empty)

    with empty.connect() as connection:
        assert not connection.execute(text("SELECT is_unsure FROM printed_label")).scalar_one()


def test_names_kept_by_an_older_rule_are_found_after_the_upgrade(any_centre):
    code = any_centre.a_dossier(name="H’Ƀlăm Niê")
    engine = any_centre.database.engine
    migrations.downgrade(engine, "0007")
    with engine.begin() as connection:
        connection.execute(text("UPDATE applicant SET name_folded = 'h’ƀlam nie'"))
    migrations.upgrade(engine)

    found = any_centre.get("/dossiers", params={"q": "h'blam nie"}).json()["items"]
    assert [each["code"] for each in found] == [code]


def test_of_parcels_from_before_the_upgrade_it_is_known_when_they_were_first_scanned(any_centre):
    code = any_centre.a_dossier()
    number, _unscanned = any_centre.a_parcel(code), any_centre.a_parcel()
    for milestone in ("accepted", "in_transit", "accepted"):
        any_centre.clock.pass_(hours=2)
        any_centre.tell(any_centre.an_event(number, milestone, place="Uông Bí"))
    timeline = any_centre.get(f"/dossiers/{code}").json()["timeline"]
    first = next(e["entry"] for e in timeline if e["what"] == "accepted")
    any_centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": first})
    engine = any_centre.database.engine
    query = text("SELECT first_scan_at, accepted_at FROM parcel ORDER BY tracking_number")
    with engine.connect() as connection:
        before = connection.execute(query).all()

    migrations.downgrade(engine, "0047")
    migrations.upgrade(engine)

    with engine.connect() as connection:
        assert connection.execute(query).all() == before
    assert any_centre.differences() == []
    assert len({moment for row in before for moment in row}) == 3  # two moments, and none


def test_migrating_what_is_migrated_does_nothing(any_centre):
    code = any_centre.a_dossier()
    migrations.upgrade(any_centre.database.engine)

    assert any_centre.stage(code) == "with_office"


def test_a_service_whose_database_is_behind_is_not_ready(sqlite_url):
    with Centre(sqlite_url) as centre:
        with centre.database.engine.begin():  # a writer that takes his time
            assert centre.client.get("/readyz").status_code == 200
        with centre.database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        until(lambda: not centre.client.get("/readyz").is_success)
        answer = centre.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert centre.client.get("/healthz").status_code == 200


def test_the_guard_of_the_ledger_stands_after_every_migration(any_centre):
    any_centre.a_dossier()
    for change in ("UPDATE ledger_entry SET place = ''", "DELETE FROM ledger_entry"):
        with pytest.raises(DBAPIError, match="never changed or deleted"):
            any_centre.database.write_now(lambda s, c=change: s.connection().execute(text(c)))


def test_every_migration_names_its_change():
    folder = Path(migrations.__file__).parent / "versions"
    files = sorted(f for f in folder.glob("*.py") if f.name != "__init__.py")

    assert len({f.name[:4] for f in files}) == len(files)
    assert all("def downgrade" in f.read_text(encoding="utf-8") for f in files)
