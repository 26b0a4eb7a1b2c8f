"""How each carrier is set up: secrets are written here and never shown; its hook; a live check.

What the environment says goes before what is written here. A carrier's address is the environment's
alone: whoever could change it on a page would be sent the secrets.
"""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, StringConstraints
from sqlmodel import Session

from postal_tracker.access import kept_settings, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.access.kept_settings import SECRETS, of_carrier
from postal_tracker.carriers import trying
from postal_tracker.carriers.configured import NO_SETTINGS, READS, is_given, settable
from postal_tracker.core.problems import Conflict, Problem, no_such
from postal_tracker.forms import Form, field_invalid, read_as
from postal_tracker.house import House
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import done
from postal_tracker.web.http.auth import AdminContext, RequestContext

router = APIRouter(prefix="/desk/admin/carriers")

Name = Annotated[str, Path(max_length=30)]
Typed = Annotated[str, StringConstraints(max_length=500, pattern=r"^\P{C}*$")]

HOOK = ("hook_secret", "hook_secret_next")


class CarrierForm(Form):
    """What was typed; empty secrets stay as they are."""

    token: Typed = ""
    signing_key: Typed = ""
    password: Typed = ""
    username: Typed = ""
    customer_code: Typed = ""
    rate_per_second: Annotated[float | None, Field(gt=0, le=1000)] = None


@router.get("")
async def show_set_up(request: Request, context: AdminContext) -> Response:
    refuse_part(context.scope)
    house = context.house
    rows = [(name, title, _froms(house, name)) for name, title in settable(house.carriers).items()]
    asked = {carrier.name for carrier in house.carriers if carrier.can_be_asked}
    return show(request, "admin/carriers.html", context=context, rows=rows, asked=asked)


@router.get("/{carrier}")
async def show_carrier(carrier: Name, request: Request, context: AdminContext) -> Response:
    return await _page(request, context, carrier)


@router.post("/{carrier}")
async def set_up_carrier(carrier: Name, request: Request, context: AdminContext) -> Response:
    """Do what the button that was pressed says."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)
    do = sent.one("do")
    try:
        if carrier not in settable(context.house.carriers):
            raise no_such("page")
        if do == "check":
            return await _page(
                request, context, carrier, tried=await _check(context, carrier, sent)
            )
        if do == "new_hook":
            return await _page(request, context, carrier, address=await _new_hook(context, carrier))
        changes = _changes(context.house, carrier, sent, do)
        await _keep(context, carrier, changes)
    except Problem as problem:
        return await _page(request, context, carrier, sent, problem)
    to = f"/desk/admin/carriers/{carrier}"
    return go(request, to, done="carrier_saved" if changes else "unchanged")


def _changes(house: House, carrier: str, sent: Sent, do: str) -> dict[str, str]:
    """Return what is to be kept from now on, by field; empty: what is to be forgotten."""
    now = house.settings.carriers.get(carrier, NO_SETTINGS)
    if do == "end_old_hook" and (following := now.hook_secret_next.get_secret_value()):
        return {"hook_secret": following, "hook_secret_next": ""}
    if do == "end_hooks":
        return dict.fromkeys(HOOK, "")
    if do != "save":
        raise field_invalid("do", *_BAD_BUTTON)
    fields = [f for f in READS[carrier] if not is_given(house.given_carriers, carrier, f)]
    form = read_as(CarrierForm, {f: _number(f, sent.one(f)) for f in fields if sent.one(f)})
    typed = {f: str(getattr(form, f)) for f in fields if sent.one(f)}
    emptied = {f: "" for f in fields if f not in SECRETS and not sent.one(f)}
    forgotten = dict.fromkeys(set(sent.many("forget")) & set(fields), "")
    shown = _shown(house, carrier)
    changes = typed | emptied | forgotten
    return {f: text for f, text in changes.items() if f in SECRETS or text != shown.get(f, "")}


def _number(field: str, text: str) -> str:
    return text.replace(",", ".") if field == "rate_per_second" else text


async def _keep(context: RequestContext, carrier: str, changes: Mapping[str, str]) -> None:
    """Keep or forget settings, write down which, and let them hold here at once."""
    house = context.house
    if any(is_given(house.given_carriers, carrier, field) for field in changes):
        raise Conflict("set-by-environment", *_GIVEN)

    def command(session: Session) -> tuple[None, str]:
        for field, text in changes.items():
            name = of_carrier(carrier, field)
            if text:
                how: Any = {"secrets": house.secrets, "by": context.caller.label}
                kept_settings.keep(session, name, text, **how, now=context.now)
            else:
                kept_settings.forget(session, name)
        return None, _told(carrier, changes)

    if changes:
        await done(context, Audited.SETTINGS, command)
        await house.refresh()


def _told(carrier: str, changes: Mapping[str, str]) -> str:
    words = [f"{field} {'set' if text else 'forgotten'}" for field, text in changes.items()]
    return f"carrier {carrier}: {', '.join(words)}"


async def _new_hook(context: RequestContext, carrier: str) -> str:
    """Make another address for a carrier's hook and return it, this once.

    The one that it has now stays right until the administrator ends it.
    """
    secret = secrets.token_urlsafe(24)
    has_one = bool(context.house.carriers.hook_secrets(carrier))
    if is_given(context.house.given_carriers, carrier, "hook_secret"):
        raise Conflict("set-by-environment", *_GIVEN)
    await _keep(context, carrier, {HOOK[has_one]: secret})
    return f"{context.house.settings.address}/hooks/{carrier}/{secret}"


async def _check(context: RequestContext, carrier: str, sent: Sent) -> trying.Tried:
    house = context.house
    if carrier not in house.carriers.titles or not house.carriers.find(carrier).can_be_asked:
        raise Conflict("carrier-not-asked", *_NOT_ASKED)
    number = sent.one("number")[:80] or await house.database.read(
        lambda s: trying.newest_parcel(s, house.carriers, carrier)
    )
    if not number:
        raise field_invalid("number", *_NO_NUMBER)
    return await trying.ask(house.carriers.find(carrier), number)


def _froms(house: House, carrier: str) -> dict[str, str]:
    """Return where each setting comes from: `env`, `here`, `lost` (no key opens it), or nowhere."""
    now = house.settings.carriers.get(carrier, NO_SETTINGS)
    return {f: _from(house, carrier, f, getattr(now, f)) for f in (*READS[carrier], *HOOK)}


def _from(house: House, carrier: str, field: str, value: Any) -> str:
    if is_given(house.given_carriers, carrier, field):
        return "env"
    if of_carrier(carrier, field) in house.lost_settings:
        return "lost"
    return "here" if value != getattr(NO_SETTINGS, field) else ""


def _shown(house: House, carrier: str) -> dict[str, str]:
    """Return what is no secret of what is kept here."""
    now, froms = house.settings.carriers.get(carrier, NO_SETTINGS), _froms(house, carrier)
    open_ = [f for f in READS[carrier] if f not in SECRETS and froms[f] == "here"]
    return {field: str(getattr(now, field)) for field in open_}


async def _page(
    request: Request,
    context: RequestContext,
    carrier: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    **values: Any,
) -> Response:
    refuse_part(context.scope)
    house, titles = context.house, settable(context.house.carriers)
    if carrier not in titles:
        raise no_such("page")
    known = titles.keys() & house.carriers.titles.keys()
    return show(
        request,
        "admin/carrier.html",
        context=context,
        sent=sent if problem else prefilled(**_shown(house, carrier)),
        problem=problem,
        name=carrier,
        title=titles[carrier],
        fields=READS[carrier],
        secrets=SECRETS,
        froms=(froms := _froms(house, carrier)),
        given=[field for field, source in froms.items() if source == "env"],
        asked=carrier in known and house.carriers.find(carrier).can_be_asked,
        hooks=len(house.carriers.hook_secrets(carrier)),
        public=house.settings.address,
        **{"tried": None, "address": "", **values},
    )


_BAD_BUTTON = ("Không rõ nút nào được bấm.", "It is not clear which button was pressed.")
_GIVEN = (
    "Mục này do biến môi trường của máy chủ quy định nên không thay đổi được tại đây.",
    "The server's environment says this; it cannot be changed here.",
)
_NOT_ASKED = (
    "Chưa hỏi được đơn vị này: cần có mã truy cập, hoặc đơn vị chỉ tự gửi tin.",
    "It cannot be asked: it lacks a token, or only tells by itself.",
)
_NO_NUMBER = (
    "Không có bưu gửi nào đang đi để hỏi. Vui lòng nhập một số hiệu.",
    "There is no open parcel to ask about. Enter a number.",
)
