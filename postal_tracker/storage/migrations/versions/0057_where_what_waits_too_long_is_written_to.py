"""where staff are written to, and when of something that waits too long"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString(254)
    op.add_column(
        "staff_member", sa.Column("email", text, nullable=False, server_default=sa.text("''"))
    )
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("work_item", sa.Column("told_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("work_item", "told_at")
    op.drop_column("staff_member", "email")
