"""an entry goes on naming the message that told it, though the message's row goes in the end

SQLite cannot drop a constraint, and copying the ledger would take long: its table is told anew what
it is, as SQLite describes it (lang_altertable, section 7, for removing FOREIGN KEY constraints).
"""

from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NAME = "fk_ledger_entry_message_id"
_CONSTRAINT = f"CONSTRAINT {_NAME} FOREIGN KEY(message_id) REFERENCES carrier_message (id), "
_BEFORE = "CONSTRAINT fk_ledger_entry_parcel_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(_CONSTRAINT, "")
    else:
        op.drop_constraint(_NAME, "ledger_entry", type_="foreignkey")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(_BEFORE, _CONSTRAINT + _BEFORE)
    else:
        op.create_foreign_key(_NAME, "ledger_entry", "carrier_message", ["message_id"], ["id"])


def _rewrite(old: str, new: str) -> None:
    connection = op.get_bind()
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    whole = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'ledger_entry'"
    sql = " ".join(connection.execute(text(whole)).scalar_one().split())
    if old not in sql:
        raise RuntimeError(f"{old!r} does not stand in the table ledger_entry")
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = 'ledger_entry'"),
        {"sql": sql.replace(old, new)},
    )
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))
    if connection.execute(text("PRAGMA quick_check(1)")).scalar_one() != "ok":
        raise RuntimeError("the database does not agree with its changed table; nothing is kept")
