"""A row of the worklist, as its page, its files and programs have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.event import Reason
from postal_tracker.core.journey import Direction
from postal_tracker.core.worklist import About, WorkKind


@dataclass(frozen=True, slots=True)
class ToDoRow:
    """One thing that needs somebody. It goes off the list by itself once that was done."""

    id: str
    """Its kind and code: `silent:EA123456785VN`."""
    kind: WorkKind
    about: About
    """What it is: whose code `code` is."""
    code: str
    """A dossier's code, a parcel's, list's or feedback's number, a message's id, a carrier."""
    solved_by: str
    """The act that takes it off the list: `seal`, `print`, `sign`, `call`, `ask_carrier`, …"""
    since: datetime | None = None
    """Since when it waits; null where that is not known."""
    hours: int | None = None
    carrier: str = ""
    """The carrier of a parcel, list or message."""
    direction: Direction | None = None
    """Which way a parcel goes."""
    place: str = ""
    reason: Reason | None = None
    """Why a delivery failed, or what went wrong."""
    attempts: int = 0
    dossiers: Sequence[str] = ()
    """What is inside, of a parcel."""
    procedure: str = ""
    """What is asked for, of a dossier."""
    due_on: date | None = None
    """Of a dossier that will be late soon, or of feedback: until when it is answered."""
    left: int | None = None
    """How many numbers are left, where they run out."""
    assignee: str = ""
    """The sign-in name of who has taken it; empty: nobody."""
    assignee_name: str = ""
    """The name of who has taken it."""
    snoozed_until: datetime | None = None
    """Until when it was put off."""
    escalated: bool = False
    """Whether it has waited longer than its kind may."""
    escalated_to: str = ""
    """The sign-in name of whose it is then; empty: no setting names anybody."""
    escalated_to_name: str = ""
    """The name of whose it is then."""
