"""A list of dossiers finds by an index what was received in some days"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_NAME = "ix_dossier_received"


def upgrade() -> None:
    op.create_index(_NAME, "dossier", ["received_at", "id"])


def downgrade() -> None:
    op.drop_index(_NAME, "dossier")
