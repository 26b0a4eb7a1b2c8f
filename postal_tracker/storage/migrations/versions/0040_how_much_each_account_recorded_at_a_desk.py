"""how much each account recorded at a desk, by day and by the office whose files they were, as tallies"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_COLUMNS = "kind, day, office_id, authority_id, holder, carrier, place, n"

_DAY = {
    "sqlite": "date(e.recorded_at, '+7 hours')",
    "postgresql": "CAST(timezone('Asia/Ho_Chi_Minh', e.recorded_at) AS date)",
}

_TOLD_APART = (
    "('registered', 'sealed', 'handed_over', 'received_back', 'collected', 'corrected', "
    "'struck_out')"
)


def upgrade() -> None:
    day = _DAY[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO tally ({_COLUMNS}) WITH done ({_COLUMNS}) AS ("  # noqa: S608 - words of ours
        f"SELECT 'done', {day}, "
        "CASE WHEN e.dossier_id IS NOT NULL THEN d.office_id ELSE p.office_id END, 0, "
        f"CASE WHEN e.what IN {_TOLD_APART} THEN e.what ELSE '' END, '', e.by, 1 "
        "FROM ledger_entry e LEFT JOIN dossier d ON d.id = e.dossier_id "
        "LEFT JOIN parcel p ON e.dossier_id IS NULL AND p.id = e.parcel_id "
        "WHERE e.source = 'staff') "
        "SELECT kind, day, office_id, authority_id, holder, carrier, place, SUM(n) FROM done "
        "GROUP BY kind, day, office_id, authority_id, holder, carrier, place"
    )


def downgrade() -> None:
    for table in ("tally", "tally_change"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'done'")  # noqa: S608 - words of ours
