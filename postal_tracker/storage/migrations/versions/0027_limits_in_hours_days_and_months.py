"""limits in hours, days, working days and months; a dossier keeps its own, is due at an
hour, and may be promised a later one"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime

_FIVE_IN_THE_AFTERNOON = {  # in Vietnam
    "sqlite": "UPDATE dossier SET due_at = due_on || ' 10:00:00.000000'",
    "postgresql": "UPDATE dossier SET due_at = (due_on + time '10:00') AT TIME ZONE 'UTC'",
}

_AS_THEY_ARE = """
    UPDATE dossier SET first_due_at = due_at, limit_number =
    (SELECT p.limit_number FROM procedure p WHERE p.id = dossier.procedure_id)
"""


def upgrade() -> None:
    op.execute("ALTER TABLE procedure RENAME COLUMN working_days TO limit_number")
    op.add_column("procedure", _unit())
    op.add_column("ledger_entry", sa.Column("due_at", _moment(), nullable=True))
    op.add_column("dossier", sa.Column("limit_number", sa.Integer(), nullable=True))
    op.add_column("dossier", _unit())
    op.add_column("dossier", sa.Column("first_due_at", _moment(), nullable=True))
    op.add_column("dossier", sa.Column("due_at", _moment(), nullable=True))
    op.execute(_FIVE_IN_THE_AFTERNOON[op.get_bind().dialect.name])
    op.execute(_AS_THEY_ARE)


def downgrade() -> None:
    op.drop_column("ledger_entry", "due_at")
    for column in ("due_at", "first_due_at", "limit_unit", "limit_number"):
        op.drop_column("dossier", column)
    op.drop_column("procedure", "limit_unit")
    op.execute("ALTER TABLE procedure RENAME COLUMN limit_number TO working_days")


def _unit() -> "sa.Column[str]":
    text = sqlmodel.sql.sqltypes.AutoString(length=20)
    return sa.Column("limit_unit", text, nullable=False, server_default="working_day")
