"""how a dossier was handed in, the field of a procedure; what was settled when, for reports"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_text = sqlmodel.sql.sqltypes.AutoString


_STEPS = """
    UPDATE dossier SET steps = (SELECT count(*) FROM deadline_step s WHERE s.dossier_id = dossier.id)
    WHERE id IN (SELECT dossier_id FROM deadline_step)
"""


def upgrade() -> None:
    op.add_column(
        "dossier", sa.Column("channel", _text(10), nullable=False, server_default="direct")
    )
    op.add_column("dossier", sa.Column("steps", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_STEPS)
    op.add_column(
        "procedure", sa.Column("field", _text(200), nullable=False, server_default=sa.text("''"))
    )
    op.create_index(
        "ix_dossier_settled", "dossier", ["settled_at", "received_at", "authority_id", "office_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_dossier_settled", "dossier")
    op.drop_column("procedure", "field")
    op.drop_column("dossier", "steps")
    op.drop_column("dossier", "channel")
