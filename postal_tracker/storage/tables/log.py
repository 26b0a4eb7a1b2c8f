"""The tamper-evident log: leaves in their order, the tree above them, and signed checkpoints.

What a leaf is made of stands in `ledger.log.leaves`. Hashes are SHA-256 in hexadecimal.
"""

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, row_id


def _number() -> Column[int]:
    """Return a key that we count ourselves, from 0 and without a gap."""
    return Column(Big, primary_key=True, autoincrement=False)


class LogHead(SQLModel, table=True):
    """How long the log is, and who appends to it now; one row."""

    __tablename__ = "log_head"

    id: int = Field(default=1, sa_column=_number())
    verifier_key: str = Field(max_length=200)
    """The log's name and public key; whoever has another key appends nothing."""
    size: int = Field(default=0, sa_type=Big)
    held_by: str = Field(default="", max_length=80)
    held_until: datetime | None = None
    """A lease: until then nobody else appends."""


class LogLeaf(SQLModel, table=True):
    """One leaf: which row it stands for, and the hash of what that row said. Never changed."""

    __tablename__ = "log_leaf"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)

    seq: int = Field(default=None, sa_column=_number())
    kind: str = Field(max_length=10)
    row_id: int = Field(sa_type=Big)
    hash: str = Field(max_length=64)


class LogNode(SQLModel, table=True):
    """The hash over 256 hashes of the level below; level 0 are the leaves. Never changed."""

    __tablename__ = "log_node"

    level: int = Field(primary_key=True)
    number: int = Field(sa_column=_number())
    hash: str = Field(max_length=64)


class LogSealed(SQLModel, table=True):
    """The text of a leaf that commits to what may be erased. Emptying the salt erases it."""

    __tablename__ = "log_sealed"

    seq: int = Field(default=None, sa_column=_number())
    salt: str | None = Field(default=None, max_length=64)
    content: str = Field(sa_column=Column(Text, nullable=False))


class LogCheckpoint(SQLModel, table=True):
    """A signed statement of how the log stood: the newest, and the last one of each hour."""

    __tablename__ = "log_checkpoint"

    size: int = Field(default=None, sa_column=_number())
    at: datetime
    note: str = Field(sa_column=Column(Text, nullable=False))


class LogDue(SQLModel, table=True):
    """A row that is to be a leaf, of a kind whose rows are not there from their beginning."""

    __tablename__ = "log_due"

    kind: str = Field(primary_key=True, max_length=10)
    row_id: int = Field(sa_column=_number())


class LogKey(SQLModel, table=True):
    """The log goes on with another key: its former one was lost, or is in others' hands."""

    __tablename__ = "log_key"

    id: int = row_id()
    at: datetime
    former_key: str = Field(max_length=200)
    key: str = Field(max_length=200)


class LogEpoch(SQLModel, table=True):
    """The record was put back to a copy of it: how the log stood before, if that was known."""

    __tablename__ = "log_epoch"

    id: int = row_id()
    at: datetime
    copy_size: int = Field(sa_type=Big)
    """How many leaves the copy had."""
    lost_size: int | None = Field(default=None, sa_type=Big)
    lost_checkpoint: str = Field(sa_column=Column(Text, nullable=False))
    """The newest checkpoint of the record that was replaced; empty if it could not be read."""
