"""what was corrected: which fields in the entry, what they held in a table that can be emptied"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batches: a table made anew on SQLite would lose the triggers that guard it.
    op.add_column(
        "ledger_entry",
        sa.Column("fields", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    )
    op.create_table(
        "correction",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("was", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("became", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_correction_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "field", name=op.f("pk_correction")),
    )


def downgrade() -> None:
    op.drop_table("correction")
    op.drop_column("ledger_entry", "fields")
