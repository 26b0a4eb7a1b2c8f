"""a log that goes on with another key once its own is lost"""

import sqlalchemy as sa
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_key",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("former_key", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_key"),
    )


def downgrade() -> None:
    op.drop_table("log_key")
