"""What dossiers rest on: offices, authorities, procedures."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from postal_tracker.core.time_limits import Limit, Unit
from postal_tracker.storage.tables.columns import ref, row_id


class Office(SQLModel, table=True):
    """A place where dossiers come in: the centre, or one of its ward desks (điểm tiếp nhận)."""

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    parent_code: str = Field(default="", max_length=30)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    valid_from: date | None = None
    valid_to: date | None = None


class Authority(SQLModel, table=True):
    """Who decides a procedure (cơ quan giải quyết)."""

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)


class Procedure(SQLModel, table=True):
    """What is asked for (thủ tục hành chính), and how long the authority has for it."""

    id: int = row_id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=300)
    name_en: str = Field(default="", max_length=300)
    authority_id: int = ref("authority.id")
    field: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": text("''")})
    """Lĩnh vực, as the national catalogue names it."""
    limit_number: int
    limit_unit: str = Field(
        default=Unit.WORKING_DAY.value,
        max_length=20,
        sa_column_kwargs={"server_default": Unit.WORKING_DAY.value},
    )
    post_out: bool = True
    post_back: bool = True
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def limit(self) -> Limit:
        return Limit(self.limit_number, Unit(self.limit_unit))
