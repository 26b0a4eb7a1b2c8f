"""the database itself refuses to change or delete a ledger entry

A guard against mistakes, not against the owner of the file.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSAL = "ledger entries are never changed or deleted"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_entry_refuses_{act.lower()} BEFORE {act} ON ledger_entry "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_entry_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER ledger_entry_refuses_{act.lower()}")
        return
    op.execute("DROP TRIGGER ledger_entry_refuses_change ON ledger_entry")
    op.execute("DROP FUNCTION refuse_ledger_change()")
