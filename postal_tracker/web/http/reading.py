"""What pages and programs read alike; that a person's data were seen is written down."""

from sqlmodel import Session

from postal_tracker import access, views
from postal_tracker.reports.worklist import Asked, WorkPage, worklist
from postal_tracker.views.feedback import (
    FeedbackPage,
    FeedbackView,
    WantedFeedback,
    feedback,
    feedback_list,
)
from postal_tracker.web.http.auth import RequestContext


async def read_dossier(context: RequestContext, code: str) -> views.DossierView:
    """Return a dossier as its code names it. Raises NotFound."""
    house, today = context.house, context.house.today()
    dossier = await house.database.read(
        lambda s: views.dossier(
            s,
            code,
            scope=context.scope,
            today=today,
            titles=house.titles,
            lang=context.lang,
            calendar=house.calendar,
        )
    )
    context.saw(views.fields_of(dossier), dossiers=[dossier.code])
    return dossier


async def read_feedback(context: RequestContext, number: str) -> FeedbackView:
    """Return what a citizen told the hotline. Raises NotFound."""
    scope, now, lang = context.scope, context.now, context.lang
    found = await context.house.database.read(
        lambda s: feedback(s, number, scope=scope, now=now, lang=lang)
    )
    context.saw(["feedback"], dossiers=[found.dossier])
    return found


def feedback_page(
    session: Session,
    context: RequestContext,
    state: str,
    kind: str,
    *,
    overdue: bool,
    mine: bool,
    limit: int,
    cursor: str | None,
) -> FeedbackPage:
    """Return a page of what citizens told the hotline. Raises Invalid (the cursor)."""
    owner = access.username_of(session, context.caller) if mine else ""
    wanted = WantedFeedback(state, kind, overdue, owner)
    scope, now, lang = context.scope, context.now, context.lang
    return feedback_list(
        session, wanted, scope=scope, now=now, lang=lang, cursor=cursor, limit=limit
    )


async def read_worklist(
    context: RequestContext, asked: Asked, *, limit: int, cursor: str | None
) -> WorkPage:
    """Return a page of what needs somebody. Raises Invalid (the cursor)."""
    house, scope, now, lang = context.house, context.scope, context.now, context.lang
    return await house.database.read(
        lambda s: worklist(
            s, house, asked, scope=scope, now=now, lang=lang, limit=limit, cursor=cursor
        ),
        slow=True,
    )
