"""as whom an identity provider knows somebody: single sign-on"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("issuer", sqlmodel.sql.sqltypes.AutoString(200), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(255), nullable=False),
        sa.Column("staff_id", Big, nullable=False),
        sa.Column("linked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name="fk_identity_staff_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity"),
    )
    op.create_index("ix_identity_staff_id", "identity", ["staff_id"])


def downgrade() -> None:
    op.drop_table("identity")
