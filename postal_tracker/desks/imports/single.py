"""One office, authority or procedure, added or changed by hand: judged and kept as a list's row.

Raises Invalid, NotFound, Conflict (the code is taken).
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from postal_tracker.core.bilingual_terms import limit_in_words
from postal_tracker.core.problems import Conflict, FieldFault, no_such
from postal_tracker.core.time_limits import Limit
from postal_tracker.desks.imports.columns import HEADINGS, Kind
from postal_tracker.desks.imports.keeping import keep_form
from postal_tracker.desks.imports.rows import (
    FORMS,
    AuthorityRow,
    LimitWords,
    OfficeRow,
    ProcedureRow,
)
from postal_tracker.forms import Line, Name, Word, field_invalid, read_as
from postal_tracker.storage.tables import Authority, Office, Procedure


class OfficeForm(OfficeRow):
    """An office where dossiers come in."""


class OfficeChange(OfficeRow):
    """What is to be changed of an office; what is left out stays."""

    code: Word = ""
    """Its code stays: if it is told, it must be the same."""
    name_vi: Name = ""


class AuthorityForm(AuthorityRow):
    """An authority that decides."""


class AuthorityChange(AuthorityRow):
    """What is to be changed of an authority; what is left out stays."""

    code: Word = ""
    """Its code stays: if it is told, it must be the same."""
    name_vi: Name = ""


class ProcedureForm(ProcedureRow):
    """What can be asked for, and how long the authority has for it."""


class ProcedureChange(ProcedureRow):
    """What is to be changed of a procedure; what is left out stays, and so do its dossiers."""

    code: Word = ""
    """Its code stays: if it is told, it must be the same."""
    name_vi: Line = ""
    authority: Word = ""
    limit: LimitWords = Limit(0)


_TABLES: dict[Kind, type[Office | Authority | Procedure]] = {
    Kind.OFFICES: Office,
    Kind.AUTHORITIES: Authority,
    Kind.PROCEDURES: Procedure,
}
_NOUNS = {Kind.OFFICES: "office", Kind.AUTHORITIES: "authority", Kind.PROCEDURES: "procedure"}


def add(session: Session, kind: Kind, values: Mapping[str, Any]) -> str:
    """Add one that is not there yet; return its code."""
    form: Any = read_as(FORMS[kind], values)
    if _find(session, kind, form.code):
        taken = ("Mã này đã có.", "This code is taken.")
        raise Conflict("code-taken", *taken, [FieldFault("code", *taken)])
    _keep(session, kind, form, set(HEADINGS[kind]))
    return str(form.code)


def change(session: Session, kind: Kind, code: str, values: Mapping[str, Any]) -> None:
    """Change what is told of one; dossiers keep what held when they came in."""
    if values.get("code", code) != code:
        raise field_invalid("code", "Mã không thay đổi được.", "A code cannot be changed.")
    now = as_values(session, kind, code)
    form = read_as(FORMS[kind], {**now, **values})
    _keep(session, kind, form, set(values))


def _keep(session: Session, kind: Kind, form: Any, columns: set[str]) -> None:
    if kind is Kind.OFFICES and form.parent_code == form.code:
        raise field_invalid(
            "parent_code", "Không thể trực thuộc chính mình.", "It cannot be below itself."
        )
    keep_form(session, kind, form, columns)


def as_values(session: Session, kind: Kind, code: str) -> dict[str, Any]:
    """Return a row as its form takes it. Raises NotFound."""
    row: Any = _find(session, kind, code)
    if row is None:
        raise no_such(_NOUNS[kind])
    fields = [name for name in FORMS[kind].model_fields if hasattr(row, name)]
    values = {name: getattr(row, name) for name in fields}
    if kind is Kind.OFFICES:
        values["successors"] = row.successors.split()
    if kind is Kind.PROCEDURES:
        values["authority"] = session.get_one(Authority, row.authority_id).code
        values |= {"limit": row.limit, "papers": row.papers.splitlines()}
    return values


def as_texts(session: Session, kind: Kind, code: str) -> dict[str, str]:
    """Return a row as a page's form shows it, in the words that a list has. Raises NotFound."""
    return {name: _text(value) for name, value in as_values(session, kind, code).items()}


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, Limit):
        return limit_in_words(value)[0] if value.number else "trong ngày"
    if isinstance(value, list):
        return "\n".join(value)
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)


def from_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what a page's form told: an emptied field is told, too."""
    return {name: _EMPTY.get(name, "") if text == "" else text for name, text in texts.items()}


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("valid_from", "valid_to", "fee", "charge")),
    "successors": [],
    "papers": [],
}


def _find(session: Session, kind: Kind, code: str) -> Any:
    table = _TABLES[kind]
    return session.exec(select(table).where(table.code == code)).first()
