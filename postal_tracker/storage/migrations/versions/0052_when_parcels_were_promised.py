"""since when the post has parcels, when they were promised, when they are silent"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_INDEXES = {
    "silent": (["silent_at", "id"], "open = 1 AND silent_at IS NOT NULL"),
    "untaken": (["milestone", "id"], "taken_at IS NULL"),
    "taken": (["carrier", "direction", "taken_at"], "taken_at IS NOT NULL"),
    "promised": (["promised_to"], "promised_to IS NOT NULL AND promise_told = 1"),
}


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    for name, kind in (
        ("taken_at", moment()),
        ("promised_at", moment()),
        ("promised_from", sa.Date()),
        ("promised_to", sa.Date()),
        ("silent_at", moment()),
    ):
        op.add_column("parcel", sa.Column(name, kind, nullable=True))
    told = sa.Column("promise_told", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    op.add_column("parcel", told)
    for name, (columns, where) in _INDEXES.items():
        op.create_index(
            f"ix_parcel_{name}",
            "parcel",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where.replace(" = 1", "")),
        )


def downgrade() -> None:
    for name in reversed(_INDEXES):
        op.drop_index(f"ix_parcel_{name}", "parcel")
    for name in (
        "promise_told",
        "silent_at",
        "promised_to",
        "promised_from",
        "promised_at",
        "taken_at",
    ):
        op.drop_column("parcel", name)
