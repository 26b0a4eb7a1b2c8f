"""names as they are searched: without strokes, apostrophes and invisible signs"""

import sqlalchemy as sa
from alembic import op

from postal_tracker.core.text import folded

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # By the rule of today: a copy of it here would find other names than the search of tomorrow.
    applicant = sa.table(
        "applicant", sa.column("dossier_id"), sa.column("name"), sa.column("name_folded")
    )
    bind = op.get_bind()
    rows = bind.execute(sa.select(applicant)).all()
    changed = [
        {"of": row.dossier_id, "searched": searched}
        for row in rows
        if (searched := folded(row.name)) != row.name_folded
    ]
    if changed:
        statement = sa.update(applicant).where(applicant.c.dossier_id == sa.bindparam("of"))
        bind.execute(statement.values(name_folded=sa.bindparam("searched")), changed)


def downgrade() -> None:
    """The same names are found, if fewer ways lead to them."""
