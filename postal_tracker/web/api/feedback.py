"""The hotline for programs: a citizen's word comes in, and the desk answers it."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request
from sqlmodel import Session

from postal_tracker.access import Role
from postal_tracker.core.feedback import FeedbackKind, FeedbackState
from postal_tracker.desks import feedback
from postal_tracker.desks.feedback import FeedbackActForm, FeedbackForm, OpenedView
from postal_tracker.forms import TrackForm, read_as
from postal_tracker.views.feedback import FeedbackPage, FeedbackView
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import (
    ClerkContext,
    ClerkOrManagerContext,
    admit,
    house_of,
    wants_in,
)
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.lookups import find_by_token, look_up
from postal_tracker.web.http.reading import feedback_page, read_feedback

router = api_router("feedback", below="/feedback")

Number = Annotated[str, Path(max_length=30, description="The feedback's number.")]


@router.post("", status_code=201, responses={**CREATED, **documented(404, 409, 429)})
async def open_feedback(form: FeedbackForm, request: Request, creating: Creating) -> OpenedView:
    """Take in a complaint, a question, or that a result has not come.

    Without a key it takes the proof that the dossier is one's own: `code` and `phone_last4`, or the
    receipt's `token`. A desk's key names the dossier, a courier's the parcel.
    """
    house, now = house_of(request), house_of(request).now()
    by, code, label = None, "", "citizen"
    if wants_in(request):
        context = await admit(request, [Role.DESK, Role.COURIER])
        by, code, label = context.caller, form.code, context.caller.label
    elif form.token:
        code = (await find_by_token(request, form.token, "link")).code
    else:
        proof = read_as(TrackForm, form.model_dump(include={"code", "phone_last4"}))
        code = (await look_up(request, proof)).code

    def command(session: Session) -> dict[str, str]:
        opened = feedback.open_feedback(
            session, code, form, by=by, calendar=house.calendar, now=now
        )
        return {**asdict(opened), "answer_by": opened.answer_by.isoformat()}

    told = await creating.once_by(house, label, now, command)
    return OpenedView(told["number"], datetime.fromisoformat(told["answer_by"]))


@router.get("")
async def list_feedback(
    context: ClerkOrManagerContext,
    state: Annotated[FeedbackState | None, Query(description="Only what stands so.")] = None,
    kind: Annotated[FeedbackKind | None, Query(description="Only of this kind.")] = None,
    overdue: Annotated[bool, Query(description="Only what is over its time.")] = False,
    mine: Annotated[bool, Query(description="Only one's own.")] = False,
    cursor: Annotated[str | None, Query(max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FeedbackPage:
    """List complaints and questions, the newest first; what is overdue, the longest first."""
    return await context.house.database.read(
        lambda s: feedback_page(
            s,
            context,
            state or "",
            kind or "",
            overdue=overdue,
            mine=mine,
            limit=limit,
            cursor=cursor,
        )
    )


@router.get("/{number}", responses=documented(404))
async def show_feedback(number: Number, context: ClerkOrManagerContext) -> FeedbackView:
    """Show one with what was said and what was done about it. Personal data."""
    return await read_feedback(context, number)


@router.post("/{number}/acts", responses=documented(404, 409))
async def act_on_feedback(
    number: Number, form: FeedbackActForm, context: ClerkContext
) -> FeedbackView:
    """Take, assign, forward, answer or close it; settle what it disputes, grant what it asks."""
    house, by, now = context.house, context.caller, context.now
    calendar, required_for = house.calendar, house.people_required_for
    await house.database.write(
        lambda s: feedback.act_on_feedback(
            s, number, form, by=by, calendar=calendar, required_for=required_for, now=now
        )
    )
    return await read_feedback(context, number)
