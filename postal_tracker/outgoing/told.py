"""What was told to a webhook, and to tell it again: one delivery, or all of a period."""

from bisect import bisect_left
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from postal_tracker.access import Caller
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.forms import field_invalid
from postal_tracker.ledger import outbox
from postal_tracker.outgoing import deliveries
from postal_tracker.outgoing.sending import TEST, test_id
from postal_tracker.outgoing.shapes import DeliveriesView, DeliveryView, QueuedView, ReplayForm
from postal_tracker.outgoing.webhooks import found
from postal_tracker.storage.tables import Dossier, StageChange, Webhook, WebhookDelivery, table_of
from postal_tracker.views.changes import type_of
from postal_tracker.views.keyset import behind, number

A_PAGE = 50

MOST_REPLAYED = 10_000
"""Changes that one replay tells again; of a longer period there are several."""


def deliveries_of(session: Session, id_: int, *, by: Caller, cursor: str = "") -> DeliveriesView:
    """Return what was told to a webhook, the newest first. Raises NotFound, Invalid."""
    hook = found(session, id_, by)
    query = _DELIVERY.where(col(WebhookDelivery.webhook_id) == hook.id)
    order = (col(WebhookDelivery.id),)
    query = query.where(*behind(order, cursor, number, is_down=True))
    rows = session.connection().execute(query.limit(A_PAGE + 1)).all()
    items = [_delivery_view(row) for row in rows[:A_PAGE]]
    return DeliveriesView(items, str(items[-1].id) if len(rows) > A_PAGE else None)


_DELIVERY: Any = (
    select(table_of(WebhookDelivery), col(Dossier.code))
    .add_columns(col(StageChange.recorded_at), col(StageChange.feedback))
    .join(StageChange, col(StageChange.id) == col(WebhookDelivery.change_id), isouter=True)
    .join(Dossier, col(Dossier.id) == col(WebhookDelivery.dossier_id), isouter=True)
    .order_by(col(WebhookDelivery.id).desc())
)


def _delivery_view(row: Any) -> DeliveryView:
    is_test = row.change_id is None
    event = ""
    if is_test:
        event = test_id(row.id, row.created_at)
    elif row.recorded_at:
        event = outbox.event_id(row.change_id, row.recorded_at)
    return DeliveryView(
        id=row.id,
        event=event,
        type=TEST if is_test else type_of(row.feedback),
        dossier=row.code or "",
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        tried_at=row.tried_at,
        next_at=row.next_at,
        last_status=row.last_status,
        last_fault=row.last_fault,
    )


def _one_delivery(session: Session, id_: int) -> DeliveryView:
    query = _DELIVERY.where(col(WebhookDelivery.id) == id_)
    return _delivery_view(session.connection().execute(query).one())


def send_test(session: Session, id_: int, *, by: Caller, now: datetime) -> DeliveryView:
    """Queue a test. Raises NotFound, Conflict (disabled)."""
    hook = _active(session, id_, by)
    return _one_delivery(session, deliveries.queue_test(session, hook.id, now=now))


def redeliver(
    session: Session, id_: int, delivery: int, *, by: Caller, now: datetime
) -> DeliveryView:
    """Try one delivery once more. Raises NotFound, Conflict (disabled)."""
    hook = _active(session, id_, by)
    row = session.get(WebhookDelivery, delivery)
    if row is None or row.webhook_id != hook.id:
        raise no_such("delivery")
    deliveries.deliver_again(session, row, now=now)
    session.flush()
    return _one_delivery(session, delivery)


def replay(
    session: Session, id_: int, form: ReplayForm, *, by: Caller, now: datetime
) -> QueuedView:
    """Tell again all that changed in a period. Raises NotFound, Conflict (disabled), Invalid."""
    hook, connection = _active(session, id_, by), session.connection()
    first = _number_at(connection, max(form.since, now - outbox.KEPT))
    last = _number_at(connection, min(form.until or now, now)) - 1
    if last - first >= MOST_REPLAYED:
        vi, en = (
            "Khoảng thời gian có hơn 10.000 thay đổi; vui lòng chọn ngắn hơn.",
            ("More than 10,000 changes are in this period; choose a shorter one."),
        )
        raise field_invalid("until", vi, en)
    return QueuedView(deliveries.queue_again(session, hook, first, last, now=now))


def _number_at(connection: Connection, at: datetime) -> int:
    """Return the number of the first change that was recorded at a time or later.

    Numbers are in the order of commits, and so in that of time within seconds.
    """
    recorded = select(col(StageChange.recorded_at))

    def is_later(place: int) -> bool:
        row = connection.execute(recorded.where(col(StageChange.number) == place)).first()
        return row is not None and row.recorded_at >= at

    return bisect_left(range(1, outbox.last_number(connection) + 1), x=True, key=is_later) + 1


def _active(session: Session, id_: int, by: Caller) -> Webhook:
    hook = found(session, id_, by)
    if hook.disabled_at:
        raise Conflict(
            "webhook-disabled",
            "Webhook này đang tắt. Vui lòng bật lại trước.",
            "This webhook is disabled. Enable it first.",
        )
    return hook
