"""couriers of one carrier: an account, too, may be bound to the parcels of one"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString(length=30)
    with op.batch_alter_table("staff_member") as batch_op:
        batch_op.add_column(sa.Column("carrier", text, nullable=False, server_default=""))
    with op.batch_alter_table("staff_member") as batch_op:
        batch_op.alter_column("carrier", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("staff_member") as batch_op:
        batch_op.drop_column("carrier")
