"""groups of authorities, what a procedure asks for and costs, its versions; who follows an office"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_text = sqlmodel.sql.sqltypes.AutoString


def _word(name: str, length: int, default: str = "") -> "sa.Column[str]":
    told = default or sa.text("''")
    return sa.Column(name, _text(length), nullable=False, server_default=told)


def _yes_or_no(name: str, default: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text(default))


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("office", _word("successors", 600))
    op.add_column("office", _yes_or_no("modern", "false"))
    op.add_column("authority", _word("group", 30, "other"))
    op.add_column("procedure", _word("national_code", 20))
    op.add_column("procedure", _word("level", 20))
    op.add_column("procedure", _word("online", 20, "none"))
    op.add_column("procedure", _yes_or_no("direct", "true"))
    op.add_column("procedure", sa.Column("fee", sa.BigInteger(), nullable=True))
    op.add_column("procedure", sa.Column("charge", sa.BigInteger(), nullable=True))
    op.add_column("procedure", _word("papers", 20_000))
    op.add_column("procedure", _word("data_status", 20))
    op.create_table(
        "procedure_version",
        sa.Column("procedure_id", _number(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("name_vi", _text(300), nullable=False),
        sa.Column("name_en", _text(300), nullable=False),
        sa.Column("authority_id", _number(), nullable=False),
        sa.Column("limit_number", sa.Integer(), nullable=False),
        sa.Column("limit_unit", _text(20), nullable=False),
        _refers("procedure"),
        _refers("authority"),
        sa.PrimaryKeyConstraint("procedure_id", "valid_to", name="pk_procedure_version"),
    )


def _refers(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_procedure_version_{table}_id_{table}"
    return sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=name)


_OF_PROCEDURES = ("data_status", "papers", "charge", "fee", "direct", "online", "level")


def downgrade() -> None:
    op.drop_table("procedure_version")
    for column in (*_OF_PROCEDURES, "national_code"):
        op.drop_column("procedure", column)
    op.drop_column("authority", "group")
    op.drop_column("office", "modern")
    op.drop_column("office", "successors")
