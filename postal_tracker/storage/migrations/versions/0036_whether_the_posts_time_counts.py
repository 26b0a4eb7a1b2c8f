"""Whether the post's time counts: of a procedure, what held before it, a dossier's day of receipt"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLES = ("procedure", "procedure_version", "dossier")


def upgrade() -> None:
    for table in _TABLES:
        yes = sa.Column("post_counts", sa.Boolean(), nullable=False, server_default=sa.text("true"))
        op.add_column(table, yes)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_column(table, "post_counts")
