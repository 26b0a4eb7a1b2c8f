"""labels that may have come out as the printer failed"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whatever was noted before was noted after the printer had taken it.
    with op.batch_alter_table("printed_label", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_unsure", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("printed_label", schema=None) as batch_op:
        batch_op.alter_column("is_unsure", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("printed_label", schema=None) as batch_op:
        batch_op.drop_column("is_unsure")
