"""feedback in the outbox, whether its steps were late; surveys on paper"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
Code = sa.String(30).with_variant(sa.String(30, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("feedback", String(30), nullable=True))
    for name in ("taken_late", "asked_late"):
        op.add_column("feedback", sa.Column(name, sa.Boolean(), nullable=True))
    op.create_table(
        "survey_round",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("office_id", Big, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("by", String(80), nullable=False),
        sa.Column("edition", sa.Date(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_survey_round_office_id"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_round"),
        sa.UniqueConstraint("code", name="uq_survey_round_code"),
    )
    op.create_table(
        "survey_sheet",
        sa.Column("round_id", Big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", String(100), nullable=False),
        sa.Column("by", String(80), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["survey_round.id"], name="fk_survey_sheet_round_id"),
        sa.PrimaryKeyConstraint("round_id", "number", name="pk_survey_sheet"),
    )


def downgrade() -> None:
    for name in ("survey_sheet", "survey_round"):
        op.drop_table(name)
    for name in ("asked_late", "taken_late"):
        op.drop_column("feedback", name)
    op.drop_column("outbox", "feedback")
