"""Whom to count as one client: addresses as proxies write them, and the networks around them."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def read_address(text: str) -> str:
    """Return the address in `1.2.3.4`, `1.2.3.4:567`, `[v6]`, `[v6]:567` or v6; else empty."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    found = _address(bare)
    return str(found) if found else ""


def network_of(address: str) -> str:
    """Return whom to count as one client: an IPv4 address, or an IPv6 /64.

    A household or office is given a whole /64 at least (RFC 6177) and can change its address within
    it at will. What is no address (a local socket) stands for itself.
    """
    return networks_of(address)[0]


@lru_cache(maxsize=4096)
def networks_of(address: str) -> tuple[str, str]:
    """Return the network of one client and the one that he may have in all: a /48 of IPv6.

    Of an IPv4 address both are that address.
    """
    ip = _address(address)
    if not isinstance(ip, IPv6Address):
        return (str(ip or address),) * 2
    return f"{_cut(ip, 64)}/64", f"{_cut(ip, 48)}/48"


def _address(text: str) -> Address | None:
    try:
        ip = ip_address(text[:100])
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def _cut(ip: IPv6Address, bits: int) -> IPv6Address:
    return IPv6Address(int(ip) >> 128 - bits << 128 - bits)
