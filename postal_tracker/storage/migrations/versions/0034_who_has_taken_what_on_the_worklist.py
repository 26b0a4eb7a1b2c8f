"""who has taken what on the worklist, and until when it was put off"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_item",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(120), nullable=False),
        sa.Column("assignee_id", Big, nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["staff_member.id"], name="fk_work_item_assignee_id_staff_member"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_work_item"),
    )
    op.create_index("ix_work_item_changed", "work_item", ["changed_at"])


def downgrade() -> None:
    op.drop_table("work_item")
