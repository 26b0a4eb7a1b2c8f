"""What the desk's forms offer to choose from: procedures, offices, authorities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from postal_tracker.access import Caller, Scope
from postal_tracker.core.bilingual_terms import Lang, limit_in_words, pick
from postal_tracker.storage.tables import Authority, Office, Procedure, ProcedureVersion

Choice = tuple[str, str]
"""A code, and the name people know it by."""


def procedures(session: Session, *, on: date, lang: Lang) -> list[tuple[str, list[Choice]]]:
    """Return the procedures valid on a day, those of one authority together, by name."""
    rows = session.exec(
        select(Procedure, Authority)
        .join(Authority, col(Authority.id) == col(Procedure.authority_id))
        .where(or_(_valid(Procedure, on), _held_before(on)))
        .order_by(col(Authority.id), col(Procedure.code))
    )
    groups: dict[str, list[Choice]] = {}
    for procedure, authority in rows:
        inside = groups.setdefault(pick((authority.name_vi, authority.name_en), lang), [])
        inside.append((procedure.code, pick((procedure.name_vi, procedure.name_en), lang)))
    return list(groups.items())


def _held_before(on: date) -> ColumnElement[bool]:
    """Whether an earlier version of a procedure held on a day."""
    then = select(ProcedureVersion.procedure_id).where(_valid(ProcedureVersion, on))
    return col(Procedure.id).in_(then)


def _valid(
    table: type[Procedure] | type[ProcedureVersion] | type[Office], on: date
) -> ColumnElement[bool]:
    begun = or_(col(table.valid_from).is_(None), col(table.valid_from) <= on)
    going_on = or_(col(table.valid_to).is_(None), col(table.valid_to) >= on)
    return and_(begun, going_on)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a procedure asks of its applicant."""

    papers: list[str]
    limit: str
    costs: int | None
    """Phí and lệ phí together, in đồng; None: not known."""


def asked_for(session: Session, code: str, lang: Lang) -> AskedFor | None:
    """Return what a procedure asks for; None if there is no such."""
    row = session.exec(select(Procedure).where(Procedure.code == code)).first()
    if row is None:
        return None
    sums = [sum_ for sum_ in (row.fee, row.charge) if sum_ is not None]
    limit = pick(limit_in_words(row.limit), lang)
    return AskedFor(row.papers.splitlines(), limit, sum(sums) if sums else None)


def offices(session: Session, *, on: date, lang: Lang, scope: Scope) -> list[Choice]:
    """Return the offices valid on a day that are within reach."""
    query = select(Office).where(_valid(Office, on)).order_by(col(Office.code))
    return _named([row for row in session.exec(query) if scope.holds(row.id)], lang)


def authorities(session: Session, lang: Lang) -> list[Choice]:
    return _named(session.exec(select(Authority).order_by(col(Authority.id))).all(), lang)


def office_name(session: Session, code: str, lang: Lang) -> str:
    """Return what an office is called, now and always; its code if there is none."""
    row = session.exec(select(Office).where(Office.code == code)).first()
    return pick((row.name_vi, row.name_en), lang) if row else code


def own_office(session: Session, by: Caller) -> str:
    """Return the code of the caller's office; empty if it has none."""
    own = session.get(Office, by.office_id) if by.office_id else None
    return own.code if own else ""


def _named(rows: Sequence[Office | Authority], lang: Lang) -> list[Choice]:
    return [(row.code, pick((row.name_vi, row.name_en), lang)) for row in rows]
