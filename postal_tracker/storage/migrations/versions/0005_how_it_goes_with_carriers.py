"""how it goes with carriers, and whose news waits"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carrier_state",
        sa.Column("carrier", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("last_hook_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("error_rate", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("held_by", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("held_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("carrier", name=op.f("pk_carrier_state")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "message_number",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tracking_number", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["carrier_message.id"], name=op.f("fk_message_number_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", "tracking_number", name=op.f("pk_message_number")),
    )
    with op.batch_alter_table("message_number", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_number_tracking_number"), ["tracking_number"], unique=False
        )

    op.create_table(
        "echo",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("heard_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_echo_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_echo")),
    )
    with op.batch_alter_table("carrier_message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("erased_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.create_index(
            "ix_carrier_message_kept",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )

    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("hooked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_column("hooked_at")

    with op.batch_alter_table("carrier_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_carrier_message_kept",
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.drop_column("erased_at")

    op.drop_table("echo")
    with op.batch_alter_table("message_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_number_tracking_number"))

    op.drop_table("message_number")
    op.drop_table("worker")
    op.drop_table("carrier_state")
