"""What is done at the server itself is written into the audit log, by whoever has a shell there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Busy
from postal_tracker.house import House

if TYPE_CHECKING:
    from postal_tracker.printing.reservations import LabelRef

WHO = "command"


def note(session: Session, house: House, what: Audited, detail: str) -> None:
    """Write down, in the same transaction, what is done."""
    keep(session, Note(what, house.now(), who=WHO, detail=detail))


def keep(session: Session, told: Note) -> None:
    """Write an entry; its line of the security log follows once it is sure."""
    audit.record(session, [told])
    event.listen(session, "after_commit", lambda _: tell(told), once=True)


def note_now(house: House, what: Audited, detail: str) -> None:
    """Write down what is done outside of any transaction of ours."""
    house.database.write_now(lambda s: note(s, house, what, detail))


def is_noted(house: House, what: Audited, detail: str) -> bool:
    """Write it down if that can be done now: a copy is no worse for a database that is busy."""
    try:
        note_now(house, what, detail)
    except (Busy, DBAPIError):
        return False
    return True


def note_labels(house: House, shown: "Iterable[LabelRef]") -> None:
    """Write down whose names and addresses have come onto labels."""
    seen = list(shown)
    told = Note(
        Audited.READ,
        house.now(),
        who=WHO,
        dossiers=[label.code for label in seen if label.kind == "dossiers"],
        parcels=[label.code for label in seen if label.kind == "parcels"],
        fields=("name", "phone", "address"),
        detail="labels",
    )
    if seen:
        house.database.write_now(lambda s: keep(s, told))
