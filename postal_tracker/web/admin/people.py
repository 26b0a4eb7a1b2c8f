"""People's accounts: opened, changed, closed, and given another one-time address.

An address is shown once, in the answer to the form that made it; no password is ever shown or sent.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import PEOPLE, Role, accounts, audit, invitations, people, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.access.fields import office_id
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.forms import AddressForm, field_invalid, read_as
from postal_tracker.storage.tables import StaffMember
from postal_tracker.views import catalogue
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/admin/people")

Row = Annotated[int, Path(ge=1, le=2**31 - 1)]

Change = Callable[[Session], tuple[StaffMember, str]]
"""Changes an account; returns it and what the audit log says of that."""


@router.get("")
async def show_people(request: Request, context: AdminContext, cursor: Cursor = None) -> Response:
    return await _list(request, context, after=cursor or 0)


@router.post("")
async def add_person(request: Request, context: AdminContext) -> Response:
    """Open an account that waits for its person, and show the address at which he comes in."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)

    def command(session: Session) -> tuple[StaffMember, str]:
        role, office, carrier = _place(session, context, sent)
        member = access.add_staff(
            session,
            username=sent.one("username"),
            name=sent.one("name"),
            role=role,
            carrier=carrier,
            office_id=office,
            email=_email(sent),
            password=None,
            now=context.now,
        )
        return member, f"{member.username} added {role.value}"

    try:
        username, address = await _done(request, context, command)
    except Problem as problem:
        return await _list(request, context, sent, problem)
    return await _list(request, context, invited=username, address=address)


@router.post("/sessions")
async def end_all_sessions(request: Request, context: AdminContext) -> Response:
    """Sign everybody else out everywhere, as after a key or a computer was stolen."""
    refuse_part(context.scope)
    await form_of(request, context.caller)
    told = happened(request, Audited.ACCOUNT, who=context.caller.label, detail="all sessions ended")

    def command(session: Session) -> None:
        people.end_all_sessions(session, by=context.caller)
        audit.record(session, [told])

    await context.house.database.write(command)
    tell(told)
    return go(request, "/desk/admin/people", done="all_sessions_ended")


@router.get("/{staff_id}")
async def show_person(staff_id: Row, request: Request, context: AdminContext) -> Response:
    return await _one(request, context, staff_id)


@router.post("/{staff_id}")
async def change_person(staff_id: Row, request: Request, context: AdminContext) -> Response:
    """Do what the button that was pressed says, such as change, disable or reset."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)
    do = sent.one("do")
    try:
        username, address = await _done(request, context, _asked(context, sent, staff_id, do))
    except Problem as problem:
        return await _one(request, context, staff_id, sent, problem)
    if do == "reset":
        return await _one(request, context, staff_id, invited=username, address=address)
    return go(request, f"/desk/admin/people/{staff_id}", done=f"person_{do}")


def _asked(context: RequestContext, sent: Sent, id_: int, do: str) -> Change:
    by, now = context.caller, context.now

    def change(session: Session) -> tuple[StaffMember, str]:
        role, office, carrier = _place(session, context, sent)
        member = people.change(
            session,
            id_,
            role=role,
            office_id=office,
            carrier=carrier,
            email=_email(sent),
            by=by,
        )
        return member, f"{member.username} now {role.value} of {sent.one('office') or 'all'}"

    def told(member: StaffMember, what: str) -> tuple[StaffMember, str]:
        return member, f"{member.username} {what}"

    ways: dict[str, Change] = {
        "change": change,
        "disable": lambda s: told(people.disable(s, id_, by=by, now=now), "disabled"),
        "enable": lambda s: told(people.enable(s, id_, by=by, now=now), "enabled"),
        "reset": lambda s: told(people.reset(s, id_, by=by), "password reset"),
        "factor": lambda s: told(people.forget_factor(s, id_, by=by), "second factor removed"),
        "sessions": lambda s: told(people.end_sessions(s, id_, by=by), "sessions ended"),
    }
    if do not in ways:
        raise field_invalid("do", *_BAD_BUTTON)
    return ways[do]


def _place(session: Session, context: RequestContext, sent: Sent) -> tuple[Role, int | None, str]:
    """Return what a form says of somebody's role, office and carrier. Raises Invalid, NotFound."""
    if sent.one("role") not in PEOPLE:
        raise field_invalid("role", *accounts.BAD_ROLE)
    if carrier := sent.one("carrier"):
        context.house.carriers.chosen(carrier)
    return Role(sent.one("role")), office_id(session, sent.one("office")), carrier


def _email(sent: Sent) -> str:
    """Return where somebody is written to. Raises Invalid."""
    return read_as(AddressForm, sent.given("email")).email


async def _done(request: Request, context: RequestContext, change: Change) -> tuple[str, str]:
    """Do it, and write it down with it; return whose account, and its one-time address if any."""
    house, who = context.house, context.caller.label

    def command(session: Session) -> tuple[str, str, audit.Note]:
        member, detail = change(session)
        note = happened(request, Audited.ACCOUNT, who=who, detail=detail)
        audit.record(session, [note])
        token = invitations.invitation(member, house.secret, context.now)
        waits = accounts.is_waiting(member)
        address = f"{house.settings.address}/invitation/{token}" if waits else ""
        return member.username, address, note

    username, address, note = await house.database.write(command)
    tell(note)
    return username, address


async def _list(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    *,
    after: int = 0,
    **made: str,
) -> Response:
    refuse_part(context.scope)
    page = await context.house.database.read(lambda s: people.people(s, after=after))
    return await _drawn(request, context, "people", sent, problem, page=page, made=made)


async def _one(
    request: Request,
    context: RequestContext,
    id_: int,
    sent: Sent | None = None,
    problem: Problem | None = None,
    **made: str,
) -> Response:
    refuse_part(context.scope)
    person = await context.house.database.read(lambda s: people.person(s, id_))
    now = prefilled(
        role=person.role, office=person.office, carrier=person.carrier, email=person.email
    )
    shown = sent if sent and sent.one("role") else now
    own = context.caller.label == f"staff:{id_}"
    return await _drawn(
        request, context, "person", shown, problem, person=person, made=made, is_own=own
    )


async def _drawn(
    request: Request,
    context: RequestContext,
    name: str,
    sent: Sent,
    problem: Problem | None,
    **values: Any,
) -> Response:
    house, lang = context.house, context.lang
    offices = await house.database.read(
        lambda s: catalogue.offices(s, on=house.today(), lang=lang, scope=context.scope)
    )
    return show(
        request,
        f"admin/{name}.html",
        context=context,
        sent=sent,
        problem=problem,
        roles=[role.value for role in Role if role in PEOPLE],
        offices=offices,
        carriers=list(house.carriers.choices.items()),
        **values,
    )


_BAD_BUTTON = ("Không rõ nút nào được bấm.", "It is not clear which button was pressed.")
