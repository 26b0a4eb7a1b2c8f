"""An inspection finds by an index what desks recorded in a period"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_NAME = "ix_ledger_entry_desk"
_OF_DESKS = sa.text("source = 'staff'")


def upgrade() -> None:
    op.create_index(
        _NAME,
        "ledger_entry",
        ["recorded_at", "what", "by"],
        sqlite_where=_OF_DESKS,
        postgresql_where=_OF_DESKS,
    )


def downgrade() -> None:
    op.drop_index(_NAME, "ledger_entry")
