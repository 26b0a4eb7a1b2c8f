"""What an empty centre needs before its first dossier can come in and go out, in order."""

from dataclasses import dataclass

from sqlmodel import Session, SQLModel, select

from postal_tracker.storage.tables import (
    Authority,
    Dossier,
    NumberRange,
    Office,
    Procedure,
    StaffMember,
)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step, and how it is taken: on a page, or by a command at the server."""

    name: str
    """`offices`, `authorities`, `procedures`, `numbers` or `people`."""
    command: str
    page: str
    done: bool


_IMPORT, _PAGE = "postal-tracker import", "/desk/admin"
_STEPS: dict[str, tuple[type[SQLModel], str, str]] = {
    "offices": (Office, f"{_IMPORT} offices FILE.csv", f"{_PAGE}/import/offices"),
    "authorities": (
        Authority,
        "postal-tracker import authorities FILE.csv",
        "/desk/admin/import/authorities",
    ),
    "procedures": (
        Procedure,
        "postal-tracker import procedures FILE.csv",
        "/desk/admin/import/procedures",
    ),
    "numbers": (NumberRange, "postal-tracker numbers add", f"{_PAGE}/numbers"),
    "people": (StaffMember, "postal-tracker staff add", f"{_PAGE}/people"),
}
"""The table that a step fills, the command that fills it, and the page."""


def first_steps(session: Session) -> list[FirstStep]:
    """Return the steps of a centre that has no dossier yet; none once it has one."""
    if session.exec(select(Dossier.id).limit(1)).first():
        return []
    return [
        FirstStep(name, command, page, session.exec(select(table).limit(1)).first() is not None)
        for name, (table, command, page) in _STEPS.items()
    ]
