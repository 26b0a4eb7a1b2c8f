"""counters of wrong guesses know when the last one was made, so that waits can grow

What was counted until now is forgotten: it would have been within a day.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM wrong_proof")
    with op.batch_alter_table("wrong_proof") as table:
        table.add_column(sa.Column("last_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("wrong_proof") as table:
        table.drop_column("last_at")
