"""a tamper-evident log over entries, carriers' messages and handover signatures

What is in the record already comes into the log within minutes after the upgrade.
"""

import sqlalchemy as sa
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("log_leaf", "log_node")
_REFUSAL = "the log is never changed"


def _hash(name="hash"):
    return sa.Column(name, sa.String(64), nullable=False)


def _number(name):
    return sa.Column(name, Big, autoincrement=False, nullable=False)


def upgrade() -> None:
    _leaves()
    _beside_the_leaves()
    op.execute(
        "INSERT INTO log_due (kind, row_id) "
        "SELECT 'handover', id FROM handover WHERE signed_at IS NOT NULL"
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
        )


def _leaves() -> None:
    op.create_table(
        "log_head",
        _number("id"),
        sa.Column("verifier_key", sa.String(200), nullable=False),
        sa.Column("size", Big, nullable=False),
        sa.Column("held_by", sa.String(80), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_table(
        "log_leaf",
        _number("seq"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("row_id", Big, nullable=False),
        _hash(),
        sa.PrimaryKeyConstraint("seq", name="pk_log_leaf"),
        sa.UniqueConstraint("kind", "row_id", name="uq_log_leaf_kind_row_id"),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), nullable=False),
        _number("number"),
        _hash(),
        sa.PrimaryKeyConstraint("level", "number", name="pk_log_node"),
    )


def _beside_the_leaves() -> None:
    op.create_table(
        "log_sealed",
        _number("seq"),
        sa.Column("salt", sa.String(64), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_sealed"),
    )
    op.create_table(
        "log_checkpoint",
        _number("size"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoint"),
    )
    op.create_table(
        "log_due",
        sa.Column("kind", sa.String(10), nullable=False),
        _number("row_id"),
        sa.PrimaryKeyConstraint("kind", "row_id", name="pk_log_due"),
    )
    op.create_table(
        "log_epoch",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copy_size", Big, nullable=False),
        sa.Column("lost_size", Big, nullable=True),
        sa.Column("lost_checkpoint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_epoch"),
    )


def downgrade() -> None:
    for table in ("epoch", "due", "checkpoint", "sealed", "node", "leaf", "head"):
        op.drop_table(f"log_{table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_log_change()")
