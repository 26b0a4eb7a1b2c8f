"""how many dossiers are where, due when and decided how, kept beside them; what is due in order"""

import sqlalchemy as sa
from alembic import op

from postal_tracker.storage.tables.columns import Big

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_THERE = (
    "d.office_id, CASE d.holder WHEN 'authority' THEN d.authority_id ELSE 0 END, d.holder, "
    "CASE d.holder WHEN 'post' THEN coalesce(p.carrier, '') ELSE '' END, "
    "CASE d.holder WHEN 'post' THEN d.place ELSE '' END, 1 "
    "FROM dossier d LEFT JOIN enclosure e ON e.dossier_id = d.id AND e.open "
    "LEFT JOIN parcel p ON p.id = e.parcel_id"
)


def _cell():
    return [
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office_id", Big, nullable=False, autoincrement=False),
        sa.Column("authority_id", Big, nullable=False, autoincrement=False),
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("carrier", sa.String(30), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
    ]


def _of_office(table):
    return sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=f"fk_{table}_office_id")


def upgrade() -> None:
    cell = _cell()
    key = [column.name for column in cell[:-1]]
    op.create_table(
        "tally",
        *cell,
        _of_office("tally"),
        sa.PrimaryKeyConstraint(*key, name="pk_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_change",
        sa.Column("id", Big, nullable=False, autoincrement=True),
        *_cell(),
        _of_office("tally_change"),
        sa.PrimaryKeyConstraint("id", name="pk_tally_change"),
    )
    _fill(key)
    _index_what_is_due(" AND result_ready_at IS NULL")


def _index_what_is_due(more: str) -> None:
    op.drop_index("ix_dossier_open_due", table_name="dossier")
    op.create_index(
        "ix_dossier_open_due",
        "dossier",
        ["due_on", "authority_id", "id"],
        sqlite_where=sa.text(f"open = 1{more}"),
        postgresql_where=sa.text(f"open{more}"),
    )


def _fill(key) -> None:
    local = _DAY_OF[op.get_bind().dialect.name]
    ready = local["day"].format("d.result_ready_at")
    how = (
        f"CASE WHEN {ready} < d.due_on THEN 'ahead' WHEN {ready} = d.due_on THEN 'on_time' "
        "ELSE 'late' END"
    )
    month = local["month"].format("d.result_ready_at")
    for cells in (
        f"'here', {local['day'].format('d.since')}, {_THERE} WHERE d.open",
        f"'due', d.due_on, {_THERE} WHERE d.open AND d.result_ready_at IS NULL",
        f"{how}, {month}, d.office_id, d.authority_id, '', '', '', 1 FROM dossier d "
        "WHERE d.result_ready_at IS NOT NULL",
    ):
        columns = ", ".join(key)
        op.execute(
            f"INSERT INTO tally ({columns}, n) WITH found ({columns}, n) AS (SELECT {cells}) "  # noqa: S608 - words of ours
            f"SELECT {columns}, SUM(n) FROM found GROUP BY {columns}"
        )


_DAY_OF = {
    "sqlite": {"day": "date({}, '+7 hours')", "month": "date({}, '+7 hours', 'start of month')"},
    "postgresql": {
        "day": "CAST(timezone('Asia/Ho_Chi_Minh', {}) AS date)",
        "month": "CAST(date_trunc('month', timezone('Asia/Ho_Chi_Minh', {})) AS date)",
    },
}


def downgrade() -> None:
    _index_what_is_due("")
    op.drop_table("tally_change")
    op.drop_table("tally")
