"""What is to be true of a record that is well: each check says what it found in a sentence.

A damaged page can make anything fail anywhere, so whatever a check raises is its finding.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Row, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from postal_tracker.commands import verify_log
from postal_tracker.core import codes
from postal_tracker.house import House
from postal_tracker.ledger.log import exporting, tree
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import CarrierMessage, NumberRange, Parcel, metadata, table_of

MOST_NAMED = 5
"""Findings of one check that are named."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is to be true; `detail` says what was found."""

    name: str
    ok: bool
    detail: str


Findings = Callable[[Connection], list[str]]


def found(house: House, name: str, well: str, check: Findings) -> Check:
    """Return what a check finds, looking at one moment of the record."""

    def look() -> Check:
        with house.database.at_one_moment().connect() as connection:
            return told(name, well, check(connection))

    return tried(name, look)


def told(name: str, well: str, findings: list[str]) -> Check:
    named = "; ".join(findings[:MOST_NAMED])
    more = len(findings) - MOST_NAMED
    return Check(name, not findings, (f"{named}; and {more} more" if more > 0 else named) or well)


def tried(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except DBAPIError as fault:
        return Check(name, False, f"cannot be examined: {_first_line(str(fault.orig))}")
    except Exception as fault:  # noqa: BLE001 - of damaged data anything may come
        kind = type(fault).__name__
        return Check(name, False, f"cannot be examined: what stands there is damaged ({kind})")


def _first_line(sentence: str) -> str:
    return (sentence.strip().splitlines() or ["it does not say why"])[0]


def examine(house: House) -> Iterator[Check]:
    """Return what was found, but for the copies; the newest form of a record is expected."""
    if house.database.is_sqlite:
        yield storage(house)
        yield found(house, "foreign keys", "0 rows point nowhere", _foreign_keys)
    yield found(
        house, "schema", "as the migrations make it", partial(_schema, house.database.engine)
    )
    yield found(house, "ledger guard", "in place", partial(_guards, house.database.engine))
    yield found(house, "messages", "each body has its digest", _bodies)
    yield found(house, "numbers", "each was given once, in its order", _numbers)
    yield log(house)


def storage(house: House) -> Check:
    return found(house, "integrity", "ok", _integrity)


def log(house: House) -> Check:
    return found(house, "log", "each leaf fits", _log)


def _integrity(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [] if rows == ["ok"] else [str(row) for row in rows]


def _foreign_keys(connection: Connection) -> list[str]:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"row {row[1]} of {row[0]} points nowhere in {row[2]}" for row in broken]


# The schema

_GUARDS = {
    "sqlite": "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(t.oid) || prosrc || tgenabled::text, relname "
    "FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid JOIN pg_class c ON c.oid = tgrelid "
    "WHERE NOT tgisinternal",
}

_OBJECTS = (
    "SELECT type || ' ' || name, sql, tbl_name FROM sqlite_master "
    "WHERE type <> 'trigger' AND sql IS NOT NULL"
)


def _schema(engine: Engine, connection: Connection) -> list[str]:
    """Compare with a database that the migrations have just made."""
    if engine.dialect.name == "sqlite":
        return _differences(_objects(connection, _OBJECTS), _fresh(_OBJECTS))
    how = {"compare_type": True, "include_object": _is_ours}
    context = MigrationContext.configure(connection, opts=how)
    return [_said(change) for change in compare_metadata(context, metadata)]


def _is_ours(_object: object, name: str | None, type_: str, *_rest: object) -> bool:
    return type_ != "table" or name in metadata.tables


def _said(change: object) -> str:
    """Return an Alembic difference in words: what it would do to put it right."""
    first = change[0] if isinstance(change, tuple | list) and change else change
    first = first[0] if isinstance(first, tuple) else first
    named = (
        [getattr(part, "name", None) for part in change if part]
        if isinstance(change, tuple)
        else []
    )
    return f"{first} {' '.join(str(n) for n in named if n)}".replace("_", " ").strip()


def _objects(connection: Connection, query: str) -> dict[str, str]:
    """Return what the database is made of, by name; what the background engine has is its own."""
    rows = connection.exec_driver_sql(query).all()
    ours = {*metadata.tables, "alembic_version"}
    return {name: _in_order(words) for name, words, table in rows if table in ours}


def _in_order(words: str) -> str:
    """Return a definition in one form: Alembic quotes or not, and puts constraints in any order."""
    whole = " ".join(words.replace('"', "").split())
    head, *constraints = re.split(r", (?=CONSTRAINT )", whole.removesuffix(")").strip())
    if not whole.startswith("CREATE TABLE") or not constraints:
        return whole
    return ", ".join([head, *sorted(one.strip() for one in constraints)])


@cache
def _fresh(query: str) -> dict[str, str]:
    """Return the same of a SQLite database that the migrations have just made."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'fresh.db'}")
        try:
            migrations.upgrade(engine)
            with engine.connect() as connection:
                return _objects(connection, query)
        finally:
            engine.dispose()


def _differences(is_: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return [
        *(f"{name} is missing" for name in sorted(wanted.keys() - is_.keys())),
        *(f"{name} does not belong here" for name in sorted(is_.keys() - wanted.keys())),
        *(
            f"{n} is not as it was made"
            for n in sorted(wanted)
            if is_.get(n, wanted[n]) != wanted[n]
        ),
    ]


def _guards(engine: Engine, connection: Connection) -> list[str]:
    """Compare the triggers by their text: by them the database itself refuses changes."""
    is_ = _objects(connection, _GUARDS[engine.dialect.name])
    if engine.dialect.name == "sqlite":
        return _differences(is_, _fresh(_GUARDS["sqlite"]))
    wanted = {
        f"{table}_refuses_{act}": f"CREATE TRIGGER {table}_refuses_{act} BEFORE {when} "
        f"ON public.{table} FOR EACH {each} EXECUTE FUNCTION {function}() BEGIN {body} END O"
        for table, act, when, each, function, body in _REFUSALS
    }
    return _differences(is_, wanted)


_NEVER = ("change", "DELETE OR UPDATE OR TRUNCATE", "STATEMENT")
_BUT_DELETED = ("change", "UPDATE OR TRUNCATE", "STATEMENT")
_BY_AGE = ("delete", "DELETE", "ROW")

_LEDGER = "RAISE EXCEPTION 'ledger entries are never changed or deleted';"
_LOG = "RAISE EXCEPTION 'the log is never changed';"
_AUDIT = "RAISE EXCEPTION 'audit entries are never changed, and deleted by age alone';"
_OLD_ENOUGH = (
    "IF EXISTS (SELECT 1 FROM audit_entry e WHERE e.what = 'aged-out' AND e.erased_before > OLD.at "
    "AND e.at - e.erased_before >= interval '90 days') THEN RETURN OLD; END IF; "
)
_ENTRY_GONE = (
    "IF NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = OLD.entry_id) "
    "THEN RETURN OLD; END IF; "
)
_REFUSALS = (
    ("ledger_entry", *_NEVER, "refuse_ledger_change", _LEDGER),
    ("log_leaf", *_NEVER, "refuse_log_change", _LOG),
    ("log_node", *_NEVER, "refuse_log_change", _LOG),
    ("audit_entry", *_BUT_DELETED, "refuse_audit_change", _AUDIT),
    ("audit_subject", *_BUT_DELETED, "refuse_audit_change", _AUDIT),
    ("audit_entry", *_BY_AGE, "refuse_audit_delete", _OLD_ENOUGH + _AUDIT),
    ("audit_subject", *_BY_AGE, "refuse_audit_subject_delete", _ENTRY_GONE + _AUDIT),
)


# What stands in it


def _bodies(connection: Connection) -> list[str]:
    kept = table_of(CarrierMessage)
    query = select(kept.c.id, kept.c.digest, kept.c.body).where(kept.c.erased_at.is_(None))
    rows = connection.execute(query.execution_options(yield_per=200))
    return [
        f"message {id_} has another body than came"
        for id_, digest, body in rows
        if not isinstance(body, bytes) or sha256(body).hexdigest() != digest
    ]


def _numbers(connection: Connection) -> list[str]:
    """Find ranges of which numbers below the next one were never given."""
    ranges = connection.execute(select(table_of(NumberRange))).all()
    return [sentence for row in ranges for sentence in _passed_over(connection, row)]


def _passed_over(connection: Connection, row: Row[Any]) -> list[str]:
    first, after = (
        codes.make_s10(row.indicator, serial, row.country)
        for serial in (row.first_serial, row.next_serial)
    )
    number = col(Parcel.tracking_number)
    like = number.like(f"{row.indicator}_________{row.country}")
    between = (func.substr(number, 1, 10) >= first[:10], func.substr(number, 1, 10) < after[:10])
    query = select(func.count(number.distinct())).where(like, *between)
    lacking = row.next_serial - row.first_serial - int(connection.execute(query).scalar_one())
    if lacking == 0:
        return []
    return [f"of the numbers from {first} to before {after}, {lacking} stand on no parcel"]


def _log(connection: Connection) -> list[str]:
    """Return what does not fit between log and record, as who checks an export would see it."""
    checker = verify_log.Checker("", ())
    checker.run(exporting.lines(connection))
    root = tree.root(connection, checker.tree.size)
    if not checker.findings and root != checker.tree.root():
        return ["the nodes that are kept above the leaves are not theirs"]
    return checker.findings
