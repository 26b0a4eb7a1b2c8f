"""The audit log: who did what to the service itself, and who looked at whose data."""

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, row_id


class AuditEntry(SQLModel, table=True):
    """One thing that somebody did or looked at. Never changed; deleted by age alone.

    No personal data: accounts and keys by label, dossiers by number, data by the names of fields.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_who", "who", "at", "id"),
        Index("ix_audit_entry_what", "what", "at", "id"),
        {"sqlite_autoincrement": True},  # or SQLite would give ids out again
    )

    id: int = row_id()
    at: datetime
    what: str = Field(max_length=30)
    who: str = Field(default="", max_length=80)
    """`staff:3` or `key:AB12CD34`; empty: somebody who is not known."""
    network: str = Field(default="", max_length=64)
    """From where: an IPv4 address or an IPv6 /64."""
    door: str = Field(default="", max_length=120)
    """Through which address, with names for its parts: `GET /api/v1/dossiers/{code}`."""
    dossiers: str = Field(default="", sa_column=Column(Text, nullable=False))
    """Whose data were seen: numbers of dossiers, ascending, with blanks between."""
    fields: str = Field(default="", max_length=200)
    """Which data were seen: names of fields, with blanks between; never what they hold."""
    detail: str = Field(default="", max_length=120)
    """A word or two of ours: a problem's slug, a report's name, an account's or key's label."""
    many: int = 1
    """How many it stands for: refusals beyond the first few of an hour are written as one sum."""
    erased_before: datetime | None = None
    """Of `aged-out` alone: what is older than this may be deleted now."""


class AuditSubject(SQLModel, table=True):
    """An index from a dossier to the entries that name it; it can be made anew from these."""

    __tablename__ = "audit_subject"

    dossier_id: int = Field(sa_column=Column(Big, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(Big, primary_key=True, autoincrement=False, index=True))
