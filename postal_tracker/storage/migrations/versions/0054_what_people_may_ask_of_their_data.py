"""when a dossier's people were erased, which text somebody agreed to, feedback by its kind"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("dossier", sa.Column("erased_at", moment, nullable=True))
    consent = sa.Column("consent", sa.Integer(), nullable=False, server_default="0")
    op.add_column("notice_choice", consent)
    op.create_index("ix_feedback_kind", "feedback", ["kind", "id"])
    op.create_index(
        "ix_dossier_kept",
        "dossier",
        ["since", "id"],
        sqlite_where=sa.text("open = 0 AND erased_at IS NULL"),
        postgresql_where=sa.text("NOT open AND erased_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_dossier_kept", "dossier")
    op.drop_index("ix_feedback_kind", "feedback")
    op.drop_column("notice_choice", "consent")
    op.drop_column("dossier", "erased_at")
