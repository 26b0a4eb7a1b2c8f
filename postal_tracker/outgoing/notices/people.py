"""By what somebody can be told, in the order that they chose, and at which address.

Read when it is needed: no notice holds an address.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import phonenumbers

from postal_tracker.core.notices import ToldBy
from postal_tracker.outgoing.notices.setup import Setup

NOTHING = "none"
"""What stands in the place of channels if somebody wants to be told by none."""

_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


def ways(person: Any, setup: Setup) -> list[ToldBy]:
    """Return by what an applicant can be told: their order, or the house's."""
    said = person.channels or ""
    if said == NOTHING:
        return []
    chosen = [ToldBy(one) for one in said.split(",") if one]
    order: Sequence[ToldBy] = chosen or setup.order
    return [one for one in order if one in setup.open and address(person, one)]


def address(person: Any, channel: ToldBy) -> str:
    """Return where a channel reaches somebody; empty: nowhere."""
    if channel is ToldBy.EMAIL:
        return str(person.email)
    return str(person.phone) if _is_mobile(person.phone) else ""


@lru_cache(maxsize=4096)
def _is_mobile(phone: str) -> bool:
    """Tell whether a number can have SMS and Zalo: no landline, no service number."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) in _MOBILE
    except phonenumbers.NumberParseException:
        return False
