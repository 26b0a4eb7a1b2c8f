"""when a parcel was first scanned, and first as accepted: found by index beside its signature"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_COLUMNS = ("first_scan_at", "accepted_at")

_SCANNED = {
    "first_scan_at": "NOT IN ('announced', 'handed_over', 'struck_out')",
    "accepted_at": "= 'accepted'",
}
"""What is told of a parcel alone is a milestone, or strikes one out."""

_FIRST = (
    "(SELECT min(e.happened_at) FROM ledger_entry e WHERE e.dossier_id IS NULL "
    "AND e.parcel_id = parcel.id AND e.what {} AND NOT EXISTS ("
    "SELECT 1 FROM ledger_entry s WHERE s.dossier_id IS NULL AND s.parcel_id = e.parcel_id "
    "AND s.what = 'struck_out' AND s.strikes_id = e.id))"
)


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("parcel", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    each = ", ".join(f"{name} = {_FIRST.format(what)}" for name, what in _SCANNED.items())
    op.execute(f"UPDATE parcel SET {each}")  # noqa: S608 - words of ours
    op.create_index("ix_parcel_signed", "parcel", ["handed_over_at", *_COLUMNS])


def downgrade() -> None:
    op.drop_index("ix_parcel_signed", table_name="parcel")
    for name in _COLUMNS:
        op.drop_column("parcel", name)
