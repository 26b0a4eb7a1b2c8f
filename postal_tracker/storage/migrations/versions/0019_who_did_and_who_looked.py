"""the audit log: who did what and who looked; the database refuses to change it

It lets go only of what is older than an `aged-out` entry of its own names, and that must leave the
last 90 days: what the security standard asks of level 3. A guard against mistakes, not against the
owner of the file.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_REFUSAL = "audit entries are never changed, and deleted by age alone"
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_text = sqlmodel.sql.sqltypes.AutoString

_SQLITE = {
    "audit_entry_refuses_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_refuses_delete": "BEFORE DELETE ON audit_entry WHEN NOT EXISTS (SELECT 1 FROM "
    "audit_entry e WHERE e.what = 'aged-out' AND e.erased_before > OLD.at "
    "AND julianday(e.at) - julianday(e.erased_before) >= 90)",
    "audit_subject_refuses_update": "BEFORE UPDATE ON audit_subject",
    "audit_subject_refuses_delete": "BEFORE DELETE ON audit_subject WHEN EXISTS (SELECT 1 FROM "
    "audit_entry e WHERE e.id = OLD.entry_id)",
}

_REFUSE = f"RAISE EXCEPTION '{_REFUSAL}'"
_POSTGRESQL = {
    "refuse_audit_change": f"BEGIN {_REFUSE}; END",
    "refuse_audit_delete": """BEGIN IF EXISTS (SELECT 1 FROM audit_entry e
        WHERE e.what = 'aged-out' AND e.erased_before > OLD.at
        AND e.at - e.erased_before >= interval '90 days') THEN RETURN OLD; END IF; """  # noqa: S608 - words of ours
    + f"{_REFUSE}; END",
    "refuse_audit_subject_delete": """BEGIN IF NOT EXISTS (SELECT 1 FROM audit_entry e
        WHERE e.id = OLD.entry_id) THEN RETURN OLD; END IF; """  # noqa: S608 - words of ours
    + f"{_REFUSE}; END",
}


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("what", _text(length=30), nullable=False),
        sa.Column("who", _text(length=80), nullable=False),
        sa.Column("network", _text(length=64), nullable=False),
        sa.Column("door", _text(length=120), nullable=False),
        sa.Column("dossiers", sa.Text(), nullable=False),
        sa.Column("fields", _text(length=200), nullable=False),
        sa.Column("detail", _text(length=120), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("erased_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    op.create_index("ix_audit_entry_who", "audit_entry", ["who", "at", "id"])
    op.create_index("ix_audit_entry_what", "audit_entry", ["what", "at", "id"])
    op.create_table(
        "audit_subject",
        sa.Column("dossier_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("entry_id", _BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "entry_id", name=op.f("pk_audit_subject")),
    )
    op.create_index("ix_audit_subject_entry_id", "audit_subject", ["entry_id"])
    if op.get_bind().dialect.name == "sqlite":
        for name, when in _SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")
        return
    for name, body in _POSTGRESQL.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        )
    for table, delete in (("entry", "audit"), ("subject", "audit_subject")):
        op.execute(
            f"CREATE TRIGGER audit_{table}_refuses_change BEFORE UPDATE OR TRUNCATE "
            f"ON audit_{table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
        op.execute(
            f"CREATE TRIGGER audit_{table}_refuses_delete BEFORE DELETE "
            f"ON audit_{table} FOR EACH ROW EXECUTE FUNCTION refuse_{delete}_delete()"
        )


def downgrade() -> None:
    op.drop_table("audit_subject")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        for name in _POSTGRESQL:
            op.execute(f"DROP FUNCTION {name}()")
