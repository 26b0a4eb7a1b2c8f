"""what was missing when a list was counted, lists that couriers bring, parcels between offices"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("handover", sa.Column("confirmed_by", String(80), nullable=True))
    for name in ("brought", "left"):
        op.add_column("handover", sa.Column(name, sa.JSON(), nullable=True))
    op.add_column("parcel", sa.Column("to_office_id", Big, nullable=True))


def downgrade() -> None:
    op.drop_column("parcel", "to_office_id")
    for name in ("left", "brought", "confirmed_by"):
        op.drop_column("handover", name)
