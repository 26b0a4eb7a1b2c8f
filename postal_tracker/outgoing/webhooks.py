"""Subscriptions: which other systems are told of what; made, changed, listed.

A program has to do with its own alone, an administrator with those of his offices.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as model_select

from postal_tracker.access import Caller, Role, sealed
from postal_tracker.access.fields import office_id
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.forms import field_invalid
from postal_tracker.outgoing import deliveries
from postal_tracker.outgoing.deliveries import DELETED
from postal_tracker.outgoing.guard import may_be_called
from postal_tracker.outgoing.sending import PURPOSE, new_secret
from postal_tracker.outgoing.shapes import (
    NewWebhookView,
    WebhookChange,
    WebhookForm,
    WebhooksView,
    WebhookView,
)
from postal_tracker.storage.tables import Office, Webhook

MOST_WEBHOOKS = 50


def make(
    session: Session,
    form: WebhookForm,
    *,
    by: Caller,
    secrets: Sequence[str],
    allowed: Collection[str],
    now: datetime,
) -> NewWebhookView:
    """Make a webhook. Raises Invalid, NotFound, Conflict."""
    _refuse_url(form.url, allowed)
    if session.connection().execute(_HOW_MANY).scalar_one() >= MOST_WEBHOOKS:
        raise _too_many()
    secret = new_secret()
    hook = Webhook(
        url=form.url,
        types=" ".join(form.types),
        office_id=_office(session, form.office, by),
        sealed_secret=sealed.seal(secret, secrets, PURPOSE),
        by=by.label,
        created_at=now,
    )
    session.add(hook)
    session.flush()
    return NewWebhookView(**asdict(one(session, hook.id, by=by)), secret=secret)


def _office(session: Session, code: str, by: Caller) -> int | None:
    """Return the office that a webhook is for: one within reach, the caller's if none is named."""
    chosen = office_id(session, code)
    if chosen is None:
        return None if by.scope.is_whole else by.office_id
    if not by.scope.holds(chosen):
        raise no_such("office")
    return chosen


def change(
    session: Session,
    id_: int,
    form: WebhookChange,
    *,
    by: Caller,
    allowed: Collection[str],
    now: datetime,
) -> WebhookView:
    """Change a webhook. Raises Invalid, NotFound."""
    hook = found(session, id_, by)
    if form.url is not None:
        _refuse_url(form.url, allowed)
        hook.url = form.url
    if form.types is not None:
        hook.types = " ".join(form.types)
    if form.active is True and hook.disabled_at:
        hook.disabled_at, hook.disabled_why, hook.failing_since = None, "", None
    elif form.active is False and not hook.disabled_at:
        deliveries.disable(session, hook, "by_hand", now=now)
    session.add(hook)
    session.flush()
    return one(session, id_, by=by)


def delete(session: Session, id_: int, *, by: Caller, now: datetime) -> None:
    """Tell a webhook nothing more and list it no more. Raises NotFound."""
    deliveries.disable(session, found(session, id_, by), DELETED, now=now)


def found(session: Session, id_: int, by: Caller) -> Webhook:
    """Return a webhook within reach. Raises NotFound."""
    hook = session.get(Webhook, id_)
    if hook is None or hook.disabled_why == DELETED or not _reaches(by, hook):
        raise no_such("webhook")
    return hook


def _reaches(by: Caller, hook: Webhook) -> bool:
    if by.role is Role.INTEGRATION:
        return hook.by == by.label
    return by.scope.is_whole or (hook.office_id is not None and by.scope.holds(hook.office_id))


def listed(session: Session, *, by: Caller) -> WebhooksView:
    """Return the webhooks within reach, the newest first."""
    rows = session.connection().execute(_HOOK.order_by(col(Webhook.id).desc())).all()
    hooks = [(session.get_one(Webhook, row.id), row.code) for row in rows]
    return WebhooksView([_view(hook, code) for hook, code in hooks if _reaches(by, hook)])


def one(session: Session, id_: int, *, by: Caller) -> WebhookView:
    """Return one webhook. Raises NotFound."""
    hook = found(session, id_, by)
    office = session.get(Office, hook.office_id) if hook.office_id else None
    return _view(hook, office.code if office else None)


_NOT_DELETED = col(Webhook.disabled_why) != DELETED
_HOW_MANY = select(func.count()).select_from(Webhook).where(_NOT_DELETED)
_HOOK = (
    select(col(Webhook.id), col(Office.code))
    .join(Office, col(Office.id) == col(Webhook.office_id), isouter=True)
    .where(_NOT_DELETED)
)


def _view(hook: Webhook, office: str | None) -> WebhookView:
    why: Any = hook.disabled_why
    return WebhookView(
        id=hook.id,
        url=hook.url,
        types=hook.types.split(),
        office=office or "",
        state="disabled" if hook.disabled_at else "active",
        disabled_why=why,
        created_at=hook.created_at,
        disabled_at=hook.disabled_at,
        failing_since=hook.failing_since,
    )


def _refuse_url(url: str, allowed: Collection[str]) -> None:
    if not may_be_called(url, allowed):
        raise field_invalid(
            "url",
            "Địa chỉ phải bắt đầu bằng https://, là địa chỉ công khai, cổng 443.",
            "The address must begin with https://, be public, and use port 443.",
        )


def _too_many() -> Conflict:
    return Conflict(
        "too-many-webhooks",
        f"Đã có {MOST_WEBHOOKS} webhook. Vui lòng xóa webhook không còn dùng.",
        f"There are {MOST_WEBHOOKS} webhooks already. Delete those that are no longer used.",
    )


def reseal(session: Session, secrets: Sequence[str]) -> None:
    """Seal with the newest key what an older one sealed: the older one may go then."""
    for hook in session.exec(model_select(Webhook)):
        with suppress(sealed.NotOurs):  # then each of its deliveries says so
            secret = sealed.opened(hook.sealed_secret, secrets, PURPOSE)
            hook.sealed_secret = sealed.seal(secret, secrets, PURPOSE)
            session.add(hook)
