"""Dossiers, their deadlines, who handed them in, by what they are found, how many are where."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from postal_tracker.core.catalogue import ApplicantKind
from postal_tracker.core.journey import Channel
from postal_tracker.core.search_terms import LONGEST
from postal_tracker.core.time_limits import Limit, Unit
from postal_tracker.storage.tables.columns import Big, codes_of, ref, row_id, yes_from_before


class Dossier(SQLModel, table=True):
    """One citizen's case file. From `stage` on, columns are a copy of what `journey` works out."""

    __table_args__ = (
        Index(
            "ix_dossier_open_holder",
            "holder",
            "authority_id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_dossier_open_office",
            "holder",
            "office_id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_dossier_open_due",
            "due_on",
            "authority_id",
            "id",
            sqlite_where=text("open = 1 AND settled_at IS NULL"),
            postgresql_where=text("open AND settled_at IS NULL"),
        ),
        # The newest that are late, where many are, and by what else they are narrowed.
        Index(
            "ix_dossier_undecided",
            "id",
            "due_on",
            "office_id",
            "authority_id",
            sqlite_where=text("open = 1 AND settled_at IS NULL"),
            postgresql_where=text("open AND settled_at IS NULL"),
        ),
        # What narrows a list down, and in which order it is read: the newest first.
        Index("ix_dossier_stage", "stage", "id"),
        Index("ix_dossier_holder", "holder", "id"),
        Index("ix_dossier_office", "office_id", "id"),
        Index("ix_dossier_authority", "authority_id", "id"),
        Index("ix_dossier_received", "received_at", "id"),
        # Partial, or SQLite would choose it for what is overdue, and read a hundred times as much.
        Index(
            "ix_dossier_result_ready",
            "result_ready_at",
            "authority_id",
            "due_on",
            sqlite_where=text("result_ready_at IS NOT NULL"),
            postgresql_where=text("result_ready_at IS NOT NULL"),
        ),
        # A book of the register.
        Index("uq_dossier_register", "office_id", "register_year", "register_number", unique=True),
        # What was settled in a period, with all that the official reports tell apart: they are
        # counted from it alone. Partial, or PostgreSQL would choose it for other things; SQLite
        # finds by it what is not settled, too (where that is not what to go by: `OfMany`).
        Index(
            "ix_dossier_settled",
            *("settled_at", "received_at", "authority_id", "office_id", "procedure_id", "steps"),
            *("first_due_at", "due_on", "closed_by", "channel"),
            postgresql_where=text("settled_at IS NOT NULL"),
        ),
        # Whose people have been kept the longest.
        Index(
            "ix_dossier_kept",
            "since",
            "id",
            sqlite_where=text("open = 0 AND erased_at IS NULL"),
            postgresql_where=text("NOT open AND erased_at IS NULL"),
        ),
    )

    id: int = row_id()
    code: str = codes_of(60, unique=True)
    lookup_code: str = codes_of(13, unique=True)
    procedure_id: int = ref("procedure.id")
    authority_id: int = ref("authority.id")
    office_id: int = ref("office.id")
    received_at: datetime
    limit_number: int = Field(nullable=True)  # SQLite adds no other column to rows that are there
    limit_unit: str = Field(
        default=Unit.WORKING_DAY.value,
        max_length=20,
        sa_column_kwargs={"server_default": Unit.WORKING_DAY.value},
    )
    """The procedure's limit on the day of receipt: a later one does not change it."""
    post_counts: bool = yes_from_before()
    """Whether the time with the post is part of the limit: on the day of receipt, likewise."""
    first_due_at: datetime = Field(nullable=True)
    """What the receipt promised; no extension changes it."""
    due_at: datetime = Field(nullable=True)
    due_on: date
    """The day of `due_at` in Vietnam."""
    stopped: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether its clock stands: the citizen was asked for something, or the post took it."""
    waiting_for: str = Field(
        default="", max_length=30, sa_column_kwargs={"server_default": text("''")}
    )
    """`supplement`, `payment`, or both, the last one last."""
    steps: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How many `DeadlineStep` it has: most have none."""
    channel: str = Field(
        default=Channel.DIRECT.value,
        max_length=10,
        sa_column_kwargs={"server_default": Channel.DIRECT.value},
    )
    applicant_kind: str = Field(
        default=ApplicantKind.CITIZEN.value,
        max_length=20,
        sa_column_kwargs={"server_default": ApplicantKind.CITIZEN.value},
    )
    papers_count: int | None = None
    sets_count: int | None = None
    fee_vnd: int | None = Field(default=None, sa_column=Column(BigInteger))
    """What it costs the applicant, phí and lệ phí together."""
    result_number: str = Field(
        default="", max_length=100, sa_column_kwargs={"server_default": text("''")}
    )
    """The number that the authority gave its result."""
    return_by_post: bool = False
    created_at: datetime
    register_year: int | None = None
    register_number: int | None = None
    """Its number in the register of its office and year (sổ theo dõi hồ sơ)."""
    link_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of the receipt's link; a revoked link is one of a smaller number."""
    erased_at: datetime | None = None
    """When what is held of its people was erased; see `desks.erasing`."""

    open: bool = True
    stage: str = Field(max_length=20)
    holder: str = Field(max_length=20)
    place: str = Field(default="", max_length=200)
    since: datetime
    result_ready_at: datetime | None = None
    settled_at: datetime | None = None
    """Since when nobody owes a result any more."""
    closed_by: str = Field(
        default="", max_length=30, sa_column_kwargs={"server_default": text("''")}
    )
    """Which act ended it before there was a result: cancelled, refused, stopped."""
    flags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    resume: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What `journey.follow` needs beside these columns to go on without a full replay."""

    @property
    def limit(self) -> Limit:
        return Limit(self.limit_number, Unit(self.limit_unit))


class DeadlineStep(SQLModel, table=True):
    """How a dossier's clock stood from a moment on; a copy of what `journey.steps_of` works out.

    A dossier that nothing has stopped or extended has none.
    """

    __tablename__ = "deadline_step"

    dossier_id: int = ref("dossier.id", primary=True)
    number: int = Field(primary_key=True)
    at: datetime
    what: str = Field(max_length=30)
    due_at: datetime
    stopped: bool
    waiting_for: str = Field(default="", max_length=30)


class Applicant(SQLModel, table=True):
    """Who handed the dossier in. Personal data: erased by emptying the row."""

    __table_args__ = (Index("ix_applicant_phone", "phone", "name_folded"),)

    dossier_id: int = ref("dossier.id", primary=True)
    name: str = Field(default="", max_length=200)
    name_folded: str = Field(default="", max_length=200)
    """Without diacritics and in lower case, for telling whether two are the same."""
    phone: str = Field(default="", max_length=20)
    """E.164."""
    email: str = Field(default="", max_length=254)
    id_number: str = Field(default="", max_length=20, index=True)
    address: str = Field(default="", max_length=300)
    ward: str = Field(default="", max_length=100)
    province: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=1000)


class SearchTerm(SQLModel, table=True):
    """By what a dossier is found: a word of the name, or an ending written backwards.

    Personal data: erased with the applicant's row, see `ledger.search_terms`.
    """

    __tablename__ = "search_term"
    __table_args__ = (
        Index("ix_search_term_dossier", "dossier_id", "term"),
        {"sqlite_with_rowid": False},  # its key is all there is of it
    )

    term: str = codes_of(LONGEST, primary=True)
    dossier_id: int = ref("dossier.id", primary=True)


class Tally(SQLModel, table=True):
    """How many dossiers stand in one cell, without the changes that are not folded in yet.

    What the cells are and who keeps them: `ledger.tallies`.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)  # its key is nearly all there is of it

    kind: str = Field(max_length=10, primary_key=True)
    day: date = Field(primary_key=True)
    office_id: int = ref("office.id", primary=True)
    authority_id: int = Field(sa_column=Column(Big, primary_key=True, autoincrement=False))
    holder: str = Field(max_length=20, primary_key=True)
    carrier: str = Field(max_length=30, primary_key=True)
    place: str = Field(max_length=200, primary_key=True)
    n: int


class TallyChange(SQLModel, table=True):
    """By how much a cell has changed; only ever added, until it is folded into `Tally`."""

    __tablename__ = "tally_change"

    id: int = row_id()
    kind: str = Field(max_length=10)
    day: date
    office_id: int = ref("office.id")
    authority_id: int = Field(sa_column=Column(Big, nullable=False))
    holder: str = Field(max_length=20)
    carrier: str = Field(max_length=30)
    place: str = Field(max_length=200)
    n: int
