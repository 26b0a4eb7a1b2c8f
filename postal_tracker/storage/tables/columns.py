"""What all tables share: how rows are numbered and referred to, and what a constraint is called."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Table, text
from sqlmodel import Field, SQLModel

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for a column called exactly INTEGER.
Big = BigInteger().with_variant(Integer, "sqlite")


def row_id() -> Any:
    """Return the column that numbers the rows of a table."""
    return Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))


def ref(target: str, *, null: bool = False, index: bool = False, primary: bool = False) -> Any:
    """Return a column that names a row of another table: `ref("office.id")`."""
    column: Column[int] = Column(
        Big, ForeignKey(target), nullable=null, index=index or None, primary_key=primary
    )
    return Field(default=None, sa_column=column)


def codes_of(length: int, *, unique: bool = False, primary: bool = False) -> Any:
    """Return a column of codes: compared byte by byte on both databases, so that an index reads
    what begins alike in one go (PostgreSQL would go by a language's order)."""
    kind = String(length).with_variant(String(length, collation="C"), "postgresql")
    column: Column[str] = Column(kind, nullable=False, unique=unique or None, primary_key=primary)
    return Field(sa_column=column)


def yes_from_before() -> Any:
    """Return a column that is true unless told otherwise, also in rows that were there before."""
    return Field(default=True, sa_column_kwargs={"server_default": text("true")})


def no_from_before() -> Any:
    """Return a column that is false unless told otherwise, also in rows that were there before."""
    return Field(default=False, sa_column_kwargs={"server_default": text("false")})


def table_of(model: type[SQLModel]) -> Table:
    """Return the table that a model stands for, for statements on many rows at once."""
    return metadata.tables[str(model.__tablename__)]
