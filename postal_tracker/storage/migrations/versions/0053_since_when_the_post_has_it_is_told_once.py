"""since when the post has a parcel is told once: by the signature or the first scan"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_OPEN = "open AND promised_at IS NULL AND coalesce(handed_over_at, first_scan_at) IS NOT NULL"


def upgrade() -> None:
    # What was looked at in vain had no moment of its own.
    op.execute("UPDATE parcel SET promised_at = taken_at WHERE promised_at IS NULL AND open")
    op.drop_index("ix_parcel_untaken", "parcel")
    op.drop_index("ix_parcel_taken", "parcel")
    op.drop_column("parcel", "taken_at")
    op.create_index("ix_parcel_made", "parcel", ["carrier", "direction", "created_at"])
    op.create_index(
        "ix_parcel_unpromised",
        "parcel",
        ["id"],
        sqlite_where=sa.text(_OPEN.replace("open", "open = 1")),
        postgresql_where=sa.text(_OPEN),
    )


def downgrade() -> None:
    op.drop_index("ix_parcel_unpromised", "parcel")
    op.drop_index("ix_parcel_made", "parcel")
    op.add_column(
        "parcel", sa.Column("taken_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
    )
    op.execute("UPDATE parcel SET taken_at = coalesce(handed_over_at, first_scan_at)")
    for name, columns, where in (
        ("untaken", ["milestone", "id"], sa.text("taken_at IS NULL")),
        ("taken", ["carrier", "direction", "taken_at"], sa.text("taken_at IS NOT NULL")),
    ):
        op.create_index(
            f"ix_parcel_{name}", "parcel", columns, sqlite_where=where, postgresql_where=where
        )
