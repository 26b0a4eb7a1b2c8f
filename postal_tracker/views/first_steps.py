"""What an empty centre needs before its first dossier can come in and go out, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from postal_tracker.access import Role
from postal_tracker.storage.tables import (
    Authority,
    Dossier,
    NumberRange,
    Office,
    Printer,
    Procedure,
    StaffMember,
)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step, and how it is taken: on a page, or by a command at the server."""

    name: str
    """`offices`, `authorities`, `procedures`, `numbers`, `carriers`, `printers` or `people`."""
    command: str
    page: str
    there: int
    """How many there are."""

    @property
    def done(self) -> bool:
        return self.there > 0


_STEPS = {
    "offices": ("postal-tracker import offices FILE.csv", "/desk/admin/catalogue/offices"),
    "authorities": (
        "postal-tracker import authorities FILE.csv",
        "/desk/admin/catalogue/authorities",
    ),
    "procedures": ("postal-tracker import procedures FILE.csv", "/desk/admin/catalogue/procedures"),
    "numbers": ("postal-tracker numbers add", "/desk/admin/numbers"),
    "carriers": ("POSTAL_CARRIERS__…__TOKEN or __HOOK_SECRET", "/desk/carriers"),
    "printers": ("postal-tracker printers add", "/desk/admin/printers"),
    "people": ("postal-tracker staff add", "/desk/admin/people"),
}
"""The command that takes a step, and the page."""

_IN_TABLES: dict[str, Any] = {
    "offices": select(func.count()).select_from(Office),
    "authorities": select(func.count()).select_from(Authority),
    "procedures": select(func.count()).select_from(Procedure),
    "numbers": select(func.count()).select_from(NumberRange),
    "printers": select(func.count()).select_from(Printer),
    "people": select(func.count()).where(
        StaffMember.role == Role.DESK.value, col(StaffMember.disabled_at).is_(None)
    ),
}


def all_steps(session: Session, *, connected: Sequence[str]) -> list[FirstStep]:
    """Return the steps, taken or not; `connected` are the carriers whose news come to us."""
    there = {name: session.exec(count).one() for name, count in _IN_TABLES.items()}
    there["carriers"] = len(connected)
    return [FirstStep(name, *how, there[name]) for name, how in _STEPS.items()]


def first_steps(session: Session, *, connected: Sequence[str]) -> list[FirstStep]:
    """Return the steps of a centre that has no dossier yet; none once it has one."""
    if session.exec(select(Dossier.id).limit(1)).first():
        return []
    return all_steps(session, connected=connected)
