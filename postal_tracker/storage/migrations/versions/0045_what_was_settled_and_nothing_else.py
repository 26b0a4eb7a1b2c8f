"""SQLite, too, has in the index of what was settled nothing but that"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_NAME, _COLUMNS = "ix_dossier_settled", ["settled_at", "received_at", "authority_id", "office_id"]


def _only_on_sqlite(**where: "sa.TextClause") -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index(_NAME, "dossier")
        op.create_index(_NAME, "dossier", _COLUMNS, **where)


def upgrade() -> None:
    _only_on_sqlite(sqlite_where=sa.text("settled_at IS NOT NULL"))


def downgrade() -> None:
    _only_on_sqlite()
