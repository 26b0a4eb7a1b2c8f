"""the changes of dossiers in the order of commits, and who is told of them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("number", Big, nullable=True))
    _index("ix_outbox_number", "outbox", ["number"], "number IS NOT NULL", unique=True)
    _index("ix_outbox_unnumbered", "outbox", ["id"], "number IS NULL")
    op.create_table(
        "webhook",
        sa.Column("id", Big, nullable=False),
        sa.Column("url", String(500), nullable=False),
        sa.Column("types", String(200), nullable=False),
        sa.Column("office_id", Big, nullable=True),
        sa.Column("sealed_secret", String(500), nullable=False),
        sa.Column("by", String(80), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("failing_since", Moment(), nullable=True),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("disabled_why", String(20), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_webhook_office_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", Big, nullable=False),
        sa.Column("webhook_id", Big, nullable=False),
        sa.Column("change_id", Big, nullable=True),
        sa.Column("dossier_id", Big, nullable=True),
        sa.Column("state", String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("tried_at", Moment(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_fault", String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name="fk_webhook_delivery_webhook_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
    )
    pair = ["webhook_id", "change_id"]
    op.create_index("ix_webhook_delivery_change", "webhook_delivery", pair, unique=True)
    op.create_index("ix_webhook_delivery_list", "webhook_delivery", ["webhook_id", "id"])
    pending = "next_at IS NOT NULL"
    due = ["webhook_id", "next_at"]
    order = ["webhook_id", "dossier_id", "change_id"]
    _index("ix_webhook_delivery_due", "webhook_delivery", due, pending)
    _index("ix_webhook_delivery_order", "webhook_delivery", order, pending)


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_index("ix_outbox_unnumbered", "outbox")
    op.drop_index("ix_outbox_number", "outbox")
    op.drop_column("outbox", "number")
