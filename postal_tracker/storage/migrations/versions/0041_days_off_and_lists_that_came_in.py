"""the centre's own days off as data, and which dossiers came in with which list"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_day",
        sa.Column("id", Big, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(200), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_day"),
    )
    op.create_table(
        "list_import",
        sa.Column("id", Big, nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(64), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(80), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_list_import"),
    )
    op.create_index("ix_list_import_digest", "list_import", ["digest"])
    op.create_table(
        "list_import_line",
        sa.Column("import_id", Big, nullable=False),
        sa.Column("dossier_id", Big, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_import.id"], name="fk_list_import_line_import_id_list_import"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_list_import_line_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("import_id", "dossier_id", name="pk_list_import_line"),
    )


def downgrade() -> None:
    op.drop_table("list_import_line")
    op.drop_table("list_import")
    op.drop_table("own_day")
