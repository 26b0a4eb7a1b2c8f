"""Which changes are worth a message to the citizen, and whether what one says is still so.

A notice is queued by what happened and sent only if the fold says the same: what was struck out, or
overtaken while the night passed, is told to nobody.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from adapters.event import Milestone
from postal_tracker.core.journey import Act, Flag, Stage, What


class Event(StrEnum):
    """What a notice tells."""

    RECEIVED = "received"
    HANDED_OVER = "handed_over"
    AT_AUTHORITY = "at_authority"
    SUPPLEMENT_ASKED = "supplement_asked"
    PAYMENT_ASKED = "payment_asked"
    MORE_ASKED = "more_asked"
    """What was said to the hotline cannot be answered without more."""
    LATE = "late"
    """A later day was promised, with an apology."""
    RESULT_READY = "result_ready"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    AT_POST_OFFICE = "at_post_office"
    """To be collected there."""
    AT_OFFICE = "at_office"
    """To be collected at the centre."""
    DELIVERED = "delivered"


CUES: Mapping[What, Event] = {
    Milestone.OUT_FOR_DELIVERY: Event.OUT_FOR_DELIVERY,
    Milestone.DELIVERY_FAILED: Event.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION: Event.AT_POST_OFFICE,
    Act.RESULT_READY: Event.RESULT_READY,
    Act.EXTENDED: Event.LATE,
    Act.SUPPLEMENT_REQUESTED: Event.SUPPLEMENT_ASKED,
    Act.PAYMENT_REQUESTED: Event.PAYMENT_ASKED,
    Act.FEEDBACK_ASKED: Event.MORE_ASKED,
}
"""What is told though the stage stays as it was; scans only of a parcel to the citizen."""

_STAGES: Mapping[Stage, Event] = {
    Stage.WITH_OFFICE: Event.RECEIVED,
    Stage.TO_AUTHORITY: Event.HANDED_OVER,
    Stage.AT_AUTHORITY: Event.AT_AUTHORITY,
    Stage.AT_CENTRE: Event.AT_OFFICE,
    Stage.DELIVERED: Event.DELIVERED,
}

_EACH_TIME = (Event.LATE, Event.SUPPLEMENT_ASKED, Event.PAYMENT_ASKED, Event.MORE_ASKED)
_ONCE_A_DAY = (Event.OUT_FOR_DELIVERY, Event.DELIVERY_FAILED)


def event_of_stage(before: Stage | None, stage: Stage) -> Event | None:
    """Return what a change of stage tells; back at the desk is not received once more."""
    if stage is Stage.WITH_OFFICE and before is not None:
        return None
    return _STAGES.get(stage)


def occasion_of(event: Event, entry: int, day: date) -> str:
    """Return what tells two notices of one kind apart; all others are told once for a dossier.

    A carrier may report one try to deliver several times.
    """
    if event in _EACH_TIME:
        return str(entry)
    return day.isoformat() if event in _ONCE_A_DAY else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dossier stands, as far as notices ask."""

    stage: Stage
    flags: Collection[Flag]
    waiting_for: Collection[str]
    closed_by: Act | None
    has_result: bool
    is_extended: bool
    return_by_post: bool
    is_asked: bool = False
    """Whether the hotline waits for the citizen."""


_WITH_OFFICE = (Stage.WITH_OFFICE, Stage.SEALED, Stage.TO_OFFICE)
_ON_THE_WAY = (Stage.TO_AUTHORITY, Stage.AT_AUTHORITY)
_BEFORE_THE_END = (
    *_WITH_OFFICE,
    *_ON_THE_WAY,
    Stage.TO_CENTRE,
    Stage.AT_CENTRE,
    Stage.TO_CITIZEN,
)
_HELD_UP = {
    Flag.DELIVERY_FAILED,
    Flag.AWAITING_COLLECTION,
    Flag.RETURNING,
    Flag.DELIVERY_CLAIMED,
    Flag.EXCEPTION,
}

_WHILE: Mapping[Event, Collection[Stage]] = {
    Event.RECEIVED: (*_WITH_OFFICE, *_ON_THE_WAY),
    Event.HANDED_OVER: _ON_THE_WAY,
    Event.AT_AUTHORITY: (Stage.AT_AUTHORITY,),
    Event.SUPPLEMENT_ASKED: _BEFORE_THE_END,
    Event.PAYMENT_ASKED: _BEFORE_THE_END,
    Event.LATE: _BEFORE_THE_END,
    Event.RESULT_READY: _BEFORE_THE_END,
    Event.OUT_FOR_DELIVERY: (Stage.TO_CITIZEN,),
    Event.DELIVERY_FAILED: (Stage.TO_CITIZEN,),
    Event.AT_POST_OFFICE: (Stage.TO_CITIZEN,),
    Event.AT_OFFICE: (Stage.AT_CENTRE,),
    Event.DELIVERED: (Stage.DELIVERED,),
}


_IF: Mapping[Event, Callable[[Standing], bool]] = {
    Event.SUPPLEMENT_ASKED: lambda now: "supplement" in now.waiting_for,
    Event.PAYMENT_ASKED: lambda now: "payment" in now.waiting_for,
    Event.LATE: lambda now: now.is_extended and not now.has_result,
    Event.RESULT_READY: lambda now: now.has_result,
    Event.OUT_FOR_DELIVERY: lambda now: _HELD_UP.isdisjoint(now.flags),
    Event.DELIVERY_FAILED: lambda now: Flag.DELIVERY_FAILED in now.flags,
    Event.AT_POST_OFFICE: lambda now: Flag.AWAITING_COLLECTION in now.flags,
    Event.AT_OFFICE: lambda now: not now.return_by_post,
}
"""What must be so besides; of the others the stage says all."""


def is_still_so(event: Event, now: Standing) -> bool:
    """Tell whether a notice says what the record says."""
    if event is Event.MORE_ASKED:  # whatever became of the dossier
        return now.is_asked
    if now.closed_by or now.stage not in _WHILE[event]:
        return False
    return event not in _IF or _IF[event](now)
