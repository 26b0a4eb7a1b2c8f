"""What telling citizens needs to know of the house: which channels are set up, which hours."""

from dataclasses import dataclass, field
from datetime import datetime

from postal_tracker.core.notices import Event, Quiet, ToldBy, read_quiet, when_to_tell
from postal_tracker.core.working_days import Calendar
from postal_tracker.house import House
from postal_tracker.settings import NoticeSettings


@dataclass(frozen=True, slots=True)
class Setup:
    """How this house tells citizens."""

    open: frozenset[ToldBy]
    """The channels that an operator has set up; none: nobody is told anything."""
    order: tuple[ToldBy, ...]
    """By what somebody is told who chose nothing."""
    quiet: Quiet
    calendar: Calendar
    address: str
    """How citizens' phones reach the service."""
    secret: str = field(repr=False)
    """Signs the links to their dossiers."""

    def when(self, event: Event, now: datetime) -> datetime:
        """Return when something that is queued now may be sent."""
        return when_to_tell(event, now, self.quiet, self.calendar)


def setup_of(house: House) -> Setup:
    """Return how a house tells citizens at this moment."""
    told = house.settings.notices
    order = tuple(dict.fromkeys(map(ToldBy, filter(None, told.order.split(",")))))
    return Setup(
        frozenset(_open(told)),
        order,
        read_quiet(told.quiet),
        house.calendar,
        house.settings.address,
        house.secret,
    )


def _open(told: NoticeSettings) -> list[ToldBy]:
    """Return what is set up wholly: a channel with half of it would only fail."""
    is_set = {
        ToldBy.EMAIL: bool(told.email.host and told.email.sender),
        ToldBy.SMS: bool(told.sms.url),
        ToldBy.ZALO: bool(told.zalo.app_id and told.zalo.templates),
    }
    return [channel for channel, yes in is_set.items() if yes]
