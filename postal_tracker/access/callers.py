"""Who makes a request, and in which role: what authorisation goes by."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from adapters.event import Source
from postal_tracker.access.scope import Scope


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


class KeyScope(StrEnum):
    """What a program's key may see of people; without any it sees nobody's data."""

    NATIONAL = "national"
    """All that the national database is told."""
    REGISTRATION = "registration"
    """Whose dossier it is, of those that it registers itself."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request."""

    label: str
    """`staff:3` or `key:AB12CD34`: what the ledger's `by` gets. Never a name."""
    role: Role
    office_id: int | None
    carrier: str = ""
    """The only carrier whose parcels he may touch; empty: no such bound."""
    name: str = field(default="", repr=False)
    """To greet somebody with; left out of logs."""
    csrf: str = field(default="", repr=False)
    """What forms of this session carry; the door puts it in, see `csrf_token`."""
    csrf_before: str = field(default="", repr=False)
    """The same by the secret key before this one: so open pages go on while it is changed."""
    touch_due: bool = False
    """Whether `touch_session` is to be called."""
    idle: timedelta = timedelta(0)
    """For how long his session was not used."""
    is_locked: bool = False
    """Whether it was left alone so long that his password is asked for; the door says so."""
    password_is_given: bool = False
    """Whether somebody else chose his password: he chooses another before anything else."""
    has_second_factor: bool = False
    """Whether a code is asked for when he signs in."""
    is_on_device: bool = False
    """Whether it is his enrolled telephone that asks: it opens the couriers' doors alone."""
    offices: frozenset[int] = frozenset()
    """His office and those below it; see `scope.reach_of`."""
    has_whole_centre: bool = False
    """Whether those are all offices there are."""
    scopes: frozenset[str] = frozenset()
    """Of `KeyScope`, what a program's key was made for."""

    @property
    def scope(self) -> Scope:
        """How far his reach goes: an office and those below it, a carrier, or all."""
        whole = self.office_id is None or self.has_whole_centre
        own = self.offices | {self.office_id} if self.office_id else self.offices
        return Scope(
            offices=None if whole else frozenset(own),
            carrier=self.carrier,
            sees_dossiers=self.role is not Role.COURIER,
            sees_people=self.role is not Role.INTEGRATION or KeyScope.REGISTRATION in self.scopes,
        )


_SOURCES = {Role.INTEGRATION: Source.INTEGRATION, Role.COURIER: Source.COURIER}


def source_of(caller: Caller) -> Source:
    return _SOURCES.get(caller.role, Source.STAFF)
