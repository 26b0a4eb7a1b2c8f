"""how many scans webhooks told us, and how many only asking found: kept as tallies"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TELLERS = "('poll', 'signed', 'shared-token', 'unsigned')"

_COLUMNS = "kind, day, office_id, authority_id, holder, carrier, place, n"

_MONTH = {
    "sqlite": "date(s.recorded_at, '+7 hours', 'start of month')",
    "postgresql": (
        "CAST(date_trunc('month', timezone('Asia/Ho_Chi_Minh', s.recorded_at)) AS date)"
    ),
}


def upgrade() -> None:
    """A claim and its confirmation are one scan: of the two the first counts."""
    month = _MONTH[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO tally ({_COLUMNS}) WITH learnt ({_COLUMNS}) AS ("  # noqa: S608 - words of ours
        "SELECT CASE WHEN s.source <> 'poll' THEN 'told_first' "
        "WHEN e.entry_id IS NULL THEN 'never_told' ELSE 'told_later' END, "
        f"{month}, p.office_id, 0, '', p.carrier, '', 1 FROM ledger_entry s "
        "JOIN parcel p ON p.id = s.parcel_id LEFT JOIN echo e ON e.entry_id = s.id "
        f"WHERE s.dossier_id IS NULL AND s.source IN {_TELLERS} "
        "AND NOT (s.what IN ('delivered', 'returned') AND EXISTS ("
        "SELECT 1 FROM ledger_entry f WHERE f.dossier_id IS NULL AND f.parcel_id = s.parcel_id "
        "AND f.what = s.what AND f.happened_at = s.happened_at AND f.claimed <> s.claimed "
        f"AND f.source IN {_TELLERS} AND f.id < s.id))) "
        "SELECT kind, day, office_id, authority_id, holder, carrier, place, SUM(n) FROM learnt "
        "GROUP BY kind, day, office_id, authority_id, holder, carrier, place"
    )


def downgrade() -> None:
    kinds = "('told_first', 'told_later', 'never_told')"
    for table in ("tally", "tally_change"):
        op.execute(f"DELETE FROM {table} WHERE kind IN {kinds}")  # noqa: S608 - words of ours
