"""After a breach: whose data, which fields, which hours; the 72-hour clock, a paper, a list.

What is asked for stands in the address: times, and a sign-in name, a key or an office's code.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from postal_tracker import spreadsheets
from postal_tracker.access import refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import Invalid
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.forms import field_invalid
from postal_tracker.views.breach import TO_TELL, Asked, BreachView, breach
from postal_tracker.web.html.forms import prefilled
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.files import TABLES, saved
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/admin/breach")

_FIELDS = ("discovered", "since", "until", "whose", "which")
_A_PAGE = 100
_MOST_IN_A_FILE = 20_000


@router.get("")
async def show_breach(request: Request, context: AdminContext, cursor: Cursor = None) -> Response:
    return await _page(request, context, "admin/breach.html", cursor or 0, _A_PAGE)


@router.get("/paper")
async def show_paper(request: Request, context: AdminContext) -> Response:
    """Draft what the specialised body is told (form 08)."""
    return await _page(request, context, "admin/breach_paper.html", 0, 1)


@router.get("/list.csv")
async def take_list(request: Request, context: AdminContext) -> Response:
    found = await _read(context, _asked(_given(request, context)), 0, _MOST_IN_A_FILE)
    header = ("dossier", "first", "last", "times", "fields")
    content = spreadsheets.write_csv(header, list(_rows(found)))
    return saved(content, TABLES["csv"], f"breach-{context.house.today():%Y%m%d}.csv")


def _rows(found: BreachView) -> Iterator[Sequence[Any]]:
    for one in found.items:
        yield one.code, one.first, one.last, one.times, " ".join(one.fields)


def _given(request: Request, context: RequestContext) -> dict[str, str]:
    refuse_part(context.scope)
    asked = request.query_params
    return {name: asked[name].strip()[:80] for name in _FIELDS if asked.get(name, "").strip()}


async def _page(
    request: Request, context: RequestContext, template: str, cursor: int, limit: int
) -> Response:
    given, found, problem = _given(request, context), None, None
    discovered = _moment(given.get("discovered", "")) or context.now
    try:
        found = await _read(context, _asked(given), cursor, limit) if given else None
    except Invalid as fault:
        problem = fault
    return show(
        request,
        template,
        context=context,
        sent=prefilled(**given),
        problem=problem,
        found=found,
        given=given,
        discovered=discovered,
        tell_by=discovered + TO_TELL,
    )


async def _read(context: RequestContext, asked: Asked, cursor: int, limit: int) -> BreachView:
    """Return whose data were seen; that it was looked up is written first, or it is not shown."""
    context.saw([], detail=f"breach of {asked.whose}", what=Audited.AUDIT_READ)
    await context.house.audit.settle()
    read = partial(breach, asked=asked, scope=context.scope, cursor=cursor, limit=limit)
    return await context.house.database.read(read, slow=True)


def _asked(given: dict[str, str]) -> Asked:
    """Return what is asked for. Raises Invalid."""
    since, until = (_moment(given.get(name, "")) for name in ("since", "until"))
    if since is None or until is None or until <= since:
        raise field_invalid(
            "until" if since else "since",
            "Vui lòng chọn lúc bắt đầu và lúc kết thúc.",
            "Choose the period: from when until when.",
        )
    whose = given.get("whose", "all")
    if whose not in ("account", "key", "office"):
        return Asked(since, until)
    return Asked(since, until, whose, given.get("which", ""))  # type: ignore[arg-type]  # as above


def _moment(text: str) -> datetime | None:
    """Return a moment as a browser sends it, in Vietnam's time; of what is none nothing."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        return None
