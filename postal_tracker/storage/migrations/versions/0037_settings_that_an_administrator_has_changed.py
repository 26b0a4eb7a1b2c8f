"""Settings that an administrator has changed while the service runs"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_setting",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sqlmodel.sql.sqltypes.AutoString(80), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_kept_setting"),
    )


def downgrade() -> None:
    op.drop_table("kept_setting")
