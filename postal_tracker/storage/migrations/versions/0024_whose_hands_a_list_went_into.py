"""which courier took what stands on a list"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover_taking",
        sa.Column("handover_id", Big, autoincrement=False, nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"]),
        sa.PrimaryKeyConstraint("handover_id"),
    )


def downgrade() -> None:
    op.drop_table("handover_taking")
