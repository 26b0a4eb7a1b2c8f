"""Dossiers for programs: registered, listed, shown, acted on."""

import re
from typing import Annotated, Any

from fastapi import Header, Query, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import KeyScope
from postal_tracker.core.problems import Conflict, Unconditional
from postal_tracker.desks import acts, correcting, doubles, lodged_elsewhere, registration
from postal_tracker.forms import ActForm, CorrectionForm, DossierForm, SearchForm
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
from postal_tracker.web.http.reading import read_dossier

router = api_router("dossiers")

_THERE: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is there already, with the same code and data."}
}


@router.post("/dossiers", status_code=201, responses={**_THERE, **CREATED, **documented(409)})
async def register_dossier(
    form: DossierForm, context: ClerkOrProgramContext, creating: Creating, response: Response
) -> views.DossierView:
    """Take a dossier in.

    If one of the same person, procedure and day is there, `flags` names it `possible_double`. The
    procedure may be named by its national code. A key with the scope `registration` that sends a
    code again with the same data gets the dossier that is there (200); with other data, 409.
    """

    def command(session: Session) -> dict[str, Any]:
        calendar = context.house.calendar
        code = registration.register(
            session,
            lodged_elsewhere.in_our_codes(session, form, now=context.now),
            by=context.caller,
            calendar=calendar,
            now=context.now,
            on_doubles=doubles.flag,
        )
        return {"code": code}

    try:
        made = await creating.once(context, command)
    except Conflict as taken:
        if taken.slug != "dossier-code-taken" or not await _is_there(context, form):
            raise
        made, response.status_code = {"code": form.code}, 200
    return await read_dossier(context, made["code"])


async def _is_there(context: RequestContext, form: DossierForm) -> bool:
    """Tell whether this dossier is there already; not to who sees no person: he could try out."""
    if not (form.code and KeyScope.REGISTRATION in context.caller.scopes):
        return False
    scope, now = context.scope, context.now
    return await context.house.database.read(
        lambda s: lodged_elsewhere.is_there(s, form, scope=scope, now=now)
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
    back: bool = False,
    limit: Limit = 50,
) -> views.DossierPage:
    """List dossiers, newest first; `q` finds code, tracking number, name or phone.

    Addresses are written into many logs: search by names and telephones with `POST …/search`.
    """
    wanted = views.Filter(
        stage=stage,
        authority=authority,
        office=office,
        holder=holder,
        overdue=overdue,
        q=q,
        cursor=cursor,
        back=back,
        limit=limit,
    )
    return await _listed(context, wanted)


@router.post("/dossiers/search")
async def search_dossiers(form: SearchForm, context: StaffContext) -> views.DossierPage:
    """List dossiers like the list itself, with no name or telephone in an address."""
    return await _listed(context, views.Filter(**form.model_dump()))


async def _listed(context: RequestContext, wanted: views.Filter) -> views.DossierPage:
    house, today = context.house, context.house.today()
    page = await house.database.read(
        lambda s: views.dossiers(
            s, wanted, scope=context.scope, today=today, titles=house.titles, lang=context.lang
        ),
        slow=True,
    )
    context.saw(["name"], dossiers=(one.code for one in page.items), detail=wanted.kinds())
    return page


_TAGGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "ETag": {
                "description": "What `If-Match` of a correction names; it changes with whatever a "
                "desk does with the dossier, but for taking an entry back.",
                "schema": {"type": "string"},
            }
        }
    }
}


@router.get("/dossiers/{code}", responses={**_TAGGED, **documented(404)})
async def show_dossier(
    code: CodeInPath, context: StaffContext, response: Response
) -> views.DossierView:
    """Show one dossier: who holds it, where, since when, and everything that happened to it."""
    return await _tagged(context, code.upper()[:60], response)


async def _tagged(context: RequestContext, code: str, response: Response) -> views.DossierView:
    dossier = await read_dossier(context, code)
    response.headers["ETag"] = f'"{dossier.version}"'
    return dossier


IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=500,
        description="The ETag of the dossier as it was read last; `*` corrects it as it stands.",
    ),
]


@router.patch("/dossiers/{code}", responses={**_TAGGED, **documented(404, 412, 428)})
async def correct_dossier(
    code: CodeInPath,
    form: CorrectionForm,
    context: ClerkContext,
    response: Response,
    if_match: IfMatch = "",
) -> views.DossierView:
    """Put right what was taken down. What is so already is answered as done, however often sent."""
    plain, versions = code.upper()[:60], _versions(if_match)
    house = context.house
    await house.database.write(
        lambda s: correcting.correct(
            s,
            plain,
            form,
            versions=versions,
            by=context.caller,
            calendar=house.calendar,
            now=context.now,
        )
    )
    return await _tagged(context, plain, response)


def _versions(if_match: str) -> frozenset[int] | None:
    """Return the versions that a caller names (RFC 9110, 13.1.1); None for any."""
    if not if_match.strip():
        raise Unconditional(
            "if-match-missing",
            "Vui lòng đọc hồ sơ rồi gửi kèm If-Match với ETag của lần đọc đó.",
            "Read the dossier, then send its ETag as If-Match.",
        )
    if if_match.strip() == "*":
        return None
    tags = (tag.strip() for tag in if_match.split(","))
    return frozenset(int(tag[1:-1]) for tag in tags if _TAG.fullmatch(tag))


_TAG = re.compile(r'"[0-9]{1,16}"', re.ASCII)


@router.get("/dossiers/{code}/history", responses=documented(404))
async def show_corrections(code: CodeInPath, context: StaffContext) -> views.CorrectionPage:
    """Show what was corrected in a dossier, by whom and why, the oldest first."""
    plain = code.upper()[:60]
    page = await context.house.database.read(
        lambda s: views.corrections(s, plain, scope=context.scope)
    )
    seen = {change.field for one in page.items for change in one.changes}
    context.saw([*sorted(seen), "reason"], dossiers=[plain])
    return page


@router.post("/dossiers/{code}/acts", responses=documented(404, 409))
async def act_on_dossier(
    code: CodeInPath, form: ActForm, context: ClerkContext
) -> views.DossierView:
    """Do what a desk does with a dossier; `strike_out` takes an entry of the timeline back."""
    plain = code.upper()[:60]
    who, calendar, now = context.caller, context.house.calendar, context.now
    await context.house.database.write(
        lambda s: acts.act(s, plain, form, by=who, calendar=calendar, now=now)
    )
    return await read_dossier(context, plain)
