"""printers, and which of them printed a label"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = sqlmodel.sql.sqltypes.AutoString(length=40)
_SHORT_NAME = sqlmodel.sql.sqltypes.AutoString(length=20)


def upgrade() -> None:
    op.create_table(
        "printer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column(
            "office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=260), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("offset_x", sa.Float(), nullable=False),
        sa.Column("offset_y", sa.Float(), nullable=False),
        sa.Column("medium", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_printer_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("name", name=op.f("uq_printer_name")),
    )
    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printer_office_id"), ["office_id"], unique=False)

    with op.batch_alter_table("printed_label", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("printer", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True)
        )
        # A centre's own media have longer names than ours.
        batch_op.alter_column("medium", type_=_NAME, existing_type=_SHORT_NAME)


def downgrade() -> None:
    with op.batch_alter_table("printed_label", schema=None) as batch_op:
        batch_op.alter_column(
            "medium",
            type_=_SHORT_NAME,
            existing_type=_NAME,
            postgresql_using="substr(medium, 1, 20)",
        )
        batch_op.drop_column("printer")

    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printer_office_id"))

    op.drop_table("printer")
