"""Keys of programs and couriers' devices."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, Literal

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from postal_tracker.access.callers import CARRIED, Caller, KeyScope, Role
from postal_tracker.access.fields import check_office, checked_name, invalid
from postal_tracker.access.hashes import as_bytes, hash_of_random
from postal_tracker.access.scope import reach_of
from postal_tracker.core.problems import NotFound
from postal_tracker.storage.tables import ApiKey, table_of


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key, as lists show it."""

    id: str
    name: str
    role: str
    carrier: str
    scopes: list[str]
    office_id: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


REHEARSAL = "Trung tâm diễn tập"
"""How the names of a rehearsal centre's keys begin: the mark by which its record is known.

A key's row stays when it is revoked, and goes along into copies.
"""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: 5 bits each
_KEY_ID = re.compile(f"[{_LETTERS}]{{8}}")
_KEY = re.compile(f"pt_(?P<id>{_KEY_ID.pattern})_(?P<secret>[{_LETTERS}]{{52}})")
_CARRIER = re.compile(r"[a-z0-9_]{0,30}")
_NO_HASH = "0" * 64


def is_rehearsal_centre(session: Session) -> bool:
    """Tell whether this record is a rehearsal's: its sign-ins are known to everybody.

    Of a database without tables, or one that lacks migrations, too: asked before it is migrated.
    """
    if not inspect(session.connection()).has_table(table_of(ApiKey).name):
        return False
    marked = select(ApiKey.id).where(col(ApiKey.name).startswith(REHEARSAL))
    return session.exec(marked.limit(1)).first() is not None


def create_key(
    session: Session,
    *,
    role: Role,
    name: str,
    carrier: str = "",
    office_id: int | None = None,
    scopes: Collection[KeyScope] = (),
    expires_at: datetime | None = None,
    now: datetime,
) -> str:
    """Return a new key `pt_ID_SECRET` (260 random bits), to be shown once.

    Whether such a carrier exists is for the caller to know. Raises Invalid, NotFound.
    """
    if not _CARRIER.fullmatch(carrier) or (carrier and role not in CARRIED):
        raise invalid("carrier", *_BAD_CARRIER)
    if scopes and role is not Role.INTEGRATION:
        raise invalid("scope", *_BAD_SCOPE)
    if expires_at is not None and expires_at <= now:
        raise invalid("expires_at", *_ALREADY_EXPIRED)
    check_office(session, office_id)
    key_id, secret = _random_letters(8), _random_letters(52)
    session.add(
        ApiKey(
            id=key_id,
            secret_hash=hash_of_random(secret),
            name=checked_name(name),
            role=Role(role).value,
            carrier=carrier,
            scopes=" ".join(sorted(set(scopes))),
            office_id=office_id,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return f"pt_{key_id}_{secret}"


def list_keys(session: Session) -> list[KeyView]:
    """Return all keys, the newest last; revoked ones too."""
    keys = session.exec(select(ApiKey).order_by(col(ApiKey.created_at), col(ApiKey.id)))
    return [
        KeyView(
            id=key.id,
            name=key.name,
            role=key.role,
            carrier=key.carrier,
            scopes=key.scopes.split(),
            office_id=key.office_id,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
        )
        for key in keys
    ]


def revoke_key(session: Session, key_id: str, now: datetime) -> None:
    """End a key; other processes may honour it for 10 seconds more, see `KnownKeys`.

    Raises NotFound; twice is no error.
    """
    key_id = key_id.strip().upper()
    key = session.get(ApiKey, key_id) if _KEY_ID.fullmatch(key_id) else None
    if key is None:
        raise NotFound("no-such-key", *_NO_SUCH_KEY)
    key.revoked_at = key.revoked_at or now


def caller_of_key(session: Session, text: str, now: datetime) -> Caller | None:
    """Return whose key this is; None if it is unknown, wrong, expired or revoked."""
    parts = _KEY.fullmatch(text)
    if parts is None:
        return None
    key = session.get(ApiKey, parts["id"])
    right = hmac.compare_digest(
        hash_of_random(parts["secret"]), key.secret_hash if key else _NO_HASH
    )
    if key is None or not right or key.revoked_at or (key.expires_at and key.expires_at <= now):
        return None
    reach = reach_of(session, key.office_id)
    return Caller(
        label=f"key:{key.id}",
        role=Role(key.role),
        office_id=key.office_id,
        carrier=key.carrier,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
        scopes=frozenset(key.scopes.split()),
        name=key.name,
    )


USED_EVERY = timedelta(hours=1)


def is_use_news(session: Session, label: str, network: str, now: datetime) -> bool:
    """Tell whether it is to be noted that a key is used, from there and now."""
    key = session.get(ApiKey, label.partition(":")[2])
    if key is None:
        return False
    since = key.last_used_at
    return since is None or now - since >= USED_EVERY or key.last_network != network


def note_use(session: Session, label: str, network: str, now: datetime) -> str:
    """Note that a key is used; return the network it was used from before, if that is another."""
    key = session.get(ApiKey, label.partition(":")[2])
    if key is None:
        return ""
    before, key.last_network, key.last_used_at = key.last_network, network, now
    return before if before and before != network else ""


def _random_letters(n: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(n))


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING
"""Not known; ask the database."""


class KnownKeys:
    """A cache of whose key it was a moment ago, so that most requests need not ask the database.

    Also remembers what is no key. An answer holds for 10 seconds, and so may a key that another
    process has revoked or that has expired; the process that revokes calls `forget_all`. Belongs
    to one event loop.
    """

    GOOD_FOR = timedelta(seconds=10)
    MOST = 10_000

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[datetime, Caller | None]] = {}
        self._told: tuple[date, set[tuple[str, str]]] = (date.min, set())

    def get(self, text: str, now: datetime) -> Caller | Literal[_Missing.MISSING] | None:
        asked_at, caller = self._known.get(_digest(text), (None, None))
        # A clock that was set back must not keep an answer alive.
        if asked_at is None or not asked_at <= now < asked_at + self.GOOD_FOR:
            return MISSING
        return caller

    def remember(self, text: str, caller: Caller | None, asked_at: datetime) -> None:
        """Keep an answer; `asked_at` is the time before the database was asked."""
        digest = _digest(text)
        self._known.pop(digest, None)
        if len(self._known) >= self.MOST:
            del self._known[next(iter(self._known))]
        self._known[digest] = (asked_at, caller)

    def is_first_from(self, label: str, network: str, now: datetime) -> bool:
        """Tell once a day that a key is used from there: it may be used at two places in turn."""
        day, told = self._told
        if day != now.date():
            self._told = (now.date(), told := set())
        is_first = (label, network) not in told and len(told) < self.MOST
        if is_first:
            told.add((label, network))
        return is_first

    def forget_all(self) -> None:
        self._known.clear()


def _digest(text: str) -> bytes:
    return hashlib.sha256(as_bytes(text)).digest()


_BAD_CARRIER = (
    "Chỉ khóa của bưu tá hoặc phần mềm mới gắn với một đơn vị bưu chính, ghi bằng mã như vnpost.",
    "Only a courier's or an integration's key is bound to a carrier, named like vnpost.",
)
_BAD_SCOPE = (
    "Chỉ khóa của phần mềm mới có phạm vi dữ liệu (national, registration).",
    "Only an integration's key has scopes (national, registration).",
)
_ALREADY_EXPIRED = (
    "Ngày hết hạn phải ở sau thời điểm này.",
    "The expiry must lie in the future.",
)
_NO_SUCH_KEY = (
    "Không tìm thấy khóa. Vui lòng kiểm tra lại mã khóa.",
    "There is no such key. Check its id.",
)
