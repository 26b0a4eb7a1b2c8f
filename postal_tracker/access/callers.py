"""Who makes a request, and in which role: what authorisation goes by."""

from dataclasses import dataclass, field
from enum import StrEnum

from adapters.event import Source


class Role(StrEnum):
    """What somebody may do; a program's keys may have any of these."""

    DESK = "desk"
    MANAGER = "manager"
    ADMIN = "admin"
    COURIER = "courier"
    INTEGRATION = "integration"


PEOPLE = frozenset({Role.DESK, Role.MANAGER, Role.ADMIN, Role.COURIER})
"""Roles of somebody who signs in."""

CARRIED = frozenset({Role.COURIER, Role.INTEGRATION})
"""Roles whose key may be bound to one carrier."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request."""

    label: str
    """`staff:3` or `key:AB12CD34`: what the ledger's `by` gets. Never a name."""
    role: Role
    office_id: int | None
    carrier: str = ""
    """The only carrier whose parcels a key may touch; empty: no such bound."""
    name: str = field(default="", repr=False)
    """To greet somebody with; left out of logs."""
    csrf: str = field(default="", repr=False)
    """What forms of this session carry; the door puts it in, see `csrf_token`."""
    touch_due: bool = False
    """Whether `touch_session` is to be called."""


_SOURCES = {Role.INTEGRATION: Source.INTEGRATION, Role.COURIER: Source.COURIER}


def source_of(caller: Caller) -> Source:
    return _SOURCES.get(caller.role, Source.STAFF)
