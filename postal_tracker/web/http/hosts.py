"""By which names the service may be called: links and redirects are made from them.

A page of a stranger can make a browser here call us by a name of its own (DNS rebinding), never
by a number: every number is right.
"""

import re
import socket
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi.responses import JSONResponse
from starlette.types import Scope

from postal_tracker.core.problems import BadRequest
from postal_tracker.settings import Settings

_FOR_LOAD_BALANCERS = ("/healthz", "/readyz")
"""They call us by our number."""

_UNKNOWN_HOST = BadRequest(
    "unknown-host",
    "Tên máy chủ này không được phục vụ ở đây. Vui lòng dùng địa chỉ mà cơ quan công bố.",
    "This host is not served here. Use the address that the office names.",
)
MISCALLED = JSONResponse(
    {
        "type": f"/problems/{_UNKNOWN_HOST.slug}",
        "title": "Bad request",
        "status": _UNKNOWN_HOST.status,
        "detail": f"{_UNKNOWN_HOST.vi} {_UNKNOWN_HOST.en}",
    },
    _UNKNOWN_HOST.status,
    media_type="application/problem+json",
)


def right_call(settings: Settings) -> Callable[[Scope], bool]:
    """Return what tells whether a request names a host of ours."""
    names, any_name = settings.hosts | _own_names(settings), "*" in settings.hosts

    def is_right(scope: Scope) -> bool:
        host = _host_of(scope)
        is_ours = any_name or host in names or _is_number(host)
        return is_ours or scope["path"] in _FOR_LOAD_BALANCERS

    return is_right


def _own_names(settings: Settings) -> frozenset[str]:
    """Return the public address's name and those of this machine in its own network."""
    machine = socket.gethostname().lower()
    public = urlsplit(settings.public_url).hostname or ""
    own = {public, settings.host, "localhost", machine, f"{machine}.local"}
    return frozenset(name.lower() for name in own if name)


def _host_of(scope: Scope) -> str:
    """Return the one host that a request names, without its port; empty if it names none."""
    told = [value for name, value in scope["headers"] if name == b"host"]
    return re.sub(r":\d*$", "", told[0].decode("latin-1").lower()) if len(told) == 1 else ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
