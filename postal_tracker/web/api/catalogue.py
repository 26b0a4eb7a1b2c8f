"""What dossiers rest on, for programs: offices, authorities, procedures."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Query
from sqlmodel import Session

from postal_tracker.access import refuse_part
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.catalogue import Group
from postal_tracker.desks.imports import Kind, single
from postal_tracker.desks.imports.single import (
    AuthorityChange,
    AuthorityForm,
    OfficeChange,
    OfficeForm,
    ProcedureChange,
    ProcedureForm,
)
from postal_tracker.forms import Form
from postal_tracker.views import listed
from postal_tracker.views.listed import (
    AuthorityPage,
    AuthorityView,
    OfficePage,
    OfficeView,
    ProcedurePage,
    ProcedureView,
    Wanted,
)
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import changed_settings
from postal_tracker.web.http.auth import AdminContext, AnyCallerContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import Cursor, Limit

router = api_router("catalogue")

PageT = TypeVar("PageT")

Words = Annotated[
    str, Query(max_length=200, description="Words of the code or name, with or without marks.")
]
GroupQuery = Annotated[
    Group | None, Query(description="Only what authorities of this branch decide.")
]


def _wanted(q: Words = "", cursor: Cursor = None, limit: Limit = 50) -> Wanted:
    return Wanted(q=q, cursor=cursor, limit=limit)


def _wanted_of(
    q: Words = "",
    group: GroupQuery = None,
    field: Annotated[str, Query(max_length=200, description="Only of this field.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Wanted:
    return Wanted(q=q, cursor=cursor, limit=limit, group=group or "", field=field)


Part = Annotated[Wanted, Depends(_wanted)]
PartOf = Annotated[Wanted, Depends(_wanted_of)]


@router.get("/offices")
async def list_offices(context: AnyCallerContext, wanted: Part) -> OfficePage:
    """List the offices where dossiers come in or came in, and who took over from whom."""
    read = context.house.database.read
    return await read(lambda s: listed.offices(s, wanted, context.lang), slow=True)


@router.get("/authorities")
async def list_authorities(context: AnyCallerContext, wanted: Part) -> AuthorityPage:
    """List the authorities that decide."""
    read = context.house.database.read
    return await read(lambda s: listed.authorities(s, wanted, context.lang), slow=True)


@router.get("/procedures")
async def list_procedures(context: AnyCallerContext, wanted: PartOf) -> ProcedurePage:
    """List what can be asked for: how, of whom, within which time, with which papers."""
    read = context.house.database.read
    return await read(lambda s: listed.procedures(s, wanted, context.lang), slow=True)


async def _added(context: AdminContext, creating: Creating, kind: Kind, form: Form) -> str:
    refuse_part(context.scope)

    def command(session: Session) -> dict[str, Any]:
        return {"code": single.add(session, kind, form.model_dump(exclude_unset=True))}

    code = (await creating.once(context, command))["code"]
    if not creating.is_replayed:
        changed_settings(context, f"{kind.value} {code} added")
    return str(code)


async def _changed(context: AdminContext, kind: Kind, code: str, form: Form) -> None:
    refuse_part(context.scope)
    told = form.model_dump(exclude_unset=True)
    await context.house.database.write(lambda s: single.change(s, kind, code, told))
    changed_settings(context, f"{kind.value} {code} changed: {', '.join(sorted(told))}")


async def _seen(
    context: AdminContext, page: Callable[[Session, Wanted, Lang], PageT], code: str
) -> PageT:
    """Return one of the catalogue as its list shows it."""
    wanted, lang = Wanted(code=code), context.lang
    return await context.house.database.read(lambda s: page(s, wanted, lang))


_ADDED: dict[str, Any] = {"status_code": 201, "responses": {**CREATED, **documented(409)}}
_CHANGED: dict[str, Any] = {"responses": documented(404)}
Code = Annotated[str, Path(min_length=1, max_length=30)]


@router.post("/offices", **_ADDED)
async def add_office(form: OfficeForm, context: AdminContext, creating: Creating) -> OfficeView:
    """Add an office where dossiers come in."""
    code = await _added(context, creating, Kind.OFFICES, form)
    return (await _seen(context, listed.offices, code)).items[0]


@router.patch("/offices/{code}", **_CHANGED)
async def change_office(code: Code, form: OfficeChange, context: AdminContext) -> OfficeView:
    """Change an office; what is left out stays."""
    await _changed(context, Kind.OFFICES, code, form)
    return (await _seen(context, listed.offices, code)).items[0]


@router.post("/authorities", **_ADDED)
async def add_authority(
    form: AuthorityForm, context: AdminContext, creating: Creating
) -> AuthorityView:
    """Add an authority that decides."""
    code = await _added(context, creating, Kind.AUTHORITIES, form)
    return (await _seen(context, listed.authorities, code)).items[0]


@router.patch("/authorities/{code}", **_CHANGED)
async def change_authority(
    code: Code, form: AuthorityChange, context: AdminContext
) -> AuthorityView:
    """Change an authority; what is left out stays."""
    await _changed(context, Kind.AUTHORITIES, code, form)
    return (await _seen(context, listed.authorities, code)).items[0]


@router.post("/procedures", **_ADDED)
async def add_procedure(
    form: ProcedureForm, context: AdminContext, creating: Creating
) -> ProcedureView:
    """Add what can be asked for."""
    code = await _added(context, creating, Kind.PROCEDURES, form)
    return (await _seen(context, listed.procedures, code)).items[0]


@router.patch("/procedures/{code}", **_CHANGED)
async def change_procedure(
    code: Code, form: ProcedureChange, context: AdminContext
) -> ProcedureView:
    """Change a procedure; with a later `valid_from`, earlier dossiers keep what held before."""
    await _changed(context, Kind.PROCEDURES, code, form)
    return (await _seen(context, listed.procedures, code)).items[0]
