"""Sign-ins and keys of the rehearsal centre, and `data/demo.json`, in which they stand.

They stay the same from one start to the next. The file is for its owner's eyes only (mode 0600).
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from postal_tracker.access import (
    REHEARSAL,
    Role,
    add_staff,
    caller_of_key,
    check_password,
    create_key,
    hash_password,
    revoke_key,
)
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.storage.tables import ApiKey, StaffMember

CARRIER = "rehearsal"

_STAFF = (
    ("lan", "Nguyễn Thị Lan", Role.DESK),
    ("minh", "Trần Quang Minh", Role.MANAGER),
    ("huong", "Phạm Thu Hương", Role.ADMIN),
    ("tuan", "Vũ Anh Tuấn", Role.COURIER),
)

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that another could be taken for."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who signs in."""

    name: str
    username: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Access:
    """Everything by which one comes in, as `data/demo.json` holds it."""

    url: str
    keys: Mapping[str, str]
    staff: tuple[Member, ...]
    token: str
    """The rehearsal carrier signs its webhooks with it, and shows itself by it."""
    hook_secret: str

    @property
    def hook_url(self) -> str:
        return f"{self.url}/hooks/{CARRIER}/{self.hook_secret}"

    @property
    def secret_key(self) -> str:
        """Return what signs citizens' links: the same at every start, and nowhere else used."""
        return hashlib.sha256(b"links of the rehearsal centre" + self.token.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "keys": dict(self.keys),
            "staff": [asdict(member) for member in self.staff],
            "carrier": {"name": CARRIER, "hook_url": self.hook_url, "secret": self.token},
        }


def remembered(file: Path, *, url: str, settings: Settings) -> Access:
    """Return what the file of the last start says; secrets that are missing are drawn anew.

    Secrets of the rehearsal carrier that stand in the settings go before.
    """
    known = _read(file)
    carrier = known.get("carrier", {})
    ours = settings.carriers.get(CARRIER, CarrierSettings())
    token = base64.b64encode(secrets.token_bytes(24)).decode()
    return Access(
        url=url,
        keys=known.get("keys", {}),
        staff=tuple(Member(**member) for member in known.get("staff", [])),
        token=ours.token.get_secret_value() or carrier.get("secret") or f"whsec_{token}",
        hook_secret=ours.hook_secret.get_secret_value()
        or carrier.get("hook_url", "").rpartition("/")[2]
        or secrets.token_urlsafe(24),
    )


def _read(file: Path) -> dict[str, Any]:
    """Return what the file says, or nothing if it is not one of ours."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        Access("", dict(known["keys"]), tuple(Member(**m) for m in known["staff"]), "", "")
        return {**known, "carrier": {k: str(v) for k, v in known["carrier"].items()}}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def address_in(file: Path) -> str:
    """Return where the centre that wrote the file is reached; empty if it is none of ours."""
    return str(_read(file).get("url", ""))


def write(file: Path, access: Access) -> None:
    """Write the file whole or not at all."""
    draft = file.with_suffix(".json.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(access.as_json(), opened, ensure_ascii=False, indent=2)
        opened.write("\n")
    draft.replace(file)


def _our_keys() -> Any:
    return select(ApiKey).where(col(ApiKey.name).startswith(REHEARSAL))


def with_keys(session: Session, access: Access, *, office_id: int, now: datetime) -> Access:
    """Return sign-ins and keys that open this database's doors: the known ones if they do."""
    members = tuple(_member(session, access, *who, office_id=office_id, now=now) for who in _STAFF)
    keys = {
        role.value: _key(session, access.keys.get(role.value, ""), role, office_id, now)
        for role in Role
    }
    return Access(access.url, keys, members, access.token, access.hook_secret)


def _key(session: Session, known: str, role: Role, office_id: int, now: datetime) -> str:
    caller = caller_of_key(session, known, now)
    if caller and caller.role is role:
        return known
    return create_key(session, role=role, name=f"{REHEARSAL}: {role}", office_id=office_id, now=now)


def _member(
    session: Session,
    access: Access,
    username: str,
    name: str,
    role: Role,
    *,
    office_id: int,
    now: datetime,
) -> Member:
    known = next((m for m in access.staff if m.username == username), None)
    row = session.exec(select(StaffMember).where(StaffMember.username == username)).first()
    if row and known and check_password(row.password_hash, known.password):
        return known
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    if row:  # the file with its password is gone
        row.password_hash = hash_password(password)
        session.add(row)
    else:
        add_staff(
            session,
            username=username,
            name=name,
            role=role,
            office_id=office_id,
            password=password,
            now=now,
        )
    return Member(name, username, password, role.value)


def director_key(session: Session, *, office_id: int, now: datetime) -> str:
    """Return a key for this run of the director; those of earlier runs end."""
    name = f"{REHEARSAL}: đạo diễn"
    for key in session.exec(
        _our_keys().where(ApiKey.name == name, col(ApiKey.revoked_at).is_(None))
    ):
        revoke_key(session, key.id, now)
    return create_key(session, role=Role.DESK, name=name, office_id=office_id, now=now)


def staff_id(session: Session, username: str) -> int:
    return session.exec(select(StaffMember.id).where(StaffMember.username == username)).one()
