"""codes are compared byte by byte, so that an index reads what begins alike"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_CODES = (
    ("dossier", "code", 60),
    ("dossier", "lookup_code", 13),
    ("parcel", "tracking_number", 64),
    ("handover", "number", 30),
)


def upgrade() -> None:
    _compare("C")


def downgrade() -> None:
    _compare(None)


def _compare(collation: str | None) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return  # SQLite does so already
    for table, column, length in _CODES:
        op.alter_column(table, column, type_=sa.String(length, collation=collation))
