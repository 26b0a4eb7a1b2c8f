"""What may be said of webhooks and their deliveries, and what is shown of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from postal_tracker.forms import Form, Moment, Short
from postal_tracker.outgoing.guard import LONGEST_URL
from postal_tracker.views.changes import ChangeType

Types = Annotated[tuple[ChangeType, ...], Field(min_length=1, max_length=2)]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]


class WebhookForm(Form):
    """Another system that wants to be told of changes."""

    url: Url
    """Where it is called: https, a public address, port 443."""
    types: Types
    """Of what it is told."""
    office: Short = ""
    """The code of the office whose dossiers it is about, with those below it; empty: the caller's
    own reach."""


class WebhookChange(Form):
    """What is to be otherwise with a webhook; what is not named stays."""

    url: Url | None = None
    """Where it is called from now on."""
    types: Types | None = None
    """Of what it is told from now on."""
    active: bool | None = None
    """False: it is told nothing; true: again of all that changes from now on."""


class ReplayForm(Form):
    """A period of which everything is told again, each change under the id that it had."""

    since: Moment
    """From when on; 30 days ago at most."""
    until: Moment | None = None
    """Up to when; without it, until now."""


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook of another system, without its key."""

    id: int
    """Its number."""
    url: str
    """Where it is called."""
    types: list[str]
    """Of what it is told."""
    office: str
    """The code of the office whose dossiers it is about, with those below; empty: of all."""
    state: Literal["active", "disabled"]
    """Whether it is told anything."""
    disabled_why: Literal["", "by_hand", "gone", "failing"]
    """Why it is disabled: by hand, it answered 410, or it took nothing for five days."""
    created_at: datetime
    """When it was made."""
    disabled_at: datetime | None
    """Since when it is told nothing."""
    failing_since: datetime | None
    """Since when it has taken nothing."""


@dataclass(frozen=True, slots=True)
class NewWebhookView(WebhookView):
    """A new webhook, this once with the key that signs what it is told."""

    secret: str = ""
    """To verify signatures with (`whsec_…`). Shown once: asked for again, it is empty."""


@dataclass(frozen=True, slots=True)
class WebhooksView:
    """Webhooks, the newest first; there are fifty at most."""

    items: list[WebhookView]
    next_cursor: str | None = None
    """Always empty: they are all here."""


Fault = Literal["", "timeout", "unreachable", "not_public", "change_gone", "secret_lost"]


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One thing told to a webhook, or to be told."""

    id: int
    """Its number."""
    event: str
    """The `webhook-id` that it has each time; empty if the change is no longer kept."""
    type: Literal["dossier.stage_changed", "feedback.opened", "webhook.test"]
    """What it tells of."""
    dossier: str
    """The dossier's code; empty for a test."""
    state: Literal["queued", "failed", "delivered", "given_up"]
    """`failed` is tried again, `given_up` is not."""
    attempts: int
    """How often it was tried."""
    created_at: datetime
    """When it was queued."""
    tried_at: datetime | None
    """When it was tried last."""
    next_at: datetime | None
    """When it is tried next."""
    last_status: int | None
    """What was answered last (HTTP)."""
    last_fault: Fault
    """Why there was no answer."""


@dataclass(frozen=True, slots=True)
class DeliveriesView:
    """What was told to a webhook, the newest first."""

    items: list[DeliveryView]
    next_cursor: str | None = None
    """The `cursor` of the next ones; empty if these are the last."""


@dataclass(frozen=True, slots=True)
class QueuedView:
    """What is about to be told."""

    queued: int
    """How many deliveries were queued."""
