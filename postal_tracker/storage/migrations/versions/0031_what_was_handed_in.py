"""who handed a dossier in, how many papers and sets, what it costs, the number of its result"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column(
        "dossier", sa.Column("applicant_kind", _text(20), nullable=False, server_default="citizen")
    )
    op.add_column("dossier", sa.Column("papers_count", sa.Integer(), nullable=True))
    op.add_column("dossier", sa.Column("sets_count", sa.Integer(), nullable=True))
    op.add_column("dossier", sa.Column("fee_vnd", sa.BigInteger(), nullable=True))
    op.add_column(
        "dossier",
        sa.Column("result_number", _text(100), nullable=False, server_default=sa.text("''")),
    )


def downgrade() -> None:
    for column in ("result_number", "fee_vnd", "sets_count", "papers_count", "applicant_kind"):
        op.drop_column("dossier", column)
