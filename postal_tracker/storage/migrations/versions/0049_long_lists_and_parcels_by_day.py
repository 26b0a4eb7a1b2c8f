"""long lists that are brought in a few rows at a time, and parcels by when they were made"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "list_work",
        sa.Column("id", Big, nullable=False),
        sa.Column("task", String(10), nullable=False),
        sa.Column("state", String(10), nullable=False),
        sa.Column("by", String(80), nullable=False),
        sa.Column("digest", String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("format", String(4), nullable=False),
        sa.Column("doubles", String(10), nullable=False),
        sa.Column("reason", String(300), nullable=False),
        sa.Column("import_id", Big, nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached", Big, nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("worker", String(80), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_import.id"], name="fk_list_work_import_id_list_import"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_list_work"),
    )
    open_ = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_list_work_open", "list_work", ["id"], sqlite_where=open_, postgresql_where=open_
    )
    op.create_index("ix_list_work_ended", "list_work", ["ended_at"])
    made, in_hand = ["created_at", "id"], sa.text("open")
    op.create_index("ix_parcel_created", "parcel", made)
    op.create_index(
        "ix_parcel_open_created",
        "parcel",
        made,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=in_hand,
    )


def downgrade() -> None:
    op.drop_index("ix_parcel_open_created", "parcel")
    op.drop_index("ix_parcel_created", "parcel")
    op.drop_table("list_work")
