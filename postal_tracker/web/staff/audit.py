"""The audit log as a page: who did what, and who has seen a dossier."""

from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from postal_tracker import views
from postal_tracker.access.audit import Audited, AuditFilter
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.views import worklists
from postal_tracker.web.html.forms import plain_code, prefilled
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import read_audit
from postal_tracker.web.http.auth import ManagerOrAdminContext
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/audit")

_ASKED = ("dossier", "who", "what", "from", "to")
_A_PAGE = 50


@router.get("")
async def show_audit(
    request: Request, context: ManagerOrAdminContext, cursor: Cursor = None
) -> Response:
    asked = {name: request.query_params.get(name, "").strip()[:80] for name in _ASKED}
    what = asked["what"] if asked["what"] in list(Audited) else ""
    wanted = AuditFilter(
        plain_code(asked["dossier"]),
        asked["who"],
        what,
        _midnight(asked["from"]),
        _midnight(asked["to"]),
        cursor,
        _A_PAGE,
    )
    page = await read_audit(context, wanted, "page")
    labels = {entry.who for entry in page.items}
    names = await context.house.database.read(lambda s: worklists.names_of(s, labels))
    kept = {name: text for name, text in asked.items() if text}
    return show(
        request,
        "desk/audit.html",
        context=context,
        sent=prefilled(**kept),
        page=page,
        count=views.Count(page.count, page.is_more),
        names=names,
        kinds=[kind.value for kind in Audited],
        file=f"/api/v1/audit?{urlencode(_for_programs(wanted))}&format=",
    )


def _midnight(day: str) -> datetime | None:
    """Return the moment at which a day begins here; of what is no day nothing."""
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def _for_programs(wanted: AuditFilter) -> dict[str, str]:
    told = {
        "dossier": wanted.dossier,
        "who": wanted.who,
        "what": wanted.what,
        "from": wanted.since.isoformat() if wanted.since else "",
        "to": wanted.until.isoformat() if wanted.until else "",
    }
    return {name: text for name, text in told.items() if text}
