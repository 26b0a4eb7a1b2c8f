"""what citizens are told: what calls for it, notices, attempts, how their channels fare"""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime

_PENDING: Any = {
    "sqlite_where": sa.text("next_at IS NOT NULL"),
    "postgresql_where": sa.text("next_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "notice_cue",
        sa.Column("id", Big, nullable=False),
        sa.Column("dossier_id", Big, nullable=False),
        sa.Column("entry_id", Big, nullable=False),
        _word("what", 30),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_notice_cue_dossier_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name="fk_notice_cue_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_cue"),
    )
    _notice()
    op.create_table(
        "notice_choice",
        sa.Column("dossier_id", Big, nullable=False),
        _word("channels", 40),
        _word("lang", 2),
        sa.Column("chosen_at", Moment(), nullable=False),
        _word("by", 80),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_notice_choice_dossier_id"),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_notice_choice"),
    )
    _attempt()
    op.create_table(
        "notice_channel",
        _word("name", 10),
        sa.Column("free_at", Moment(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", Moment(), nullable=True),
        _word("sealed_tokens", 8000),
        sa.PrimaryKeyConstraint("name", name="pk_notice_channel"),
    )


def _word(name: str, length: int, **more: Any) -> "sa.Column[str]":
    return sa.Column(name, String(length), nullable=False, **more)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", Big, nullable=False),
        sa.Column("dossier_id", Big, nullable=False),
        _word("event", 20),
        _word("occasion", 20),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        _word("state", 10),
        _word("fault", 20),
        _word("channel", 10),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        _word("asked_by", 80),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_notice_dossier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    once = ["dossier_id", "event", "occasion"]
    op.create_index("uq_notice_once", "notice", once, unique=True)
    op.create_index("ix_notice_list", "notice", ["dossier_id", "id"])
    op.create_index("ix_notice_due", "notice", ["channel", "next_at"], **_PENDING)
    op.create_index("ix_notice_order", "notice", ["dossier_id", "id"], **_PENDING)
    op.create_index("ix_notice_created", "notice", ["created_at"])


def _attempt() -> None:
    op.create_table(
        "notice_attempt",
        sa.Column("id", Big, nullable=False),
        sa.Column("notice_id", Big, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        _word("channel", 10),
        _word("reference", 40),
        _word("state", 10),
        _word("fault", 20),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_attempt_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempt"),
        sa.UniqueConstraint("reference", name="uq_notice_attempt_reference"),
    )
    op.create_index("ix_notice_attempt_notice", "notice_attempt", ["notice_id", "id"])


def downgrade() -> None:
    op.drop_table("notice_channel")
    op.drop_table("notice_attempt")
    op.drop_table("notice_choice")
    op.drop_table("notice")
    op.drop_table("notice_cue")
