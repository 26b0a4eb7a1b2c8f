"""PostgreSQL has what was settled when in an index that it does not take for other things"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_NAME, _COLUMNS = "ix_dossier_settled", ["settled_at", "received_at", "authority_id", "office_id"]


def upgrade() -> None:
    op.drop_index(_NAME, "dossier")
    settled = sa.text("settled_at IS NOT NULL")
    op.create_index(_NAME, "dossier", _COLUMNS, postgresql_where=settled)


def downgrade() -> None:
    op.drop_index(_NAME, "dossier")
    op.create_index(_NAME, "dossier", _COLUMNS)
