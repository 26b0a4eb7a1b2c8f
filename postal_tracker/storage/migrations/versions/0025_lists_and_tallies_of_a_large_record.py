"""how scans were learnt of, as tallies; in which order lists are read that grow with the record"""

import sqlalchemy as sa
import sqlmodel
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


_UNACCEPTED = "handed_over_at IS NOT NULL AND milestone || '' IN ('announced', 'handed_over')"


def upgrade() -> None:
    _count_how_scans_were_learnt_of()
    _tell_parcels_when_they_were_handed_over()
    op.create_index(
        "ix_dossier_undecided",
        "dossier",
        ["id", "due_on", "office_id", "authority_id"],
        sqlite_where=sa.text("open = 1 AND result_ready_at IS NULL"),
        postgresql_where=sa.text("open AND result_ready_at IS NULL"),
    )


def _tell_parcels_when_they_were_handed_over() -> None:
    at = sa.Column("handed_over_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
    op.add_column("parcel", at)
    op.execute(
        "UPDATE parcel SET handed_over_at = (SELECT h.signed_at FROM handover_line l "
        "JOIN handover h ON h.id = l.handover_id WHERE l.parcel_id = parcel.id) "
        "WHERE EXISTS (SELECT 1 FROM handover_line l WHERE l.parcel_id = parcel.id)"
    )
    op.create_index(
        "ix_parcel_unaccepted",
        "parcel",
        ["handed_over_at", "id"],
        sqlite_where=sa.text(f"open = 1 AND {_UNACCEPTED}"),
        postgresql_where=sa.text(f"open AND {_UNACCEPTED}"),
    )


def _count_how_scans_were_learnt_of() -> None:
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
    op.drop_index("ix_dossier_undecided", table_name="dossier")
    op.drop_index("ix_parcel_unaccepted", table_name="parcel")
    op.drop_column("parcel", "handed_over_at")
    kinds = "('told_first', 'told_later', 'never_told')"
    for table in ("tally", "tally_change"):
        op.execute(f"DELETE FROM {table} WHERE kind IN {kinds}")  # noqa: S608 - words of ours
