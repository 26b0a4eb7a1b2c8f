"""The few settings that may change while the service runs; what the environment says goes first."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.access import kept_settings, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.access.kept_settings import OF_THE_SERVICE
from postal_tracker.core.problems import FieldFault, Invalid, Problem
from postal_tracker.house import House
from postal_tracker.reports.escalation import come_to_nobody
from postal_tracker.settings import Settings
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import done
from postal_tracker.web.http.auth import AdminContext, RequestContext

router = APIRouter(prefix="/desk/admin/settings")


@router.get("")
async def show_settings(request: Request, context: AdminContext) -> Response:
    return await _page(request, context)


@router.post("")
async def change_settings(request: Request, context: AdminContext) -> Response:
    """Keep what was changed; what is left empty, or is the default, is forgotten."""
    refuse_part(context.scope)
    sent, house = await form_of(request, context.caller), context.house
    try:
        changes = _changes(house, sent)
        await _refuse_nobody(house, changes.get("escalate_to", ""))
    except Problem as problem:
        return await _page(request, context, sent, problem)

    def command(session: Session) -> tuple[None, str]:
        for name, text in changes.items():
            if text:
                kept_settings.keep(
                    session, name, text, secrets=house.secrets, by=context.caller.label,
                    now=context.now,
                )  # fmt: skip
            else:
                kept_settings.forget(session, name)
        return None, f"changed: {', '.join(changes)}"

    if changes:
        await done(context, Audited.SETTINGS, command)
        await house.refresh()
    return go(request, "/desk/admin/settings", done="settings_saved" if changes else "unchanged")


def _changes(house: House, sent: Sent) -> dict[str, str]:
    """Return what is to be kept from now on, empty where the default is to hold. Raises Invalid."""
    open_ = [name for name in OF_THE_SERVICE if not house.is_given(name) and name in sent.values]
    if faults := [name for name in open_ if not _is_right(name, sent.one(name))]:
        raise Invalid("invalid-form", *_WRONG, [FieldFault(name, *_WRONG) for name in faults])
    wanted = {name: "" if sent.one(name) == _default(name) else sent.one(name) for name in open_}
    now = {name: _now(house, name) for name in open_}
    return {name: text for name, text in wanted.items() if (text or _default(name)) != now[name]}


async def _refuse_nobody(house: House, escalate_to: str) -> None:
    """Refuse to send work to whom it would never come. Raises Invalid."""
    chiefs = kept_settings.pairs_of(escalate_to)
    if nobody := await house.database.read(lambda s: come_to_nobody(s, chiefs)):
        vi, en = (words.format(pairs=", ".join(nobody)) for words in _NOBODY)
        raise Invalid("invalid-form", vi, en, [FieldFault("escalate_to", vi, en)])


def _is_right(name: str, text: str) -> bool:
    return not text or kept_settings.is_right(name, text)


def _default(name: str) -> str:
    return kept_settings.written(Settings.model_fields[name].default)


def _now(house: House, name: str) -> str:
    return kept_settings.written(getattr(house.settings, name))


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent | None = None,
    problem: Problem | None = None,
) -> Response:
    refuse_part(context.scope)
    house = context.house
    now = {name: _now(house, name) for name in OF_THE_SERVICE}
    chiefs = house.settings.escalate_to
    return show(
        request,
        "admin/settings.html",
        context=context,
        sent=sent or prefilled(**now),
        problem=problem,
        nobody=await house.database.read(lambda s: come_to_nobody(s, chiefs)),
        names=OF_THE_SERVICE,
        now_=now,
        given=[name for name in OF_THE_SERVICE if house.is_given(name)],
        defaults={name: _default(name) for name in OF_THE_SERVICE},
    )


_NOBODY = (
    "Không có điểm tiếp nhận này, hoặc không có tài khoản đang hoạt động: {pairs}.",
    "There is no such office, or no account that is open: {pairs}.",
)
_WRONG = (
    "Giá trị không hợp lệ hoặc nằm ngoài giới hạn cho phép.",
    "This cannot be right, or is out of bounds.",
)
