"""links on receipts that can be revoked; when and from where a key was used last"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    number = sa.Column("link_number", sa.Integer(), server_default="0", nullable=False)
    op.add_column("dossier", number)
    used = sa.Column("last_used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
    op.add_column("api_key", used)
    network = sa.Column("last_network", _text(length=64), nullable=True)
    op.add_column("api_key", network)


def downgrade() -> None:
    op.drop_column("api_key", "last_network")
    op.drop_column("api_key", "last_used_at")
    op.drop_column("dossier", "link_number")
