"""what each office holds is counted in the order of an index"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_dossier_open_office",
        "dossier",
        ["holder", "office_id"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )


def downgrade() -> None:
    op.drop_index("ix_dossier_open_office", table_name="dossier")
