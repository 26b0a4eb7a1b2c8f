"""One message to an address of an operator's own: does a channel work?"""

import secrets

from postal_tracker.core.notices import Event, ToldBy, written
from postal_tracker.house import House
from postal_tracker.outgoing.notices.message import Message
from postal_tracker.outgoing.notices.outcomes import Outcome
from postal_tracker.outgoing.notices.sending import opened

_CODE = "H00.00-000000-0000"
"""Of no dossier."""

_PROCEDURE = ("Thử kênh thông báo", "A test of this channel")


async def try_out(house: House, channel: ToldBy, to: str) -> Outcome | None:
    """Send one notice of no dossier, now; None: that channel is not set up.

    Nothing is recorded but Zalo's next token, which has to be.
    """
    async with opened(house) as channels:
        sends = channels.get(channel)
        return await sends.send(_message(house, to)) if sends else None


def _message(house: House, to: str) -> Message:
    link, reference = house.settings.address, f"ntc{secrets.token_hex(12)}"
    words = written(
        Event.RECEIVED, "vi", code=_CODE, procedure=_PROCEDURE, due_on=house.today(), link=link
    )
    return Message(reference, to, Event.RECEIVED, words, _CODE, link)
