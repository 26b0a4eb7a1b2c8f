"""what a courier carries is found by whose scans and lists it is; where somebody signed in"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_OF_COURIERS = sa.text("source = 'courier'")


def upgrade() -> None:
    op.create_index(
        "ix_ledger_entry_courier",
        "ledger_entry",
        ["by", "happened_at"],
        sqlite_where=_OF_COURIERS,
        postgresql_where=_OF_COURIERS,
    )
    op.create_index("ix_handover_taking_by", "handover_taking", ["by", "at"])
    op.add_column("staff_session", sa.Column("network", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_session", "network")
    op.drop_index("ix_handover_taking_by", "handover_taking")
    op.drop_index("ix_ledger_entry_courier", "ledger_entry")
