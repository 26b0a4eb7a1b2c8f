"""Dossiers for programs: registered, listed, shown, acted on."""

from typing import Annotated, Any

from fastapi import Query
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.desks import acts, registration
from postal_tracker.forms import ActForm, DossierForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import (
    ClerkContext,
    ClerkOrProgramContext,
    RequestContext,
    StaffContext,
)
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import (
    Code,
    CodeInPath,
    Cursor,
    HolderQuery,
    Limit,
    StageQuery,
)

router = api_router("dossiers")


@router.post("/dossiers", status_code=201, responses={**CREATED, **documented(409)})
async def register_dossier(
    form: DossierForm, context: ClerkOrProgramContext, creating: Creating
) -> views.DossierView:
    """Take a dossier in."""

    def command(session: Session) -> dict[str, Any]:
        calendar = context.house.calendar
        code = registration.register(
            session, form, by=context.caller, calendar=calendar, now=context.now
        )
        return {"code": code}

    made = await creating.once(context, command)
    return await _dossier(context, made["code"])


async def _dossier(context: RequestContext, code: str) -> views.DossierView:
    house = context.house
    today = house.today()
    return await house.database.read(
        lambda s: views.dossier(s, code, today=today, titles=house.titles, lang=context.lang)
    )


@router.get("/dossiers")
async def list_dossiers(
    context: StaffContext,
    stage: StageQuery = "",
    authority: Code = "",
    office: Code = "",
    holder: HolderQuery = "",
    q: Annotated[str, Query(max_length=200)] = "",
    overdue: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> views.DossierPage:
    """List dossiers, newest first; `q` finds code, tracking number, name or phone."""
    wanted = views.Filter(
        stage=stage,
        authority=authority,
        office=office,
        holder=holder,
        overdue=overdue,
        q=q,
        cursor=cursor,
        limit=limit,
    )
    house, today = context.house, context.house.today()
    return await house.database.read(
        lambda s: views.dossiers(s, wanted, today=today, titles=house.titles, lang=context.lang),
        slow=True,
    )


@router.get("/dossiers/{code}", responses=documented(404))
async def show_dossier(code: CodeInPath, context: StaffContext) -> views.DossierView:
    """Show one dossier: who holds it, where, since when, and everything that happened to it."""
    return await _dossier(context, code.upper()[:60])


@router.post("/dossiers/{code}/acts", responses=documented(404, 409))
async def act_on_dossier(
    code: CodeInPath, form: ActForm, context: ClerkContext
) -> views.DossierView:
    """Do what a desk does with a dossier; `strike_out` takes an entry of the timeline back."""
    plain = code.upper()[:60]
    await context.house.database.write(
        lambda s: acts.act(s, plain, form, by=context.caller, now=context.now)
    )
    return await _dossier(context, plain)
