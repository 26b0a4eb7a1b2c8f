"""by what dossiers are found: words of names, ends of codes and telephone numbers"""

import sqlalchemy as sa
from alembic import op

from postal_tracker.core.search_terms import terms_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000


def upgrade() -> None:
    op.drop_index("ix_applicant_name_folded", table_name="applicant")
    op.create_table(
        "search_term",
        sa.Column(
            "term",
            sa.String(61).with_variant(sa.String(61, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "dossier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_search_term_dossier_id")
        ),
        sa.PrimaryKeyConstraint("term", "dossier_id", name=op.f("pk_search_term")),
        sqlite_with_rowid=False,
    )
    _fill(op.get_bind())
    op.create_index("ix_search_term_dossier", "search_term", ["dossier_id", "term"], unique=False)


def _fill(bind: sa.Connection) -> None:
    """By the rule of today: what is searched for tomorrow is read by the same."""
    term = sa.table("search_term", sa.column("term"), sa.column("dossier_id"))
    dossier = sa.table("dossier", sa.column("id"), sa.column("code"))
    applicant = sa.table(
        "applicant", sa.column("dossier_id"), sa.column("name"), sa.column("phone")
    )
    rows = (
        sa.select(dossier.c.id, dossier.c.code, applicant.c.name, applicant.c.phone)
        .join(applicant, applicant.c.dossier_id == dossier.c.id)
        .order_by(dossier.c.id)
        .limit(_AT_ONCE)
    )
    last = 0
    while found := bind.execute(rows.where(dossier.c.id > last)).all():
        last = found[-1].id
        new = [
            {"term": each, "dossier_id": row.id}
            for row in found
            for each in terms_of(row.code, row.name, row.phone)
        ]
        bind.execute(sa.insert(term), new)


def downgrade() -> None:
    op.drop_table("search_term")
    op.create_index("ix_applicant_name_folded", "applicant", ["name_folded"], unique=False)
