"""Where other systems want to hear of changes, and what has become of each thing told."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, ref, row_id


class Webhook(SQLModel, table=True):
    """A subscription: an address of another system that is told of changes as they happen."""

    id: int = row_id()
    url: str = Field(max_length=500)
    types: str = Field(max_length=200)
    """Of what it is told, with spaces between."""
    office_id: int | None = ref("office.id", null=True)
    """Whose dossiers, with those of the offices below; none: everybody's."""
    sealed_secret: str = Field(max_length=500)
    """The key that signs what is sent there (`access.sealed`); shown once."""
    by: str = Field(max_length=80)
    """Who made it."""
    created_at: datetime
    failing_since: datetime | None = None
    """When it first failed since it last took anything."""
    disabled_at: datetime | None = None
    disabled_why: str = Field(default="", max_length=20)
    """by_hand, gone (it answered 410) or failing (for days)."""


_IS_PENDING = text("next_at IS NOT NULL")
_PENDING: Any = {"sqlite_where": _IS_PENDING, "postgresql_where": _IS_PENDING}


class WebhookDelivery(SQLModel, table=True):
    """One thing to be told to one webhook. Holds no personal data: neither what was sent nor what
    was answered."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_change", "webhook_id", "change_id", unique=True),
        Index("ix_webhook_delivery_due", "webhook_id", "next_at", **_PENDING),
        Index("ix_webhook_delivery_order", "webhook_id", "dossier_id", "change_id", **_PENDING),
        Index("ix_webhook_delivery_list", "webhook_id", "id"),
    )

    id: int = row_id()
    webhook_id: int = ref("webhook.id")
    change_id: int | None = Field(default=None, sa_type=Big)
    """The row of the outbox, which may be gone; none: a test."""
    dossier_id: int | None = Field(default=None, sa_type=Big)
    state: str = Field(max_length=12)
    """queued, failed (will be tried again), delivered or given_up."""
    attempts: int = 0
    created_at: datetime
    next_at: datetime | None = None
    """When it is to be tried; none: no more. While it is being tried, when another may do so."""
    tried_at: datetime | None = None
    last_status: int | None = None
    """What was answered last (HTTP); none: nothing was."""
    last_fault: str = Field(default="", max_length=20)
    """Why nothing was answered, or it was not taken: a word of `outgoing.sending`."""
