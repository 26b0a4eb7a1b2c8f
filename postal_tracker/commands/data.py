"""Care of the data: migrations, replays, and what is to be true of a record that is well."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import Engine, text
from sqlmodel import Session

from postal_tracker import ledger
from postal_tracker.commands.terminal import (
    REFUSED,
    WRONGLY_ASKED,
    AsJson,
    about_database,
    alone_on,
    beside,
    opened,
    print_json,
    show,
    stop,
    waiting,
)
from postal_tracker.house import House
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Dossier, Parcel


def migrate() -> None:
    """Bring the database to the newest form; nothing happens if it is there."""
    with opened(there=False, migrated=False) as house, alone_on(house.settings.database_url):
        migrations.upgrade(house.database.engine)
        beside.print(f"The database is up to date ({about_database(house)}).")


def replay(
    check: Annotated[
        bool, typer.Option("--check", help="Only compare, which is what happens anyway.")
    ] = False,
    mend: Annotated[bool, typer.Option("--mend", help="Also store what the ledger says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Work out anew from the ledger where everything stands, and compare with what is stored.

    Ends with 1 if there are differences, and lists them; with --mend they are set right.
    """
    if check and mend:
        stop("Give either --check or --mend.", WRONGLY_ASKED)
    with opened() as house, waiting("Replaying the ledger…"):
        found = differences(house, mend=mend)
    if as_json:
        print_json({"differences": found, "mended": mend})
    else:
        for one in found:
            print(one)
    beside.print(_verdict(len(found), mend=mend))
    if found and not mend:
        raise typer.Exit(REFUSED)


def _verdict(count: int, *, mend: bool) -> str:
    if not count:
        return "All is stored as the ledger says."
    return f"{count} {'mended' if mend else 'stored otherwise than the ledger says'}."


def differences(house: House, *, mend: bool) -> list[str]:
    """Return what is stored otherwise than the ledger says, named as people know it."""
    with Session(_at_one_moment(house, mend=mend)) as session, session.begin():
        return [_named(session, one) for one in ledger.differences(session, mend=mend)]


def _at_one_moment(house: House, *, mend: bool) -> Engine:
    """Return an engine whose transactions see one snapshot, while others go on writing.

    On SQLite whoever mends is the only one to write until he is done.
    """
    engine = house.database.engine
    if house.database.is_sqlite:
        return engine.execution_options(reading=not mend)
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _named(session: Session, difference: str) -> str:
    noun, _, id_ = difference.partition(" ")
    if noun == "dossier":
        return f"dossier {session.get_one(Dossier, int(id_)).code}"
    return f"parcel {session.get_one(Parcel, int(id_)).tracking_number}"


# Is the record well?


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is to be true; `detail` says what was found."""

    name: str
    ok: bool
    detail: str


def verify(as_json: AsJson = False) -> None:
    """Examine the database: storage, rules, migrations, and the ledger against its copies.

    Ends with 1 if anything is not as it should be.
    """
    with opened(migrated=False) as house, waiting("Examining the database…"):
        checks = examine(house)
    well = all(check.ok for check in checks)
    if as_json:
        print_json({"ok": well, "checks": checks})
    else:
        rows = [
            {"": "ok" if c.ok else "FAILED", "check": c.name, "found": c.detail} for c in checks
        ]
        show(rows, as_json=False)
    if not well:
        raise typer.Exit(REFUSED)


def examine(house: House) -> list[Check]:
    """Return what was found; without its migrations, the rest of a database cannot be judged."""
    checks = [Check("database", True, about_database(house)), _migrations(house)]
    if house.database.is_sqlite:
        checks += [_storage(house), _foreign_keys(house)]
    if checks[1].ok:
        checks += [_triggers(house), _copies(house)]
    return checks


def _migrations(house: House) -> Check:
    engine = house.database.engine
    current = migrations.is_current(engine)
    try:
        migrations.refuse_newer(engine)
    except migrations.NewerDatabase as newer:
        return Check("migrations", False, str(newer))
    return Check("migrations", current, "all there" if current else "run `postal-tracker migrate`")


def _storage(house: House) -> Check:
    found = house.database.read_now(_pragma("integrity_check"))
    return Check("integrity", found == ["ok"], "; ".join(found[:5]))


def _foreign_keys(house: House) -> Check:
    broken = house.database.read_now(_pragma("foreign_key_check"))
    return Check("foreign keys", not broken, f"{len(broken)} rows point nowhere")


def _pragma(name: str) -> Callable[[Session], list[str]]:
    return lambda s: [str(row[0]) for row in s.connection().execute(text(f"PRAGMA {name}"))]


_TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' "
        "AND tbl_name IN ('ledger_entry', 'audit_entry', 'audit_subject')",
        {
            f"{table}_refuses_{act}"
            for table in ("ledger_entry", "audit_entry", "audit_subject")
            for act in ("update", "delete")
        },
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid IN "
        "('ledger_entry'::regclass, 'audit_entry'::regclass, 'audit_subject'::regclass) "
        "AND tgenabled = 'O' AND NOT tgisinternal",
        {
            "ledger_entry_refuses_change",
            *(f"audit_{t}_refuses_{a}" for t in ("entry", "subject") for a in ("change", "delete")),
        },
    ),
}
"""By which the database itself refuses to change or delete an entry of ledger or audit log."""


def _triggers(house: House) -> Check:
    query, wanted = _TRIGGERS[house.database.engine.dialect.name]
    found = house.database.read_now(
        lambda s: {row[0] for row in s.connection().execute(text(query))}
    )
    missing = ", ".join(sorted(wanted - found))
    return Check("ledger guard", not missing, f"missing: {missing}" if missing else "in place")


def _copies(house: House) -> Check:
    found = differences(house, mend=False)
    named = f": {', '.join(found[:5])}" if found else ""
    return Check("replay", not found, f"{len(found)} differences{named}")
