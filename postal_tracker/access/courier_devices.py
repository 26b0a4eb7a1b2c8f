"""Couriers' telephones: enrolled by an address used once, each with a session that lasts.

The desk makes the address and shows it as a QR code; whoever opens it within a quarter of an hour
has the session of that person, for parcels of one carrier. Nothing but hashes is kept of either.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, true, update
from sqlmodel import Session, col, select

from postal_tracker.access.accounts import no_such_staff
from postal_tracker.access.callers import Caller, Role
from postal_tracker.access.fields import checked_name, invalid, normal_username
from postal_tracker.access.guesses import Guess, Limits
from postal_tracker.access.hashes import hash_of_random
from postal_tracker.access.networks import networks_of
from postal_tracker.access.scope import Scope
from postal_tracker.access.sessions import ON_A_DEVICE, begin_session
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.storage.tables import CourierDevice, StaffMember, StaffSession

GOOD_FOR = timedelta(minutes=15)
"""As long as somebody stands at the desk with his telephone."""
A_PAGE = 25
MOST_COURIERS = 200
"""To choose from on one page."""

_QUARTER = timedelta(minutes=15)
WRONG_ADDRESSES = Limits(
    per_pair=30,
    pair_window=_QUARTER,
    first_wait=_QUARTER,
    longest_wait=timedelta(hours=4),
    per_network=30,
    network_window=_QUARTER,
    per_day=0,
    overall=None,
)


def guess_at_address(address: str) -> Guess:
    """Return who tries one-time addresses; of none is it known whose it would be."""
    return Guess("enrolment", "?", networks_of(address))


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A courier's telephone, as the desk sees it."""

    id: int
    name: str
    username: str
    person: str = field(repr=False)
    """Its courier's name."""
    carrier: str
    state: Literal["waiting", "lapsed", "used", "ended", "revoked"]
    """`lapsed`: its address was not opened in time; `ended`: its person signed out or was."""
    created_at: datetime
    enrolled_at: datetime | None
    seen_at: datetime | None
    """When it was used last, within a minute, as long as its session is kept."""


@dataclass(frozen=True, slots=True)
class DevicePage:
    """Telephones, the newest first."""

    items: list[DeviceView]
    next_cursor: int | None = None


def make(
    session: Session, *, username: str, name: str, carrier: str, by: Caller, now: datetime
) -> tuple[DeviceView, str]:
    """Return a telephone that is to come, and the token of its one-time address.

    Without a username it is the only courier's there is. Without a carrier it is its person's.
    Whether such a carrier exists is for the caller to know. Raises Invalid, NotFound.
    """
    member = _courier(session, username, carrier, by.scope)
    if not carrier and not member.carrier:
        raise invalid("carrier", *_WHICH_CARRIER)
    token = secrets.token_urlsafe(24)
    made = CourierDevice(
        staff_id=member.id,
        name=checked_name(name),
        carrier=carrier or member.carrier,
        enrolment_hash=hash_of_random(token),
        made_by=by.label,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return _view(made, member, None, now), token


def _courier(session: Session, username: str, carrier: str, scope: Scope) -> StaffMember:
    found = couriers(session, scope, username=normal_username(username) if username else "")
    if username and not found:
        raise no_such_staff()
    fitting = [one for one in found if not carrier or one.carrier in ("", carrier)]
    if found and not fitting:
        raise invalid("carrier", *_ANOTHER_CARRIER)
    if len(fitting) != 1:
        raise invalid("staff", *_WHICH_COURIER)
    return fitting[0]


def couriers(session: Session, scope: Scope, *, username: str = "") -> list[StaffMember]:
    """Return the couriers within reach whose accounts are open, or the one of that name."""
    query = select(StaffMember).where(
        col(StaffMember.role) == Role.COURIER.value,
        col(StaffMember.disabled_at).is_(None),
        _within(scope),
        *([col(StaffMember.username) == username] if username else []),
    )
    return list(session.exec(query.order_by(col(StaffMember.username)).limit(MOST_COURIERS)))


def enrolment(session: Session, token: str, now: datetime) -> tuple[CourierDevice, StaffMember]:
    """Return what a one-time address is for. Raises NotFound (wrong, used, too old)."""
    query = _DEVICE.where(col(CourierDevice.enrolment_hash) == hash_of_random(token))
    found = session.exec(query).first()
    if found is None:
        raise _no_enrolment()
    device, member, _ = found
    is_good = device.created_at <= now < device.created_at + GOOD_FOR
    if not is_good or member.disabled_at or member.role != Role.COURIER:
        raise _no_enrolment()
    return device, member


def enrol(session: Session, token: str, now: datetime, *, network: str) -> tuple[str, str, str]:
    """Begin a telephone's session; return its token, whose it is, and what the audit log says.

    Raises NotFound.
    """
    device, member = enrolment(session, token, now)
    still = update(CourierDevice).where(col(CourierDevice.enrolment_hash) == hash_of_random(token))
    used = still.values(enrolment_hash=None, enrolled_at=now)
    if not session.connection().execute(used).rowcount:  # another telephone was a moment faster
        raise _no_enrolment()
    key = begin_session(session, member.id, now, network=network, device_id=device.id)
    return key, f"staff:{member.id}", told(device.id, member.username, "enrolled")


def revoke(session: Session, id_: int, *, by: Caller, now: datetime) -> str:
    """End a telephone from its next request on; return what the audit log says of that.

    Its session stays, so that it can be told why. Raises NotFound; twice is no error.
    """
    wanted = _DEVICE.where(col(CourierDevice.id) == id_, _within(by.scope))
    found = session.exec(wanted).first()
    if found is None:
        raise no_such("page")
    device, member, _ = found
    device.revoked_at, device.enrolment_hash = device.revoked_at or now, None
    return told(device.id, member.username, "revoked")


def told(id_: int, username: str, what: str) -> str:
    """Return what the audit log says of a telephone."""
    return f"device {id_} of {username} {what}"


def withdrawn_from(session: Session, token: str) -> str:
    """Return whose telephone this session was, if the telephone was revoked; else nothing."""
    query = (
        select(CourierDevice.staff_id)
        .join(StaffSession, col(StaffSession.device_id) == col(CourierDevice.id))
        .where(
            StaffSession.token_hash == hash_of_random(token),
            col(CourierDevice.revoked_at).is_not(None),
        )
    )
    staff_id = session.exec(query).first()
    return f"staff:{staff_id}" if staff_id else ""


def devices(session: Session, scope: Scope, *, before: int = 0, now: datetime) -> DevicePage:
    """Return the telephones within reach that were made before one; revoked ones, too."""
    query = _DEVICE.where(_within(scope), *([col(CourierDevice.id) < before] if before else []))
    newest = query.order_by(col(CourierDevice.id).desc()).limit(A_PAGE + 1)
    found = session.exec(newest).all()
    items = [_view(device, member, seen, now) for device, member, seen in found[:A_PAGE]]
    return DevicePage(items, items[-1].id if len(found) > A_PAGE else None)


_DEVICE: Any = (
    select(CourierDevice, StaffMember, col(StaffSession.seen_at))
    .join(StaffMember, col(StaffMember.id) == col(CourierDevice.staff_id))
    .join(StaffSession, col(StaffSession.device_id) == col(CourierDevice.id), isouter=True)
)


def _within(scope: Scope) -> ColumnElement[bool]:
    """Return whose telephones are within reach: nobody lets in whoever reaches further."""
    if scope.offices is None:
        return true()
    return col(StaffMember.office_id).in_(sorted(scope.offices))


def _view(
    one: CourierDevice, member: StaffMember, seen_at: datetime | None, now: datetime
) -> DeviceView:
    return DeviceView(
        one.id,
        one.name,
        member.username,
        member.name,
        one.carrier,
        _state(one, seen_at, now),
        one.created_at,
        one.enrolled_at,
        seen_at,
    )


def _state(
    one: CourierDevice, seen_at: datetime | None, now: datetime
) -> Literal["waiting", "lapsed", "used", "ended", "revoked"]:
    if one.revoked_at:
        return "revoked"
    if one.enrolled_at is None:
        return "waiting" if now < one.created_at + GOOD_FOR else "lapsed"
    return "used" if seen_at and now - seen_at < ON_A_DEVICE.idle else "ended"


def _no_enrolment() -> NotFound:
    return NotFound(
        "no-such-enrolment",
        "Mã QR này đã được dùng hoặc đã hết hạn. Vui lòng nhờ bàn một cửa tạo mã mới.",
        "This QR code was used, or is too old. Have the desk show a new one.",
    )


_WHICH_COURIER = (
    "Vui lòng chọn bưu tá. Bưu tá phải có tài khoản đang mở, thuộc phạm vi của Ông/Bà.",
    "Choose the courier. He needs an open account within your reach.",
)
_WHICH_CARRIER = ("Vui lòng chọn đơn vị bưu chính.", "Choose the carrier.")
_ANOTHER_CARRIER = (
    "Bưu tá này thuộc đơn vị bưu chính khác.",
    "This courier works for another carrier.",
)
