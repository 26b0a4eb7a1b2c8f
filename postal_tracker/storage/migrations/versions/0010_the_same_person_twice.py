"""the same person twice is found by number, or by telephone and name"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.create_index("ix_applicant_id_number", ["id_number"], unique=False)
        batch_op.drop_index("ix_applicant_phone")
        batch_op.create_index("ix_applicant_phone", ["phone", "name_folded"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.drop_index("ix_applicant_phone")
        batch_op.create_index("ix_applicant_phone", ["phone"], unique=False)
        batch_op.drop_index("ix_applicant_id_number")
