"""What helps a clerk to take a dossier in: what is asked for here, where people live, who is known.

Nothing of it binds anybody: what is written in the form is what counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from postal_tracker.access import Caller, Scope
from postal_tracker.core.text import folded
from postal_tracker.storage.tables import Applicant, Dossier, Procedure
from postal_tracker.views.catalogue import Choice

_LOOKED_BACK = 200
"""Dossiers of a desk by which what it does most lately is known."""

_MOST_PEOPLE = 5
_MOST_OF_ONE = 50
"""Dossiers of one telephone number among which people are told apart."""


def _of_desk(by: Caller) -> ColumnElement[bool]:
    """Return which dossiers a desk took in itself; of whoever has none, all within reach."""
    if by.office_id and by.scope.holds(by.office_id):
        return col(Dossier.office_id) == by.office_id
    return by.scope.covers(Dossier)


def recent_procedures(session: Session, *, by: Caller) -> list[str]:
    """Return the codes of what this desk was asked for lately, the last one first."""
    query = (
        select(col(Procedure.code))
        .join_from(Dossier, Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(_of_desk(by), by.scope.covers(Dossier))
        .order_by(col(Dossier.id).desc())
        .limit(_LOOKED_BACK)
    )
    return list(dict.fromkeys(session.exec(query)))


def recent_places(session: Session, *, by: Caller) -> list[tuple[str, str]]:
    """Return the wards that this desk wrote lately, each with its province, the last one first."""
    query = (
        select(col(Applicant.ward), col(Applicant.province))
        .join_from(Dossier, Applicant, col(Applicant.dossier_id) == col(Dossier.id))
        .where(_of_desk(by), by.scope.covers(Dossier))
        .order_by(col(Dossier.id).desc())
        .limit(_LOOKED_BACK)
    )
    return [place for place in dict.fromkeys(session.exec(query)) if all(place)]


def found(text: str, choices: Iterable[Choice]) -> list[Choice]:
    """Return the choices that a clerk may mean: by the code, else by words with or without marks.

    A word may be only begun, and stand anywhere: "lai xe doi" means "Đổi giấy phép lái xe".
    """
    offered = list(choices)
    begins = text.partition(SEPARATOR)[0].strip().upper()
    exact = [one for one in offered if one[0].upper() == begins]
    wanted = folded(text).split()
    if exact or not wanted:
        return exact
    return [one for one in offered if _has(wanted, folded(f"{one[0]} {one[1]}"))]


SEPARATOR = " · "
"""Between code and name, where a field holds both."""


def _has(wanted: Sequence[str], name: str) -> bool:
    return all(word in name for word in wanted)


def taken_in(session: Session, code: str, *, scope: Scope) -> str:
    """Return the code again if there is such a dossier within reach, else nothing."""
    wanted = select(col(Dossier.code)).where(Dossier.code == code, scope.covers(Dossier))
    return session.exec(wanted).first() or ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody as his last dossier has him. Personal data."""

    code: str
    """That dossier's."""
    name: str
    phone: str
    address: str
    ward: str
    province: str


def known_people(
    session: Session, phone: str, id_number: str, *, scope: Scope
) -> list[KnownPerson]:
    """Return who handed something in under this telephone or identity number, the last one first.

    Both as they are kept. Each name once; a family may share a telephone, so there may be several.
    """
    ways: list[Any] = []
    if phone:
        ways.append(col(Applicant.phone) == phone)
    if id_number:
        ways.append(col(Applicant.id_number) == id_number)
    if not ways or not scope.sees_people:
        return []
    named: dict[str, KnownPerson] = {}
    for code, row in session.exec(_LAST.where(or_(*ways), scope.covers(Dossier))):
        if row.name:  # else he was erased
            named.setdefault(row.name_folded, _person(code, row))
    return list(named.values())[:_MOST_PEOPLE]


_LAST: Any = (
    select(col(Dossier.code), Applicant)
    .join_from(Applicant, Dossier, col(Dossier.id) == col(Applicant.dossier_id))
    .order_by(col(Applicant.dossier_id).desc())
    .limit(_MOST_OF_ONE)
)


def _person(code: str, row: Applicant) -> KnownPerson:
    return KnownPerson(code, row.name, row.phone, row.address, row.ward, row.province)
