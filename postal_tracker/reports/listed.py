"""Lists as rows of a file: what their filters show, or what was chosen from them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.reports.pages import Report
from postal_tracker.views import parcel_lists, worklists
from postal_tracker.views.parcel_lists import ListedParcel, ParcelFilter
from postal_tracker.views.standing import DossierSummary


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One dossier, as the list shows it."""

    code: str
    applicant_name: str | None
    procedure: str
    """Its name."""
    authority: str
    """Its name."""
    office: str
    """Its code."""
    stage: Stage
    holder: Holder
    holder_name: str
    """The office's, carrier's or authority's; a citizen is not named."""
    place: str
    since: datetime
    received_at: datetime
    due_on: date


def listed(
    session: Session,
    wanted: views.Filter,
    *,
    scope: Scope,
    today: date,
    titles: Mapping[str, str],
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return a page of the dossiers that a list shows. Raises Invalid."""
    part = replace(wanted, cursor=cursor, back=False, limit=limit)
    page = views.dossiers(session, part, scope=scope, today=today, titles=titles, lang=lang)
    count = views.Count(page.count, page.is_more)
    return Report(ListedRow, [_row(one) for one in page.items], page.next_cursor, count)


def _row(one: DossierSummary) -> ListedRow:
    return ListedRow(
        code=one.code,
        applicant_name=one.applicant_name,
        procedure=one.procedure.name,
        authority=one.authority.name,
        office=one.office,
        stage=one.stage,
        holder=one.location.holder,
        holder_name=one.location.name,
        place=one.location.place,
        since=one.location.since,
        received_at=one.received_at,
        due_on=one.due_on,
    )


def listed_parcels(session: Session, wanted: ParcelFilter, *, scope: Scope) -> Report:
    """Return a page of the parcels that a list shows. Raises Invalid."""
    page = parcel_lists.parcels(session, wanted, scope=scope)
    return Report(ListedParcel, page.items, page.next_cursor, page.count)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One carrier's message without a home. What it says stays here: it may name somebody."""

    message: int
    """Its number."""
    carrier: str
    received_at: datetime
    problem_text: str
    waits_for: str
    """Numbers of parcels that it tells of and that nobody has made."""
    erased_at: datetime | None


def unmatched_messages(
    session: Session,
    state: str,
    *,
    scope: Scope,
    carrier: str,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return a page of the messages in a state. Raises Forbidden."""
    page = views.messages(
        session,
        state,
        scope=scope,
        carrier=carrier,
        cursor=int(cursor) if cursor else None,
        limit=limit,
        lang=lang,
    )
    rows = [
        MessageRow(
            one.id,
            one.carrier,
            one.received_at,
            one.problem_text,
            ", ".join(one.waits_for),
            one.erased_at,
        )
        for one in page.items
    ]
    return Report(MessageRow, rows, page.next_cursor, views.Count(page.count, page.is_more))


def handover_lists(
    session: Session,
    days: tuple[date, date],
    *,
    scope: Scope,
    signed: bool | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return a page of the handover lists made on these days. Raises Invalid (the cursor)."""
    items, further = worklists.lists_of_days(
        session, days, scope=scope, signed=signed, limit=limit, cursor=cursor
    )
    return Report(worklists.HandoverSummaryView, items, further)
