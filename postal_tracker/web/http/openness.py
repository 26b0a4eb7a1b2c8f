"""What only those may see who belong here: the API's description, and what operators watch."""

from ipaddress import ip_address, ip_network

from fastapi import Request

from postal_tracker.access import Role
from postal_tracker.settings import Settings, is_loopback
from postal_tracker.web.http.auth import address_of, find_caller, house_of, sign_in_first


async def refuse_strangers(request: Request) -> None:
    """Let whoever has a key or is signed in through. Raises Unauthorised."""
    house = house_of(request)
    if not house.settings.open_docs and await find_caller(request, house.now()) is None:
        raise sign_in_first()


async def refuse_but_operators(request: Request) -> None:
    """Let operators through: by their address, or by an administrator's key or session."""
    house = house_of(request)
    is_theirs = is_operators(house.settings, address_of(request))
    if house.settings.open_docs or (is_theirs and not _came_by_unknown_proxy(request)):
        return
    caller = await find_caller(request, house.now())
    if caller is None or caller.role is not Role.ADMIN:
        raise sign_in_first()


_OF_PROXIES = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def _came_by_unknown_proxy(request: Request) -> bool:
    """Tell whether a proxy sent it on that nobody has named: then its address hides all others."""
    is_named = house_of(request).settings.behind_proxy
    return not is_named and any(name in request.headers for name in _OF_PROXIES)


def is_operators(settings: Settings, address: str) -> bool:
    """Tell whether an address is this machine's or of the operators' networks."""
    networks = filter(None, map(str.strip, settings.metrics_networks.split(",")))
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return is_loopback(address) or any(ip in ip_network(one) for one in networks)
