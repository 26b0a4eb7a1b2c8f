"""what citizens thought of it: counted by month, which dossiers were rated, what was written"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_NAMED = ("office", "procedure", "authority")


def upgrade() -> None:
    op.create_table(
        "rating_tally",
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(f"{name}_id", Big, nullable=False) for name in _NAMED),
        sa.Column("carrier", sqlmodel.sql.sqltypes.AutoString(30), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answers", "fast", "polite")),
        *(
            sa.ForeignKeyConstraint([f"{n}_id"], [f"{n}.id"], name=f"fk_rating_tally_{n}_id")
            for n in _NAMED
        ),
        sa.PrimaryKeyConstraint(
            "month", *(f"{name}_id" for name in _NAMED), "carrier", name="pk_rating_tally"
        ),
    )
    op.create_table(
        "rated_dossier",
        sa.Column("dossier_id", Big, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_rated_dossier"),
    )
    op.create_table(
        "rating_text",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("office_id", Big, nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(1000), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_rating_text_office_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rating_text"),
    )
    op.create_index("ix_rating_text_month", "rating_text", ["month"])


def downgrade() -> None:
    for name in ("rating_text", "rated_dossier", "rating_tally"):
        op.drop_table(name)
