"""when citizens find somebody there: an office's hours"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hours_vi", "hours_en"):
        text = sqlmodel.sql.sqltypes.AutoString(200)
        op.add_column("office", sa.Column(name, text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in ("hours_en", "hours_vi"):
        op.drop_column("office", name)
