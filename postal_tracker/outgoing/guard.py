"""Only public addresses are called (a guard against server-side request forgery).

Whoever subscribes chooses where we call, and we stand in an inner network. So a name is resolved
here, refused unless every address of it is public, and the connection goes to the very address
that was looked at: a name that means another machine a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpx

LONGEST_URL = 500

_HTTPS = 443

_PUBLIC_V6 = ip_network("2000::/3")
_NO_RECEIVER = tuple(
    ip_network(told)
    for told in ("192.88.99.0/24", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
)
"""Ways from one kind of address to another: they may lead to any machine."""


class NotPublic(httpx.TransportError):
    """The name means a machine that is not to be called."""


def allowed_places(setting: str) -> frozenset[str]:
    """Return the places (`host:port`) that an operator lets be called though not public."""
    return frozenset(filter(None, map(str.strip, setting.lower().split(","))))


def may_be_called(url: str, allowed: Collection[str]) -> bool:
    """Tell whether an address may be subscribed with, as far as it can be seen from its text."""
    try:
        told = urlsplit(url)
        host, port = told.hostname or "", told.port
    except ValueError:
        return False
    is_odd = not url.isascii() or len(url) > LONGEST_URL or any(c <= " " or c == "\\" for c in url)
    if is_odd or "@" in told.netloc or told.fragment or not host:
        return False
    if _place(host, port, told.scheme) in allowed:
        return told.scheme in ("http", "https")
    return told.scheme == "https" and port in (None, _HTTPS) and _is_public_host(host)


def _place(host: str, port: int | None, scheme: str) -> str:
    return f"{host.lower()}:{port or (_HTTPS if scheme == 'https' else 80)}"


def _is_public_host(host: str) -> bool:
    """Judge a host by its text: no address oddly written (decimal, octal, hexadecimal)."""
    try:
        return is_public(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        return "." in host.rstrip(".") and not last.isdigit() and not last.startswith("0x")


def is_public(address: str) -> bool:
    """Tell whether an address is a public machine's. Raises ValueError if it is none."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if any(found in network for network in _NO_RECEIVER if network.version == found.version):
        return False
    if found.version == 6 and found not in _PUBLIC_V6:
        return False
    return found.is_global and not found.is_multicast


class GuardedTransport(httpx.AsyncBaseTransport):
    """Calls the address that was looked at, under the name that was asked for."""

    def __init__(self, inner: httpx.AsyncBaseTransport, allowed: Collection[str]) -> None:
        self._inner, self._allowed = inner, allowed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises NotPublic, and what httpx raises."""
        url = request.url
        if not may_be_called(str(url), self._allowed):
            raise NotPublic("not a public address")
        found = await _addresses(url.host, url.port or _HTTPS)
        is_allowed = _place(url.host, url.port, url.scheme) in self._allowed
        if not found or not (is_allowed or all(map(is_public, found))):
            raise NotPublic("not a public address")
        # The header `Host` is in it already; the certificate is to be of the name, too.
        named = request.extensions | {"sni_hostname": url.host}
        to_it = httpx.Request(
            request.method,
            url.copy_with(host=found[0]),
            headers=request.headers,
            stream=request.stream,
            extensions=named,
        )
        return await self._inner.handle_async_request(to_it)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _addresses(host: str, port: int) -> list[str]:
    """Return all addresses of a name, those of IPv4 first. Raises ConnectError."""
    try:
        told = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except OSError as unknown:
        raise httpx.ConnectError("the name is not known") from unknown
    by_age = sorted(told, key=lambda one: one[0] != socket.AF_INET)
    return [str(one[4][0]) for one in by_age]
