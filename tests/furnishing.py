"""What a centre of the tests is furnished with: two offices, two authorities, keys, a range."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, insert
from sqlmodel import Session, SQLModel, col, select

from postal_tracker import access
from postal_tracker.access import Caller, Role
from postal_tracker.storage.tables import (
    ApiKey,
    Authority,
    NumberRange,
    Office,
    Procedure,
    metadata,
)

KEY_ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class Furnished:
    """The keys of a centre's programs, Lan at its desk, and how the same comes into another."""

    keys: dict[str, str]
    lan: Caller
    rows: tuple[tuple[Insert, list[dict[str, Any]]], ...]


_made: dict[datetime, Furnished] = {}
"""By the moment at which it was made: making it anew took a third of what a centre takes."""


def furnish(session: Session, now: datetime) -> Furnished:
    """Furnish a centre as all others are; where somebody has begun already, beside that."""
    if session.exec(select(col(Office.id)).limit(1)).first():
        return _make(session, now)
    if now not in _made:
        _made[now] = _make(session, now)
    else:
        for statement, rows in _made[now].rows:
            session.connection().execute(statement, rows)
    return _made[now]


def _make(session: Session, now: datetime) -> Furnished:
    office = Office(code="H49.12", name_vi="Trung tâm Phục vụ hành chính công Uông Bí")
    desk = Office(code="H49.12.01", parent_code="H49.12", name_vi="Bộ phận Quang Trung")
    police = Authority(code="PC08", name_vi="Phòng Cảnh sát giao thông", name_en="Police")
    land = Authority(code="VPDK", name_vi="Văn phòng Đăng ký đất đai")
    session.add_all([office, desk, police, land])
    session.flush()
    session.add_all(_served_by(police, land))
    session.flush()
    assert office.id
    keys = {
        role.value: access.create_key(
            session, role=role, name=f"test {role}", office_id=office.id, now=now
        )
        for role in KEY_ROLES
    }
    session.flush()
    return Furnished(keys, _lan(session, office.id), tuple(_copied(session)))


def _served_by(police: Authority, land: Authority) -> list[SQLModel]:
    return [
        Procedure(
            code="GPLX-01",
            name_vi="Đổi giấy phép lái xe ô tô",
            name_en="Renewal of a driving licence",
            authority_id=police.id,
            limit_number=5,
        ),
        Procedure(
            code="DD-01",
            name_vi="Đăng ký biến động đất đai",
            authority_id=land.id,
            limit_number=10,
        ),
        NumberRange(
            carrier="rehearsal",
            indicator="EB",
            first_serial=10_000_000,
            last_serial=10_000_999,
            next_serial=10_000_000,
        ),
    ]


def _lan(session: Session, office: int) -> Caller:
    reach = access.reach_of(session, office)
    return Caller(
        "staff:1",
        Role.DESK,
        office,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
        name="Lan",
    )


def _copied(session: Session) -> Any:
    """Return the rows just made; numbers that the database gives it will give again."""
    for table in (Office, Authority, Procedure, NumberRange, ApiKey):
        ours = metadata.tables[str(table.__tablename__)]
        given = ours.autoincrement_column
        asked = select(ours)
        if given is not None:
            asked = asked.order_by(given)
        rows = session.connection().execute(asked).mappings().all()
        without = [{k: v for k, v in r.items() if given is None or k != given.name} for r in rows]
        yield insert(ours), without
