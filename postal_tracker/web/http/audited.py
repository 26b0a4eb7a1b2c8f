"""Reading the audit log: whoever looks is written down, and what was done before is there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from fastapi import Request
from sqlmodel import Session

from postal_tracker import spreadsheets, views
from postal_tracker.access import audit, refuse_part
from postal_tracker.access.audit import Audited, AuditFilter, AuditPage, Note
from postal_tracker.access.trail import tell
from postal_tracker.printing.reservations import LabelRef
from postal_tracker.reports import Report
from postal_tracker.storage.pools import DRAWING
from postal_tracker.web.http.auth import RequestContext, door_of, house_of, seen_from

T = TypeVar("T")

MOST_IN_A_FILE = 20_000
"""Entries; a spreadsheet of more is no longer looked at by people."""


async def read_audit(context: RequestContext, wanted: AuditFilter, form: str) -> AuditPage:
    """Return what is wanted; that it was read is written first, or it is not shown."""
    await _write_first(context, wanted, form)
    page, (n, is_more) = await context.house.database.read(
        lambda s: (audit.entries(s, wanted), views.counted(s, audit.fitting(wanted))), slow=True
    )
    return replace(page, count=n, is_more=is_more)


async def audit_as_file(context: RequestContext, wanted: AuditFilter, kind: str) -> IO[bytes]:
    """Return all that is wanted as CSV or XLSX, of which no more than a page is ever held."""
    await _write_first(context, wanted, kind)
    return await DRAWING.run(_as_file, context, wanted, spreadsheets.PUT[kind])


async def _write_first(context: RequestContext, wanted: AuditFilter, form: str) -> None:
    refuse_part(context.scope)
    detail = f"{form} by {kinds}" if (kinds := wanted.kinds()) else form
    context.saw([], dossiers=wanted.about(), detail=detail, what=Audited.AUDIT_READ)
    await context.house.audit.settle()


def saw_report(context: RequestContext, report: Report, name: str) -> None:
    """Write down whose names a report shows."""
    if named := names_in(report):
        context.saw(["name"], dossiers=named, detail=name)


def saw_export(context: RequestContext, named: Sequence[str], name: str) -> None:
    """Write down that a file was taken away, whoever is in it."""
    fields = ["name"] if named else []
    context.saw(fields, dossiers=named, detail=name, what=Audited.EXPORTED)


def names_in(report: Report) -> list[str]:
    """Return the codes of the dossiers whose applicants a page names, or a clerk's reason may."""
    return [row.code for row in report.items if hasattr(row, "applicant_name") or _may_name(row)]


def _may_name(row: Any) -> bool:
    return bool(getattr(row, "why", None) and row.code)


def saw_labels(context: RequestContext, drawn: Iterable[LabelRef]) -> None:
    """Write down whose names and addresses a file of labels shows."""
    seen = list(drawn)
    parcels = [label.code for label in seen if label.kind == "parcels"]
    dossiers = [label.code for label in seen if label.kind == "dossiers"]
    shown = ("name", "phone", "address")
    if seen:
        context.saw(shown, dossiers=dossiers, parcels=parcels, detail="labels")


def changed_settings(context: RequestContext, detail: str) -> None:
    """Write down what was changed of how the service works, with no name that people gave."""
    context.saw([], detail=detail, what=Audited.SETTINGS)


def saw_messages(context: RequestContext, shown: Sequence[views.MessageView]) -> None:
    """Write down which carriers' messages were seen; of the parcels that they name, whose."""
    for one in shown:
        events = one.events if isinstance(one, views.MessageDetailView) else ()
        told = dict.fromkeys(event.tracking_number for event in events)
        if not one.erased_at:
            context.saw(["body"], parcels=told, detail=f"message {one.id}")


def happened(request: Request, what: Audited, *, who: str = "", detail: str = "") -> Note:
    """Return what is to be written of a request by itself."""
    now, network = house_of(request).now(), seen_from(request)
    return Note(what, now, who=who, network=network, door=door_of(request), detail=detail)


def note_of(context: RequestContext, what: Audited, detail: str) -> Note:
    """Return what is to be written of what the caller does."""
    by, network, door = context.caller.label, context.network, context.door
    return Note(what, context.now, who=by, network=network, door=door, detail=detail)


async def done(
    context: RequestContext, what: Audited, command: Callable[[Session], tuple[T, str]]
) -> T:
    """Run a command and write it down in its transaction; it returns what the entry says, too."""

    def noted(session: Session) -> tuple[T, Note]:
        result, detail = command(session)
        note = note_of(context, what, detail)
        audit.record(session, [note])
        return result, note

    result, note = await context.house.database.write(noted)
    tell(note)
    return result


_HEADER = ("at", "what", "who", "network", "door", "dossiers", "fields", "detail", "many")


def _as_file(context: RequestContext, wanted: AuditFilter, put: spreadsheets.Put) -> IO[bytes]:
    with ExitStack() as unless_done:
        file = unless_done.enter_context(TemporaryFile())
        with Session(context.house.database.at_one_moment()) as session:
            put(file, _HEADER, _rows(session, wanted))
        unless_done.pop_all()
    return file


def _rows(session: Session, wanted: AuditFilter) -> Iterator[Sequence[Any]]:
    page, left = AuditPage([], wanted.cursor), MOST_IN_A_FILE
    while left > 0:
        part = replace(wanted, cursor=page.next_cursor, limit=min(left, _A_PAGE))
        page = audit.entries(session, part)
        for entry in page.items:
            yield (
                *(entry.at, entry.what, entry.who, entry.network, entry.door),
                *(" ".join(entry.dossiers), " ".join(entry.fields), entry.detail, entry.many),
            )
        left = left - len(page.items) if page.next_cursor else 0


_A_PAGE = 1_000
