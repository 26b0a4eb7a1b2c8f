"""Whose people were erased: a copy that is put back may be of before that, so it is done again.

The list names dossiers by code, and the days: nobody's data.
"""

import csv
import os
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from postal_tracker.access.audit import Audited, Note
from postal_tracker.commands.own_files import database_file
from postal_tracker.commands.terminal import beside, build_house
from postal_tracker.desks import erasing
from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Dossier

LIST = "erased.csv"

_AT_ONCE = 200


def write_down(house: House, folder: Path) -> None:
    """Write the list beside the copies, whole or not at all."""
    draft = folder / f".{LIST}.{os.getpid()}.new"
    draft.touch(0o600)
    with draft.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("code", "erased_at"))
        rows = house.database.read_now(lambda s: s.exec(_ERASED).all())
        lines.writerows((code, at.isoformat()) for code, at in rows if at)
    draft.replace(folder / LIST)


_ERASED = select(Dossier.code, Dossier.erased_at).where(col(Dossier.erased_at).is_not(None))


def known(settings: Settings, copy: Path) -> Collection[str]:
    """Return the codes of all of which is known that their people were erased."""
    listed = copy.parent / LIST
    codes = set[str]()
    if listed.exists():
        with listed.open(encoding="utf-8", newline="") as file:
            codes.update(row["code"] for row in csv.DictReader(file))
    target = database_file(settings.database_url)
    if target and not target.exists():
        return codes
    try:
        with closing(build_house(settings)) as house:
            rows = house.database.read_now(lambda s: s.exec(_ERASED).all())
    except DBAPIError:  # empty, older or broken: it has nothing to say
        return codes
    return codes | {code for code, _ in rows}


def erase_again(settings: Settings, codes: Collection[str]) -> None:
    """Erase those of whom the copy that was put back holds data still."""
    if not codes:
        return
    with closing(build_house(settings)) as house:
        migrations.upgrade(house.database.engine)  # an older copy has no column for it
        rest, done = sorted(codes), 0
        while rest:
            some, rest = rest[:_AT_ONCE], rest[_AT_ONCE:]
            done += house.database.write_now(partial(_erase, codes=some))
    if done:
        beside.print(f"The people of {done} dossiers, erased since, were erased again.")


def _erase(session: Session, *, codes: Sequence[str]) -> int:
    live = select(Dossier.id, Dossier.code).where(
        col(Dossier.code).in_(codes), col(Dossier.erased_at).is_(None)
    )
    rows = session.exec(live).all()
    if rows:
        told = [code for _, code in rows]
        note = Note(Audited.ERASED, datetime.now(UTC), dossiers=told, detail="restored copy")
        erasing.erase(session, [id_ for id_, _ in rows], note)
    return len(rows)
