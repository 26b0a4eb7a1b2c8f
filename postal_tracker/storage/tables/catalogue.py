"""What dossiers rest on: offices, authorities, procedures."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, text
from sqlmodel import Field, SQLModel

from postal_tracker.core.catalogue import Group, Online
from postal_tracker.core.time_limits import Limit, Unit
from postal_tracker.storage.tables.columns import ref, row_id, yes_from_before


def _word(length: int, default: str = "") -> Any:
    """Return a column of short words, with what it holds in rows that were there before."""
    told = {"server_default": default or text("''")}
    return Field(default=default, max_length=length, sa_column_kwargs=told)


class Office(SQLModel, table=True):
    """A place where dossiers come in: the centre, or one of its ward desks (điểm tiếp nhận)."""

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    parent_code: str = Field(default="", max_length=30)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    hours_vi: str = _word(200)
    """When citizens find somebody there (giờ làm việc)."""
    hours_en: str = _word(200)
    valid_from: date | None = None
    valid_to: date | None = None
    successors: str = _word(600)
    """The codes of the offices that took over from it, with spaces between."""
    modern: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether it is equipped as a modern one-stop desk (một cửa hiện đại)."""


class Authority(SQLModel, table=True):
    """Who decides a procedure (cơ quan giải quyết)."""

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    group: str = _word(30, Group.OTHER.value)
    """Its branch of the administration: a `Group`."""


class Procedure(SQLModel, table=True):
    """What is asked for (thủ tục hành chính), and how long the authority has for it.

    The row says what holds last; what held before it, and until when: `ProcedureVersion`.
    """

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=300)
    name_en: str = Field(default="", max_length=300)
    authority_id: int = ref("authority.id")
    field: str = _word(200)
    """Lĩnh vực, as the national catalogue names it."""
    limit_number: int
    limit_unit: str = Field(
        default=Unit.WORKING_DAY.value,
        max_length=20,
        sa_column_kwargs={"server_default": Unit.WORKING_DAY.value},
    )
    post_out: bool = True
    """Whether it may be lodged by post; with `post_back` it is what is called Dịch vụ BCCI."""
    post_back: bool = True
    post_counts: bool = yes_from_before()
    """Whether the time with the post is part of the limit; else a dossier's clock stands for it."""
    national_code: str = _word(20)
    """Its code in the national database, if `code` is the centre's own."""
    level: str = _word(20)
    """Cấp thực hiện: a `Level`."""
    online: str = _word(20, Online.NONE.value)
    """How much of it can be done online: an `Online`."""
    direct: bool = yes_from_before()
    """Whether it may be lodged in person."""
    fee: int | None = Field(default=None, sa_column=Column(BigInteger))
    """Phí, in đồng; None if it is not a fixed sum, or not known."""
    charge: int | None = Field(default=None, sa_column=Column(BigInteger))
    """Lệ phí, likewise."""
    papers: str = _word(20_000)
    """What is to be handed in, a line each."""
    data_status: str = _word(20)
    """How far the row may be relied upon: a `DataStatus`."""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def limit(self) -> Limit:
        return Limit(self.limit_number, Unit(self.limit_unit))


class ProcedureVersion(SQLModel, table=True):
    """What held of a procedure until the day on which something else began to hold.

    A dossier goes by what held on the day of receipt.
    """

    __tablename__ = "procedure_version"

    procedure_id: int = ref("procedure.id", primary=True)
    valid_to: date = Field(primary_key=True)
    valid_from: date | None = None
    name_vi: str = Field(max_length=300)
    name_en: str = Field(default="", max_length=300)
    authority_id: int = ref("authority.id")
    limit_number: int
    limit_unit: str = Field(max_length=20)
    post_counts: bool = yes_from_before()

    @property
    def limit(self) -> Limit:
        return Limit(self.limit_number, Unit(self.limit_unit))
