"""Care of the data: migrations, replays, and what is to be true of a record that is well."""

from contextlib import nullcontext
from typing import Annotated

import typer
from sqlmodel import Session

from postal_tracker import ledger
from postal_tracker.access.audit import Audited
from postal_tracker.commands import examining
from postal_tracker.commands.examining import Check, tried
from postal_tracker.commands.giving_way import giving_way
from postal_tracker.commands.noted import is_noted, note_now
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
from postal_tracker.views.record_health import REPLAY_CHECK, VERIFY


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
    aside = nullcontext() if mend else giving_way()
    with aside, opened() as house, waiting("Replaying the ledger…"):
        if mend:
            _refuse_unfit(house)
            note_now(house, Audited.COMMAND, "replay --mend")
        found = differences(house, mend=mend)
        if not mend:
            is_noted(house, Audited.COMMAND, f"{REPLAY_CHECK}{len(found)} differences")
    if as_json:
        print_json({"differences": found, "mended": mend})
    else:
        for one in found:
            print(one)
    beside.print(_verdict(len(found), mend=mend))
    if found and not mend:
        raise typer.Exit(REFUSED)


def _refuse_unfit(house: House) -> None:
    """Leave with 1 if the entries are not those that were logged: copies would follow a forgery."""
    check = examining.log(house)
    if not check.ok:
        stop(
            f"Nothing was mended: the ledger does not fit its log ({check.detail}). Keep this "
            "database, and restore a copy that fits."
        )


def _verdict(count: int, *, mend: bool) -> str:
    if not count:
        return "All is stored as the ledger says."
    return f"{count} {'mended' if mend else 'stored otherwise than the ledger says'}."


def differences(house: House, *, mend: bool) -> list[str]:
    """Return what is stored otherwise than the ledger says, named as people know it."""
    with Session(house.database.at_one_moment(writing=mend)) as session, session.begin():
        found = ledger.differences(session, house.calendar, mend=mend)
        return [_named(session, one) for one in found]


def _named(session: Session, difference: str) -> str:
    noun, _, id_ = difference.partition(" ")
    if noun == "tally":
        return difference
    if noun == "dossier":
        return f"dossier {session.get_one(Dossier, int(id_)).code}"
    return f"parcel {session.get_one(Parcel, int(id_)).tracking_number}"


# Is the record well?


def verify(as_json: AsJson = False) -> None:
    """Examine the database: storage, schema, guards, the log, and the ledger against its copies.

    Ends with 1 if anything is not as it should be.
    """
    with giving_way(), opened(migrated=False) as house, waiting("Examining the database…"):
        checks = examine(house)
        well = all(check.ok for check in checks)
        failed = ", ".join(check.name for check in checks if not check.ok)
        if checks[1].ok:  # else there may be no audit log of the form that we know
            is_noted(house, Audited.COMMAND, f"{VERIFY}{failed or 'ok'}")
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
    checks = [
        tried("database", lambda: Check("database", True, about_database(house))),
        tried("migrations", lambda: _migrations(house)),
    ]
    if checks[1].ok:
        checks += examining.examine(house)
        checks.append(tried("replay", lambda: _copies(house)))
    elif house.database.is_sqlite:
        checks.append(examining.storage(house))
    return checks


def _migrations(house: House) -> Check:
    engine = house.database.engine
    current = migrations.is_current(engine)
    try:
        migrations.refuse_newer(engine)
    except migrations.NewerDatabase as newer:
        return Check("migrations", False, str(newer))
    return Check("migrations", current, "all there" if current else "run `postal-tracker migrate`")


def _copies(house: House) -> Check:
    found = differences(house, mend=False)
    named = f": {', '.join(found[:5])}" if found else ""
    return Check("replay", not found, f"{len(found)} differences{named}")
