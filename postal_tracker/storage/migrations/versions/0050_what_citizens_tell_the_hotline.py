"""what citizens tell the hotline: feedback, what was done about it, denunciations"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
Number = sa.String(30).with_variant(sa.String(30, collation="C"), "postgresql")


def _text(name: str, longest: int) -> sa.Column:
    return sa.Column(name, String(longest), nullable=False)


def _at(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, Moment(), nullable=null)


def _ref(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=f"fk_{table}_{name}")


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("office_id", Big, nullable=False),
        sa.Column("dossier_id", Big, nullable=False),
        sa.Column("parcel_id", Big, nullable=True),
        *(_text(name, 20) for name in ("kind", "category", "channel")),
        _text("by", 80),
        _at("opened_at"),
        _at("answer_by"),
        _at("next_due_at", null=True),
        _text("state", 20),
        sa.Column("assignee_id", Big, nullable=True),
        *(_at(name, null=True) for name in ("answered_at", "closed_at", "settled_at")),
        *(_text(name, 2000) for name in ("text", "answer")),
        _ref("feedback", "office_id", "office"),
        _ref("feedback", "dossier_id", "dossier"),
        _ref("feedback", "parcel_id", "parcel"),
        _ref("feedback", "assignee_id", "staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("number", name="uq_feedback_number"),
    )
    due = sa.text("next_due_at IS NOT NULL")
    op.create_index(
        "ix_feedback_due",
        "feedback",
        ["next_due_at", "id"],
        sqlite_where=due,
        postgresql_where=due,
    )
    for name, column in (
        ("dossier", "dossier_id"),
        ("state", "state"),
        ("office", "office_id"),
        ("assignee", "assignee_id"),
    ):
        op.create_index(f"ix_feedback_{name}", "feedback", [column, "id"])
    op.create_index("ix_feedback_opened", "feedback", ["opened_at"])


def upgrade() -> None:
    _feedback()
    op.create_table(
        "feedback_act",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("feedback_id", Big, nullable=False),
        _at("at"),
        _text("what", 20),
        _text("by", 80),
        _text("to", 100),
        _text("text", 2000),
        _ref("feedback_act", "feedback_id", "feedback"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_act"),
    )
    op.create_index("ix_feedback_act_feedback_id", "feedback_act", ["feedback_id"])
    op.create_table(
        "denunciation",
        sa.Column("id", Big, autoincrement=True, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("office_id", Big, nullable=False),
        *(_at(name) for name in ("received_at", "accept_by", "settle_by")),
        _text("by", 80),
        _at("closed_at", null=True),
        _text("name", 200),
        _text("contact", 300),
        *(_text(name, 2000) for name in ("text", "outcome")),
        _ref("denunciation", "office_id", "office"),
        sa.PrimaryKeyConstraint("id", name="pk_denunciation"),
        sa.UniqueConstraint("number", name="uq_denunciation_number"),
    )
    op.create_index("ix_denunciation_office", "denunciation", ["office_id", "id"])


def downgrade() -> None:
    for name in ("denunciation", "feedback_act", "feedback"):
        op.drop_table(name)
