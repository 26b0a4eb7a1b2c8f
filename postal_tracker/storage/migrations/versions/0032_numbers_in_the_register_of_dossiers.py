"""the number of each dossier in its office's register of the year"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INDEX = "uq_dossier_register"

_YEAR_IN_VIETNAM = {
    "sqlite": "UPDATE dossier SET register_year = "
    "CAST(strftime('%Y', received_at, '+7 hours') AS integer)",
    "postgresql": "UPDATE dossier SET register_year = "
    "CAST(extract(year FROM received_at AT TIME ZONE 'Asia/Ho_Chi_Minh') AS integer)",
}
_IN_ORDER_OF_RECEIPT = """
    UPDATE dossier SET register_number = r.n FROM
    (SELECT id, row_number() OVER
    (PARTITION BY office_id, register_year ORDER BY received_at, id) AS n FROM dossier) AS r
    WHERE r.id = dossier.id
"""
_GIVEN_OUT = """
    INSERT INTO day_serial (series, day, last)
    SELECT 'register ' || o.code, {}, max(d.register_number)
    FROM dossier d JOIN office o ON o.id = d.office_id GROUP BY o.code, d.register_year
"""
_NEW_YEAR = {
    "sqlite": "d.register_year || '-01-01'",
    "postgresql": "make_date(d.register_year, 1, 1)",
}


def upgrade() -> None:
    kind = op.get_bind().dialect.name
    for name in ("register_year", "register_number"):
        op.add_column("dossier", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(_YEAR_IN_VIETNAM[kind])
    op.execute(_IN_ORDER_OF_RECEIPT)
    op.execute(_GIVEN_OUT.format(_NEW_YEAR[kind]))
    op.create_index(
        _INDEX, "dossier", ["office_id", "register_year", "register_number"], unique=True
    )


def downgrade() -> None:
    op.drop_index(_INDEX, "dossier")
    op.execute("DELETE FROM day_serial WHERE series LIKE 'register %'")
    for name in ("register_number", "register_year"):
        op.drop_column("dossier", name)
