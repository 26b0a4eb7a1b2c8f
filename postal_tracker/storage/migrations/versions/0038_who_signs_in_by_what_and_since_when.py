"""accounts say whether their password is their own, when they were used last; second factors"""

from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    op.add_column("staff_member", sa.Column("password_given_at", _TIME, nullable=True))
    op.add_column("staff_member", sa.Column("active_at", _TIME, nullable=True))
    # From now on, or whoever did not sign in lately would be shut out in the first night.
    members = sa.table("staff_member", sa.column("active_at", _TIME))
    op.execute(members.update().values(active_at=datetime.now(UTC)))
    op.create_table(
        "second_factor",
        sa.Column("staff_id", Big, nullable=False),
        sa.Column("sealed_secret", sqlmodel.sql.sqltypes.AutoString(400), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("confirmed_at", _TIME, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("recovery_hashes", sqlmodel.sql.sqltypes.AutoString(800), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name="fk_second_factor_staff_id"
        ),
        sa.PrimaryKeyConstraint("staff_id", name="pk_second_factor"),
    )


def downgrade() -> None:
    op.drop_table("second_factor")
    op.drop_column("staff_member", "active_at")
    op.drop_column("staff_member", "password_given_at")
