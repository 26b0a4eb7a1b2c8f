"""what a key may see: scopes of programs' keys, without which they see nobody's data"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString(length=200)
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.add_column(sa.Column("scopes", text, nullable=False, server_default=""))
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.alter_column("scopes", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.drop_column("scopes")
