"""lists and reports read what they show: indexes for what narrows them, the newest first"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = {"sqlite_where": sa.text("open = 1"), "postgresql_where": sa.text("open")}
_UNSIGNED = dict.fromkeys(("sqlite_where", "postgresql_where"), sa.text("signed_at IS NULL"))
_UNSURE = {"sqlite_where": sa.text("is_unsure = 1"), "postgresql_where": sa.text("is_unsure")}


def upgrade() -> None:
    op.drop_index("ix_dossier_office_id", table_name="dossier")
    op.create_index("ix_dossier_office", "dossier", ["office_id", "id"])
    op.create_index("ix_dossier_authority", "dossier", ["authority_id", "id"])
    op.create_index("ix_dossier_holder", "dossier", ["holder", "id"])
    op.create_index("ix_parcel_open_news", "parcel", ["milestone_at", "id"], **_OPEN)
    op.create_index("ix_handover_created", "handover", ["created_at"])
    op.create_index("ix_handover_unsigned", "handover", ["id"], **_UNSIGNED)
    op.create_index("ix_printed_label_unsure", "printed_label", ["id"], **_UNSURE)


def downgrade() -> None:
    op.drop_index("ix_printed_label_unsure", table_name="printed_label")
    op.drop_index("ix_handover_unsigned", table_name="handover")
    op.drop_index("ix_handover_created", table_name="handover")
    op.drop_index("ix_parcel_open_news", table_name="parcel")
    for name in ("holder", "authority", "office"):
        op.drop_index(f"ix_dossier_{name}", table_name="dossier")
    op.create_index("ix_dossier_office_id", "dossier", ["office_id"])
