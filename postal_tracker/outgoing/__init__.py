"""What citizens and other systems are told of what has changed.

relay       numbers what has changed, and queues it for whoever wants to hear of it
notices     citizens are told by e-mail, Zalo and SMS
sending     calls webhooks, signed
told        what was told, to be told again: one delivery, or a period
webhooks    who wants to hear of what: made, changed, listed
shapes      what may be said of them, and what is shown
deliveries  what is queued, under way, done, given up
guard       only public addresses are called
"""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from postal_tracker.house import House
from postal_tracker.outgoing.notices import Teller
from postal_tracker.outgoing.relay import Relay
from postal_tracker.outgoing.sending import Sender
from postal_tracker.outgoing.webhooks import reseal


def ways(house: House) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what is to be done for ever beside a service; several processes may."""
    return Relay(house).run(), Sender(house).run(), Teller(house).run(), _reseal(house)


async def _reseal(house: House) -> None:
    if len(house.secrets) > 1:
        await house.database.write(partial(reseal, secrets=house.secrets))


__all__ = ["ways"]
