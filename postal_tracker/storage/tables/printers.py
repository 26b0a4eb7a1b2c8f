"""Printers, as data: where each stands, how it is reached, and what paper lies in it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import ref, row_id


class Printer(SQLModel, table=True):
    """One printer of one office. Only an administrator writes `address`: the service goes there."""

    id: int = row_id()
    name: str = Field(max_length=60, unique=True)
    office_id: int = ref("office.id", index=True)
    kind: str = Field(max_length=10)
    address: str = Field(default="", max_length=260)
    """`host:port` of a printer on the network, the queue's name of one that CUPS serves."""
    dpi: int
    offset_x: float = 0
    """How far to the right all that is printed is moved, for paper fed askew. Millimetres."""
    offset_y: float = 0
    """How far down. Millimetres."""
    medium: str = Field(max_length=40)
    """The paper that lies in it."""
    added_at: datetime
