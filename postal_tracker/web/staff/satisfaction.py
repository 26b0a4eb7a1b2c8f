"""What citizens thought of it, for those who are to make it better."""

from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request, Response

from postal_tracker import reports
from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.readers import month_of, satisfaction_of
from postal_tracker.reports.satisfaction import FROM_ANSWERS, Group, texts
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import saw_report
from postal_tracker.web.http.auth import ManagerContext

router = APIRouter(prefix="/desk/reports")


@router.get("/satisfaction")
async def show_satisfaction(
    request: Request,
    context: ManagerContext,
    month: Annotated[str, Query(max_length=10)] = "",
    by: Group = "office",
) -> Response:
    house = context.house
    read = satisfaction_of(house, context.lang, month, by, scope=context.scope)
    first = month_of(house, month)
    report = await house.database.read(lambda s: read(s, None, reports.MOST_LISTED), slow=True)
    written = await house.database.read(lambda s: texts(s, scope=context.scope, month=first))
    saw_report(context, report, "satisfaction")
    header, rows = reports.as_rows(report, context.lang)
    return show(
        request,
        "desk/satisfaction.html",
        context=context,
        columns=list(HEADINGS[report.of]),
        header=header,
        rows=rows,
        texts=written,
        month=f"{first:%Y-%m}",
        by=by,
        groups=get_args(Group),
        least=FROM_ANSWERS,
    )
