"""Of whose parcels somebody may tell whose word was kept: what a key or account reaches today."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from postal_tracker.access.callers import Caller, Role
from postal_tracker.access.scope import Scope, reach_of
from postal_tracker.storage.tables import ApiKey, StaffMember

_KEY, _STAFF = "key:", "staff:"


def scopes_of(session: Session, labels: Iterable[str]) -> dict[str, Scope]:
    """Return by its label how far each caller reaches; of carriers and their sources nothing."""
    wanted = set(labels)
    ids = {label.removeprefix(_KEY) for label in wanted if label.startswith(_KEY)}
    numbers = {label.removeprefix(_STAFF) for label in wanted if label.startswith(_STAFF)}
    found = {f"{_KEY}{key.id}": _scope(session, key) for key in _keys(session, ids)}
    people = _people(session, numbers)
    return found | {f"{_STAFF}{member.id}": _scope(session, member) for member in people}


def _keys(session: Session, ids: Iterable[str]) -> Iterable[ApiKey]:
    wanted = list(ids)
    return session.exec(select(ApiKey).where(col(ApiKey.id).in_(wanted))) if wanted else ()


def _people(session: Session, numbers: Iterable[str]) -> Iterable[StaffMember]:
    wanted = [int(number) for number in numbers if number.isdecimal()]
    if not wanted:
        return ()
    return session.exec(select(StaffMember).where(col(StaffMember.id).in_(wanted)))


def _scope(session: Session, row: ApiKey | StaffMember) -> Scope:
    reach = reach_of(session, row.office_id)
    return Caller(
        label="",
        role=Role(row.role),
        office_id=row.office_id,
        carrier=row.carrier,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
    ).scope
