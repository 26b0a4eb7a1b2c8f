"""clocks that stand, dossiers that are refused or stopped, what is told beside such an act"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString

_OPEN_DUE = ("ix_dossier_open_due", ["due_on", "authority_id", "id"])
_UNDECIDED = ("ix_dossier_undecided", ["id", "due_on", "office_id", "authority_id"])

_ENDED = """
    UPDATE dossier SET settled_at = coalesce(result_ready_at, CASE WHEN NOT open THEN since END),
    closed_by = CASE WHEN stage = 'cancelled' AND result_ready_at IS NULL THEN stage ELSE '' END
"""


def upgrade() -> None:
    op.add_column("dossier", sa.Column("stopped", sa.Boolean(), nullable=False, **_else("false")))
    op.add_column("dossier", sa.Column("waiting_for", _text(30), nullable=False, **_else("")))
    op.add_column("dossier", sa.Column("settled_at", _moment(), nullable=True))
    op.add_column("dossier", sa.Column("closed_by", _text(30), nullable=False, **_else("")))
    op.execute(_ENDED)
    _index("settled_at")
    op.create_table(
        "deadline_step",
        _number("dossier_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("what", _text(30), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("waiting_for", _text(30), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=_named("deadline_step")),
        sa.PrimaryKeyConstraint("dossier_id", "number", name="pk_deadline_step"),
    )
    op.execute(_EXTENSIONS)
    op.create_table(
        "entry_detail",
        _number("entry_id"),
        sa.Column("field", _text(20), nullable=False),
        sa.Column("text", _text(10_000), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name="fk_entry_detail_entry_id_ledger_entry"
        ),
        sa.PrimaryKeyConstraint("entry_id", "field", name="pk_entry_detail"),
    )


def downgrade() -> None:
    op.drop_table("entry_detail")
    op.drop_table("deadline_step")
    _index("result_ready_at")
    for column in ("closed_by", "settled_at", "waiting_for", "stopped"):
        op.drop_column("dossier", column)


_EXTENSIONS = """
    INSERT INTO deadline_step (dossier_id, number, at, what, due_at, stopped, waiting_for)
    SELECT e.dossier_id, row_number() OVER (PARTITION BY e.dossier_id ORDER BY e.happened_at, e.key),
    e.happened_at, e.what, e.due_at, false, '' FROM ledger_entry e
    WHERE e.what = 'extended' AND NOT EXISTS
    (SELECT 1 FROM ledger_entry s WHERE s.strikes_id = e.id AND s.dossier_id = e.dossier_id)
"""


def _index(end: str) -> None:
    for name, columns in (_OPEN_DUE, _UNDECIDED):
        op.drop_index(name, "dossier")
        op.create_index(
            name,
            "dossier",
            columns,
            sqlite_where=sa.text(f"open = 1 AND {end} IS NULL"),
            postgresql_where=sa.text(f"open AND {end} IS NULL"),
        )


def _number(name: str) -> "sa.Column[int]":
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, nullable=False)


def _named(table: str) -> str:
    return f"fk_{table}_dossier_id_dossier"


def _else(default: str) -> dict[str, sa.TextClause]:
    return {"server_default": sa.text(default or "''")}
