"""Events that couriers and portals report."""

from typing import Annotated, Any, Literal

from pydantic import Field

from adapters.event import Milestone, Reason
from postal_tracker.forms.shapes import Form
from postal_tracker.forms.values import CLEAN, AnyNumber, Moment, Note, bounded, told_as


class EventForm(Form):
    """What a courier or a portal reports of one parcel."""

    id: Annotated[str, bounded(100, 1), CLEAN]
    """The reporter's own id of the event; sent again, it is recorded once."""
    tracking_number: AnyNumber
    milestone: Milestone
    happened_at: Moment
    place: Annotated[str, bounded(200), CLEAN] = ""
    reason: Annotated[str, bounded(200), CLEAN, told_as(Reason, others=200)] = ""
    """Why it failed or what went wrong: one of the words, or the courier's own."""
    note: Note = ""
    device_at: Moment | None = None
    """`happened_at` by the telephone's own clock, where that was wrong."""
    decided: Literal["", "scanned", "typed", "chosen"] = ""
    """By what the parcel was told: its code, a hand, a list."""


class EventsForm(Form):
    """Events, each of which stands for itself."""

    events: Annotated[list[EventForm], Field(min_length=1, max_length=1000)]


class LooseEventsForm(Form):
    """The same, when at least one event is wrong: each is then judged by itself."""

    events: Annotated[list[Any], Field(min_length=1, max_length=1000)]
