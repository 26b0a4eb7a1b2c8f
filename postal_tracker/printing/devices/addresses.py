"""What may stand for a printer's place: `host:port` on the network, or the name of a CUPS queue.

Whoever names a place lets the service go there, so it must lie in the networks of printers: an
allowlist against server-side request forgery (SSRF).
"""

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")

# CUPS forbids blanks, `/` and `#`; a leading `-` would be read as an option of `lp`.
_QUEUE = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,126}")

_LONGEST_HOST = 253


def host_and_port(address: str) -> tuple[str, int]:
    """Return both parts of `192.168.1.40:9100`, `zebra.office.lan:9100` or `[fd00::9]:9100`.

    Raises ValueError if it is anything more or less.
    """
    parts = urlsplit(f"//{address}")
    host, port = parts.hostname or "", parts.port
    plain = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if plain != address.lower() or not port or not _is_host(host):
        raise ValueError("not a host and a port")
    return host, port


def _is_host(host: str) -> bool:
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return bool(ip_address(host))
    return len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) is not None


Networks = Sequence[IPv4Network | IPv6Network]

_NEVER: Networks = [
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8"),
        *("169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "100.100.100.200"),
    )
]
"""This machine, everybody at once, neighbours without an address, and clouds' metadata services."""


def is_allowed(address: str, allowed: Networks) -> bool:
    """Tell whether a printer may stand at a numeric address.

    Where none ever does, one may only if a network no wider than that is allowed.
    """
    place: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(place, IPv6Address):
        place = place.ipv4_mapped or place
    named = [network for network in allowed if place in network]
    guarded = next((network for network in _NEVER if place in network), None)
    return any(guarded is None or _lies_in(network, guarded) for network in named)


def _lies_in(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    return inner.prefixlen >= outer.prefixlen and inner.network_address in outer


def is_elsewhere(host: str, allowed: Networks) -> bool:
    """Tell whether a host is a numeric address where no printer may stand; a name may be any."""
    try:
        return not is_allowed(host, allowed)
    except ValueError:
        return False


class Elsewhere(Exception):
    """An address at which no printer may stand."""


def resolved(address: str, allowed: Networks) -> list[Any]:
    """Look a place up, once: what is connected to is what was judged (DNS rebinding).

    Returns what `socket.getaddrinfo` does. Raises OSError, and Elsewhere if a printer may not
    stand at one of them.
    """
    host, port = host_and_port(address)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_allowed(str(place[0]), allowed) for *_, place in found):
        raise Elsewhere
    return found


def is_queue(name: str) -> bool:
    """Tell whether this can be a queue's name, and nothing that `lp` would take for an option."""
    return _QUEUE.fullmatch(name) is not None
