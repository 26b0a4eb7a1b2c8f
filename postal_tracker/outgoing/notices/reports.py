"""What gateways report of messages later on: who may report, and what it says."""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from postal_tracker.core.notices import ToldBy
from postal_tracker.outgoing.notices import sms, zalo
from postal_tracker.outgoing.notices.outcomes import Report
from postal_tracker.outgoing.notices.settling import report
from postal_tracker.outgoing.notices.setup import Setup
from postal_tracker.settings import NoticeSettings

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Report | None]] = {
    ToldBy.SMS: sms.read_report,
    ToldBy.ZALO: zalo.read_report,
}

SHORTEST_SECRET = 16


def may_report(settings: NoticeSettings, channel: str, secret: str) -> bool:
    """Tell whether an address is that at which a channel reports."""
    secrets = {ToldBy.SMS: settings.sms.report_secret, ToldBy.ZALO: settings.zalo.report_secret}
    right = secrets[ToldBy(channel)].get_secret_value() if channel in _READERS else ""
    is_right = hmac.compare_digest(right.encode(), secret.encode())
    return is_right and len(right) >= SHORTEST_SECRET


def read(channel: str, body: bytes) -> Report | None:
    """Return what a body reports; None: nothing that we keep."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return _READERS[channel](told) if isinstance(told, dict) else None


def keep(session: Session, channel: str, one: Report, *, setup: Setup, now: datetime) -> None:
    """Keep a report; of a message that is not ours nothing is kept."""
    report(
        session,
        ToldBy(channel),
        one.reference,
        is_delivered=one.is_delivered,
        setup=setup,
        now=now,
    )
