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
    """One step, and the command that takes it."""

    name: str
    """`offices`, `authorities`, `procedures`, `numbers` or `people`."""
    command: str
    done: bool


_STEPS: dict[str, tuple[type[SQLModel], str]] = {
    "offices": (Office, "postal-tracker import offices FILE.csv"),
    "authorities": (Authority, "postal-tracker import authorities FILE.csv"),
    "procedures": (Procedure, "postal-tracker import procedures FILE.csv"),
    "numbers": (NumberRange, "postal-tracker numbers add"),
    "people": (StaffMember, "postal-tracker staff add"),
}
"""The table that a step fills, and how it is filled: the README says it in full."""


def first_steps(session: Session) -> list[FirstStep]:
    """Return the steps of a centre that has no dossier yet; none once it has one."""
    if session.exec(select(Dossier.id).limit(1)).first():
        return []
    return [
        FirstStep(name, command, session.exec(select(table).limit(1)).first() is not None)
        for name, (table, command) in _STEPS.items()
    ]
