"""Parcels: to whom they go, what is inside, which list the postman signed for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, codes_of, no_from_before, ref, row_id

_SILENT = "silent_at IS NOT NULL"
_UNPROMISED = "promised_at IS NULL AND coalesce(handed_over_at, first_scan_at) IS NOT NULL"
_PROMISED = "promised_to IS NOT NULL AND promise_told"
_UNACCEPTED = "handed_over_at IS NOT NULL AND milestone || '' IN ('announced', 'handed_over')"
"""Not the milestone itself: SQLite would go by the other index that begins with it."""


class Parcel(SQLModel, table=True):
    """One postal item: one carrier, one number, one direction, one or more dossiers inside.

    From `open` on, columns are a copy of what `journey` works out; what was promised is
    written afterwards, in the background, and stays.
    """

    __table_args__ = (
        # A number is ours once at a time; a closed one may come back after a year (UPU S10).
        Index(
            "uq_parcel_open_number",
            "tracking_number",
            unique=True,
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_parcel_tracking_number", "tracking_number", "id"),
        Index(
            "ix_parcel_due",
            "carrier",
            "next_check_at",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_parcel_open_news",
            "milestone_at",
            "id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_parcel_open_milestone",
            "milestone",
            "milestone_at",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_parcel_created", "created_at", "id"),
        Index(
            "ix_parcel_open_created",
            "created_at",
            "id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_parcel_unaccepted",
            "handed_over_at",
            "id",
            sqlite_where=text(f"open = 1 AND {_UNACCEPTED}"),
            postgresql_where=text(f"open AND {_UNACCEPTED}"),
        ),
        # How soon what was signed for in a period was scanned. Not partial, or SQLite might choose
        # it for what is unaccepted.
        Index("ix_parcel_signed", "handed_over_at", "first_scan_at", "accepted_at"),
        Index(
            "ix_parcel_silent",
            "silent_at",
            "id",
            sqlite_where=text(f"open = 1 AND {_SILENT}"),
            postgresql_where=text(f"open AND {_SILENT}"),
        ),
        Index(
            "ix_parcel_unpromised",
            "id",
            sqlite_where=text(f"open = 1 AND {_UNPROMISED}"),
            postgresql_where=text(f"open AND {_UNPROMISED}"),
        ),
        Index("ix_parcel_made", "carrier", "direction", "created_at"),
        Index(
            "ix_parcel_promised",
            "promised_to",
            sqlite_where=text(f"{_PROMISED} = 1"),
            postgresql_where=text(_PROMISED),
        ),
    )

    id: int = row_id()
    carrier: str = Field(max_length=30)
    tracking_number: str = codes_of(64)
    direction: str = Field(max_length=20)
    office_id: int = ref("office.id", index=True)
    authority_id: int | None = ref("authority.id", null=True)
    to_office_id: int | None = Field(default=None, sa_column=Column(Big, nullable=True))
    """To which of our offices it goes, if it goes to one from another. No foreign key: to add one
    SQLite would copy the table."""
    created_at: datetime
    announced_at: datetime | None = None
    next_check_at: datetime | None = None
    """When the carrier is polled next; a fact of the domain, shown to staff."""
    hooked_at: datetime | None = None
    """When a webhook last told of it: then it need not be polled so soon."""
    expected_on: date | None = None
    """On which day a carrier expects to deliver it, as it was told last; no part of the ledger."""
    expected_told_at: datetime | None = None
    """When the newest scan happened that the day came with: an older message does not change it."""

    handed_over_at: datetime | None = None
    """When a courier signed for the list that it is on, whatever is struck out afterwards."""

    promised_at: datetime | None = None
    """When `eta` was asked about it, once the post had it; null until then."""
    promised_from: date | None = None
    """From which day to which it is expected; null where `eta` could not say."""
    promised_to: date | None = None
    promise_told: bool = no_from_before()
    """Whether that could be trusted, and people were told."""
    silent_at: datetime | None = None
    """When it is silent if it is still open: 95 in 100 of its like have arrived. Null: unknown."""

    open: bool = True
    milestone: str = Field(default="", max_length=30)
    place: str = Field(default="", max_length=200)
    milestone_at: datetime | None = None
    first_scan_at: datetime | None = None
    """When it was first scanned by whoever had it after us."""
    accepted_at: datetime | None = None
    """When it was first scanned as accepted."""
    flags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    resume: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Recipient(SQLModel, table=True):
    """To whom a parcel goes, if it is not the authority or the centre. Personal data."""

    parcel_id: int = ref("parcel.id", primary=True)
    name: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=20)
    address: str = Field(default="", max_length=600)


class Enclosure(SQLModel, table=True):
    """One dossier's ride in one parcel; `open` until the parcel's journey ends or it is out."""

    __table_args__ = (
        # No dossier can be in two parcels at once.
        Index(
            "uq_enclosure_open_dossier",
            "dossier_id",
            unique=True,
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_enclosure_dossier", "dossier_id"),
    )

    parcel_id: int = ref("parcel.id", primary=True)
    dossier_id: int = ref("dossier.id", primary=True)
    open: bool = True


def _numbers() -> Any:
    return Column(JSON(none_as_null=True), nullable=True)


class Handover(SQLModel, table=True):
    """The list of parcels one postman signs for at once (bảng kê giao nhận), or brings to a desk.

    What is on it passes into other hands with its signature, and at no other moment.
    """

    __table_args__ = (
        Index("ix_handover_created", "created_at"),
        Index(
            "ix_handover_unsigned",
            "id",
            sqlite_where=text("signed_at IS NULL"),
            postgresql_where=text("signed_at IS NULL"),
        ),
    )

    id: int = row_id()
    number: str = codes_of(30, unique=True)
    carrier: str = Field(max_length=30)
    office_id: int = ref("office.id", index=True)
    created_at: datetime
    created_by: str = Field(max_length=80)
    signed_at: datetime | None = None
    signed_by: str = Field(default="", max_length=120)
    """The name of who took what is on it: the postman, or the officer to whom it was brought."""
    confirmed_by: str | None = Field(default=None, max_length=80)
    """Which officer noted the signature: `staff:3`, `key:AB12CD34`; never a name."""
    brought: list[str] | None = Field(default=None, sa_column=_numbers())
    """Of a list that a courier brings, its parcels by their numbers: it has no lines."""
    left: list[str] | None = Field(default=None, sa_column=_numbers())
    """Which stood on it and were not there when they were counted: they stay with the giver."""


class HandoverLine(SQLModel, table=True):
    """One parcel on one list; a parcel stands on one list only."""

    __tablename__ = "handover_line"

    parcel_id: int = ref("parcel.id", primary=True)
    handover_id: int = ref("handover.id", index=True)
    position: int


class HandoverTaking(SQLModel, table=True):
    """Which courier counted and took what stands on a list, or brings it, by his own word.

    The signature is another thing.
    """

    __tablename__ = "handover_taking"
    __table_args__ = (Index("ix_handover_taking_by", "by", "at"),)

    handover_id: int = ref("handover.id", primary=True)
    by: str = Field(max_length=80)
    """`staff:3`, `key:AB12CD34`; never a name."""
    at: datetime
