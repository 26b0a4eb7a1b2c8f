"""Keys of programs and couriers' devices: made, listed, ended. A key itself is shown once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import literal, tuple_
from sqlmodel import Session, col, select

from postal_tracker import access
from postal_tracker.access import REHEARSAL, KeyScope, Role
from postal_tracker.access.fields import office_id
from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.problems import no_such
from postal_tracker.forms import Form, Moment, Name, Short, field_invalid
from postal_tracker.storage.tables import ApiKey, Office, table_of

A_PAGE = 50


class KeyForm(Form):
    """A key for a program or a courier's device."""

    role: Role
    """What its holder may do."""
    name: Name
    """Whose it is, for lists; 120 characters at most."""
    carrier: Short = ""
    """The only carrier whose parcels it may touch (`courier`, `integration`); empty: any."""
    office: Short = ""
    """The code of the office it is for, with those below it; empty: the whole centre."""
    scopes: Annotated[tuple[KeyScope, ...], Field(max_length=len(KeyScope))] = ()
    """What an `integration` may see of people besides; empty: nobody."""
    expires_at: Moment | None = None
    """From when on it opens nothing any more; without it, it is good until it is revoked."""


@dataclass(frozen=True, slots=True)
class ProgramKeyView:
    """A key of a program or a device, without the key itself."""

    id: str
    """The middle part of the key; the audit log has it as `key:ID`."""
    name: str
    """Whose it is."""
    role: str
    """What its holder may do."""
    carrier: str
    """The only carrier whose parcels it may touch; empty: any."""
    scopes: list[str]
    """What it may see of people besides."""
    office: str
    """The code of the office it is for, with those below it; empty: the whole centre."""
    state: Literal["good", "expired", "revoked"]
    """Whether it still opens anything."""
    created_at: datetime
    expires_at: datetime | None
    """From when on it opens nothing any more."""
    revoked_at: datetime | None
    """When it was revoked."""
    last_used_at: datetime | None
    """When it was used last, within an hour."""
    last_network: str
    """From where it was used last."""


@dataclass(frozen=True, slots=True)
class MadeKeyView(ProgramKeyView):
    """A new key, this once with the key itself."""

    key: str = ""
    """To be sent as `Authorization: Bearer KEY`. Not kept here: asked for again, it is empty."""


@dataclass(frozen=True, slots=True)
class ProgramKeysView:
    """Keys, the newest first."""

    items: list[ProgramKeyView]
    next_cursor: str | None = None
    """The `cursor` of the next ones; empty if these are the last."""


def make(session: Session, form: KeyForm, carriers: Carriers, *, now: datetime) -> MadeKeyView:
    """Make a key. Raises Invalid, NotFound."""
    if form.name.startswith(REHEARSAL):  # it would mark a real record
        raise field_invalid("name", *_MARK)
    if form.carrier:
        carriers.chosen(form.carrier)
    key = access.create_key(
        session,
        role=form.role,
        name=form.name,
        carrier=form.carrier,
        office_id=office_id(session, form.office),
        scopes=form.scopes,
        expires_at=form.expires_at,
        now=now,
    )
    session.flush()
    return MadeKeyView(**asdict(one(session, key.split("_")[1], now=now)), key=key)


def revoke(session: Session, id_: str, *, now: datetime) -> str:
    """End a key; return what the audit log says of that. Raises NotFound."""
    access.revoke_key(session, id_, now)
    return f"key:{id_.strip().upper()}"


def told(key: ProgramKeyView) -> str:
    """Return what the audit log says of a new key."""
    return " ".join([f"key:{key.id}", key.role, *key.scopes])


def one(session: Session, id_: str, *, now: datetime) -> ProgramKeyView:
    """Return one key. Raises NotFound."""
    found = session.exec(_KEY.where(col(ApiKey.id) == id_)).first() if id_.isascii() else None
    if found is None:
        raise no_such("page")
    return _view(*found, now)


def listed(session: Session, *, after: str = "", now: datetime) -> ProgramKeysView:
    """Return the keys that were made before one, the newest first; revoked ones, too."""
    query = _KEY.order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
    last = session.get(ApiKey, after) if after and after.isascii() else None
    if last:
        before = tuple_(literal(last.created_at, _AT.type), literal(last.id))
        query = query.where(tuple_(col(ApiKey.created_at), col(ApiKey.id)) < before)
    found = session.exec(query.limit(A_PAGE + 1)).all()
    items = [_view(key, office, now) for key, office in found[:A_PAGE]]
    return ProgramKeysView(items, items[-1].id if len(found) > A_PAGE else None)


_AT: Any = table_of(ApiKey).c.created_at
_KEY = select(ApiKey, Office.code).join(
    Office, col(Office.id) == col(ApiKey.office_id), isouter=True
)


def _view(key: ApiKey, office: str | None, now: datetime) -> ProgramKeyView:
    is_over = key.expires_at is not None and key.expires_at <= now
    return ProgramKeyView(
        id=key.id,
        name=key.name,
        role=key.role,
        carrier=key.carrier,
        scopes=key.scopes.split(),
        office=office or "",
        state="revoked" if key.revoked_at else "expired" if is_over else "good",
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
        last_network=key.last_network or "",
    )


_MARK = (
    f"Tên bắt đầu bằng “{REHEARSAL}” chỉ dành cho khóa của trung tâm diễn tập.",
    f"Names that begin with “{REHEARSAL}” mark a rehearsal's keys.",
)
