"""What may be said of feedback and denunciations, and what is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from postal_tracker.core.feedback import ActName, Category, FeedbackKind
from postal_tracker.forms import Form, Line, Name, Short, Told

Last4 = Annotated[str, StringConstraints(max_length=4, pattern=r"^([0-9]{4})?$")]


class FeedbackForm(Form):
    """What a citizen says about a dossier; without a key the proof that it is theirs goes along."""

    kind: FeedbackKind
    """What is wanted: `not_received` after a delivery disputes it."""
    text: Annotated[Told, Field(min_length=1)]
    """What was said."""
    category: Category = Category.OTHER
    """What it is about."""
    code: Annotated[str, StringConstraints(max_length=100)] = ""
    """The dossier's code, or the lookup code; a courier names the parcel."""
    phone_last4: Last4 = ""
    """The last four digits of the telephone number, if nobody with a key says it."""
    token: Annotated[str, StringConstraints(max_length=60)] = ""
    """What the receipt's link ends with, in place of code and telephone."""


class FeedbackActForm(Form):
    """What somebody does with feedback."""

    act: ActName
    """`take` it, `assign` it to somebody, `forward` it to a body; `ask_more` of the citizen, for
    whom the clock rests until you `receive_more`; `answer` or `decline` it, `close` it; `settle` a
    disputed delivery. With what somebody asks of his own data: `identify`: who asks was seen by
    his paper; `extend` the time, once; `erase` what the law does not keep."""
    assignee: Short = ""
    """The sign-in name of whom an `assign` gives it to."""
    to: Short = ""
    """The body to which a `forward` gives it."""
    text: Told = ""
    """The answer, question or reason, which the citizen reads; what the citizen said, of a
    `receive_more`; or why, of a `settle` or an `extend`."""
    outcome: Literal["", "delivered", "not_delivered"] = ""
    """Which claim holds, of a `settle`."""


class DenunciationForm(Form):
    """A denunciation, as whoever takes it in writes it down."""

    name: Name
    """Who denounces; an anonymous one is no denunciation."""
    contact: Line = ""
    """Where that person is reached."""
    text: Annotated[Told, Field(min_length=1)]
    """What is said, and of whom."""
    office: Short = ""
    """At which office; without one it is the caller's own."""


@dataclass(frozen=True, slots=True)
class OpenedView:
    """What whoever opened feedback is told."""

    number: str
    """Its number, to ask about it."""
    answer_by: datetime
    """Until when it is answered, by law."""
