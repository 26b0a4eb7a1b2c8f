"""Form II.06a/VPCP/KSTT (Circular 01/2020/TT-VPCP): how procedures were settled in a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import case
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Channel
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import (
    FATES,
    By,
    Column,
    Period,
    counted,
    fate_column,
    names,
)
from postal_tracker.storage.tables import Dossier

CAME = ("received_online", "received_direct", "carried_over")
"""How a dossier came into the period: columns 4, 5 (at the desk and by post) and 6."""

_ONLINE, _DIRECT, CARRIED_OVER = range(len(CAME))

TOTAL = "total"
"""The key of the last row."""


@dataclass(slots=True)
class Ii06aRow:
    """One row of the form: columns 3 to 13. Always 3 = 4 + 5 + 6 = 7 + 11."""

    key: str
    """The code of the office or authority, the field; of the last row: `total`."""
    name: str
    dossiers: str
    """Where the dossiers behind it are listed; `column` narrows the list down."""
    received: int = 0
    """Column 3: those of the period and those carried over."""
    received_online: int = 0
    received_direct: int = 0
    """At the desk, and by the public postal service."""
    carried_over: int = 0
    """Received before the period, and not settled when it began."""
    settled: int = 0
    """Column 7."""
    settled_early: int = 0
    settled_on_time: int = 0
    """Also what was refused, withdrawn or stopped, and what waits for papers asked for in time."""
    settled_late: int = 0
    open: int = 0
    """Column 11."""
    open_in_time: int = 0
    open_late: int = 0

    def add(self, came: str, fate: str, n: int) -> None:
        half = "settled" if fate.startswith("settled") else "open"
        for name in ("received", came, half, fate):
            setattr(self, name, getattr(self, name) + n)


def ii06a(session: Session, period: Period, by: By, *, scope: Scope, lang: Lang) -> Report:
    """Return the form's rows, one for each field, office or authority, and their total."""
    found = counted(session, period, by, scope, *form_columns(period))
    return make_form(session, period, by, found, lang)


def form_columns(period: Period) -> Sequence[Column]:
    """Return by what `make_form` tells dossiers apart."""
    return fate_column(period), Column("came", len(CAME), lambda _: came(period))


def make_form(session: Session, period: Period, by: By, found: Iterable[Any], lang: Lang) -> Report:
    """Return the form of dossiers that were counted."""
    known = names(session, by, lang)
    rows: dict[str, Ii06aRow] = {}
    for one in found:
        key, name = known[one.of]
        row = rows.setdefault(key, Ii06aRow(key, name, behind(period, by, key)))
        row.add(CAME[one.came], FATES[one.fate], one.n)
    total = Ii06aRow(TOTAL, pick(_TOTAL, lang), behind(period, by, TOTAL))
    for row in rows.values():
        for field in fields(Ii06aRow)[3:]:
            setattr(total, field.name, getattr(total, field.name) + getattr(row, field.name))
    return Report(Ii06aRow, [*(rows[key] for key in sorted(rows)), total])


def behind(period: Period, by: By, key: str) -> str:
    """Return the address of the list of dossiers behind a row."""
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return f"/api/v1/reports/ii06a/dossiers?{urlencode({**days, 'by': by, 'key': key})}"


_TOTAL = ("Tổng số", "Total")


def came(period: Period) -> Any:
    """Return the place in CAME of a dossier."""
    return case(
        (col(Dossier.received_at) < period.since, CARRIED_OVER),
        (col(Dossier.channel) == Channel.ONLINE.value, _ONLINE),
        else_=_DIRECT,
    )
