"""The audit log in the terminal: who did what, and who has seen a dossier."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, AuditFilter, Note
from postal_tracker.commands.noted import WHO, keep
from postal_tracker.commands.terminal import AsJson, opened, show

_DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

Since = Annotated[datetime | None, typer.Option("--from", formats=_DAYS, help="UTC, included.")]
Until = Annotated[datetime | None, typer.Option("--to", formats=_DAYS, help="UTC, not included.")]


def audit_log(
    dossier: Annotated[str, typer.Option(help="Who has seen this dossier: its code.")] = "",
    who: Annotated[str, typer.Option(help="An account or key, such as staff:3.")] = "",
    what: Annotated[Audited | None, typer.Option(help="One kind of entry.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="The newest so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show who did what and who looked at whose data, the newest first.

    That it was read is written down, too.
    """
    begin, end = (day.replace(tzinfo=UTC) if day else None for day in (since, until))
    wanted = AuditFilter(dossier.strip().upper(), who, what or "", begin, end, None, limit)
    with opened() as house:
        house.database.write_now(partial(keep, told=_reading(wanted, house.now())))
        page = house.database.read_now(partial(audit.entries, wanted=wanted))
    show([_row(entry) for entry in page.items], as_json=as_json)


def _reading(wanted: AuditFilter, now: datetime) -> Note:
    detail = f"command by {kinds}" if (kinds := wanted.kinds()) else "command"
    return Note(Audited.AUDIT_READ, now, who=WHO, dossiers=wanted.about(), detail=detail)


def _row(entry: audit.AuditView) -> dict[str, object]:
    return {
        "at": entry.at,
        "what": entry.what.value,
        "who": entry.who,
        "dossiers": " ".join(entry.dossiers),
        "fields": " ".join(entry.fields),
        "from": entry.network,
        "detail": entry.detail,
        "many": entry.many,
    }
