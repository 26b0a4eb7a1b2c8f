"""Sessions that may not go on yet: left alone too long, or their person has something to do first.

A desk that was left alone is locked: the next request asks for the password, and goes on with what
was typed (`web/staff/unlock.py`).
"""

from datetime import timedelta

from fastapi import Request
from starlette.datastructures import UploadFile

from postal_tracker.access import Caller, Role
from postal_tracker.core.problems import Forbidden, Problem, Unauthorised
from postal_tracker.house import House

_OWN_CARE = ("/password", "/second-factor", "/sessions")
"""Where somebody does what he has to do first, below /desk and /courier."""


def is_locked(house: House, caller: Caller) -> bool:
    """Tell whether a session was left alone so long that its person is asked who he is.

    A postman's is not: it is his own phone, and locks itself.
    """
    settings = house.settings
    minutes = (
        settings.lock_after_minutes_admin
        if caller.role is Role.ADMIN
        else settings.lock_after_minutes
    )
    return caller.role is not Role.COURIER and caller.idle >= timedelta(minutes=minutes)


async def locked(request: Request, caller: Caller) -> Unauthorised:
    """Return the problem of a locked session, and keep what was typed for the page that unlocks."""
    request.state.locked = caller
    if request.method == "POST" and request.url.path.startswith(("/desk", "/courier")):
        request.state.typed = await _typed(request)
    return Unauthorised("locked", *_LOCKED)


MOST_FIELDS = 2_000

_PASSWORDS = frozenset({"old_password", "password", "again", "one_time_code"})


async def _typed(request: Request) -> list[tuple[str, str]] | None:
    """Return the fields of a form; None if it cannot be carried on, as a file cannot."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    if (await request.body()).count(b"&") > MOST_FIELDS:
        return None
    form = await request.form(max_fields=MOST_FIELDS)
    pairs = [(n, v) for n, v in form.multi_items() if not isinstance(v, UploadFile)]
    return [(name, value) for name, value in pairs if name not in _PASSWORDS]


def is_unfinished(house: House, caller: Caller) -> bool:
    """Tell whether somebody has a password to choose, or a second factor to set up, first.

    Not on a telephone that the desk enrolled: neither is asked for there.
    """
    if caller.is_on_device:
        return False
    needs_factor = caller.role in house.settings.roles_with_second_factor
    return caller.password_is_given or (needs_factor and not caller.has_second_factor)


def what_comes_first(request: Request, house: House, caller: Caller) -> Problem | None:
    """Return what somebody who signed in has to do before this, if anything."""
    is_own_care = request.url.path.endswith(_OWN_CARE)
    if not caller.csrf or is_own_care or not is_unfinished(house, caller):
        return None
    if caller.password_is_given:
        return Forbidden("choose-your-password", *_CHOOSE)
    return Forbidden("second-factor-first", *_ENROL)


_LOCKED = (
    "Phiên làm việc tạm khóa vì không có thao tác. Vui lòng nhập mật khẩu để làm tiếp.",
    "This session was left alone and is locked. Give your password to go on.",
)
_CHOOSE = (
    "Mật khẩu hiện tại do người khác đặt. Vui lòng tự chọn mật khẩu mới trước.",
    "Your password was set by somebody else. Choose one of your own first.",
)
_ENROL = (
    "Tài khoản này phải dùng mã xác thực. Vui lòng cài đặt mã xác thực trước.",
    "This account needs a second factor. Set it up first.",
)
