"""couriers' telephones, each with a session of its own"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
FK = "fk_staff_session_device_id"


def upgrade() -> None:
    op.create_table(
        "courier_device",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("staff_id", Big, nullable=False),
        sa.Column("name", String(120), nullable=False),
        sa.Column("carrier", String(30), nullable=False),
        sa.Column("enrolment_hash", String(64), nullable=True),
        sa.Column("made_by", String(80), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("enrolled_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name="fk_courier_device_staff_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_courier_device"),
        sa.UniqueConstraint("enrolment_hash", name="uq_courier_device_enrolment_hash"),
    )
    op.create_index("ix_courier_device_staff_id", "courier_device", ["staff_id"])
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.add_column(sa.Column("device_id", Big, nullable=True))
        batch_op.create_foreign_key(FK, "courier_device", ["device_id"], ["id"])
    op.create_index("ix_staff_session_device_id", "staff_session", ["device_id"])


def downgrade() -> None:
    op.drop_index("ix_staff_session_device_id", "staff_session")
    with op.batch_alter_table("staff_session") as batch_op:
        batch_op.drop_constraint(FK, type_="foreignkey")
        batch_op.drop_column("device_id")
    op.drop_table("courier_device")
