"""what the official reports are counted from: one index"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_NAME, _SETTLED = "ix_dossier_settled", sa.text("settled_at IS NOT NULL")
_ONLY = {"sqlite_where": _SETTLED, "postgresql_where": _SETTLED}
_BEFORE = ["settled_at", "received_at", "authority_id", "office_id"]
_MORE = ["procedure_id", "steps", "first_due_at", "due_on", "closed_by", "channel"]


def upgrade() -> None:
    op.drop_index(_NAME, "dossier")
    op.create_index(_NAME, "dossier", [*_BEFORE, *_MORE], postgresql_where=_SETTLED)


def downgrade() -> None:
    op.drop_index(_NAME, "dossier")
    op.create_index(_NAME, "dossier", _BEFORE, **_ONLY)
