"""Who may come in: accounts, sign-ins, keys."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import ref, row_id


class StaffMember(SQLModel, table=True):
    """Somebody who signs in: desk, manager, admin or courier."""

    __tablename__ = "staff_member"

    id: int = row_id()
    username: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    email: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": text("''")})
    """Where what waits too long is written to; empty: it is shown on the worklist alone."""
    role: str = Field(max_length=20)
    carrier: str = Field(default="", max_length=30)
    """The only carrier on whose parcels a courier may report; empty: any."""
    office_id: int | None = ref("office.id", null=True)
    password_hash: str = Field(max_length=200)
    password_given_at: datetime | None = None
    """When somebody else chose the password; empty: its person did."""
    created_at: datetime
    active_at: datetime | None = None
    """When he signed in last, or was let in anew: an idle account is closed after a while."""
    disabled_at: datetime | None = None


class SecondFactor(SQLModel, table=True):
    """The app on somebody's telephone that makes one-time passwords (TOTP, RFC 6238)."""

    __tablename__ = "second_factor"

    staff_id: int = ref("staff_member.id", primary=True)
    sealed_secret: str = Field(max_length=400)
    """What the app has, too, encrypted under a key of the service's."""
    began_at: datetime
    confirmed_at: datetime | None = None
    """When its first code was right: it is asked for from then on."""
    last_step: int = 0
    """The time step of the last code that was taken: none is taken twice."""
    recovery_hashes: str = Field(default="", max_length=800)
    """SHA-256 of each recovery code that is left, with blanks between."""


class Identity(SQLModel, table=True):
    """As whom somebody is known to an identity provider, by the name that never changes there."""

    __tablename__ = "identity"

    issuer: str = Field(max_length=200, primary_key=True)
    subject: str = Field(max_length=255, primary_key=True)
    staff_id: int = ref("staff_member.id", index=True)
    linked_at: datetime


class CourierDevice(SQLModel, table=True):
    """A courier's telephone: a session begun on it lasts until it is revoked."""

    __tablename__ = "courier_device"

    id: int = row_id()
    staff_id: int = ref("staff_member.id", index=True)
    name: str = Field(max_length=120)
    carrier: str = Field(max_length=30)
    """The only carrier on whose parcels it may report."""
    enrolment_hash: str | None = Field(default=None, max_length=64, unique=True)
    """SHA-256 of the one-time address's token; empty once that was used or revoked."""
    made_by: str = Field(max_length=80)
    created_at: datetime
    """When the desk made the one-time address."""
    enrolled_at: datetime | None = None
    """When that was opened on the telephone."""
    revoked_at: datetime | None = None


class StaffSession(SQLModel, table=True):
    """One sign-in; only a hash of its token is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(max_length=64, primary_key=True)
    staff_id: int = ref("staff_member.id", index=True)
    created_at: datetime
    seen_at: datetime
    network: str | None = Field(default=None, max_length=64)
    """From where somebody signed in."""
    device_id: int | None = ref("courier_device.id", index=True, null=True)
    """The telephone that it belongs to; empty: somebody signed in himself."""


class ApiKey(SQLModel, table=True):
    """A program's or a courier's key; only a hash of its secret is kept."""

    __tablename__ = "api_key"

    id: str = Field(max_length=16, primary_key=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    carrier: str = Field(default="", max_length=30)
    scopes: str = Field(default="", max_length=200)
    """What a program's key may see of people: names of `access.KeyScope`, with blanks between."""
    office_id: int | None = ref("office.id", null=True)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """Within an hour."""
    last_network: str | None = Field(default=None, max_length=64)
    """From where it was used last."""
