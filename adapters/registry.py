"""Which carriers there are, and how each is made from its settings. One line per carrier."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from adapters.aftership import AfterShip
from adapters.by_hand import ByHand
from adapters.carrier import Carrier
from adapters.easypost import EasyPost
from adapters.event import Milestone
from adapters.ghn import Ghn
from adapters.ghtk import Ghtk
from adapters.jt_vn import JtVn
from adapters.rehearsal import Rehearsal
from adapters.seventeen_track import SeventeenTrack
from adapters.viettel_post import ViettelPost
from adapters.vnpost import Vnpost


@dataclass(frozen=True, slots=True)
class CarrierSettings:
    """What an operator sets for one carrier; none of it is shown in a repr that holds a secret."""

    base_url: str = ""
    """Where the carrier is asked; "" means its public address, if it has one."""
    token: str = field(default="", repr=False)
    """What we show the carrier, or the key that it signs with."""
    signing_key: str = field(default="", repr=False)
    """The key that the carrier signs with, where that is another one than the token."""
    username: str = ""
    password: str = field(default="", repr=False)
    customer_code: str = ""
    """With whom the carrier has the contract (MyVNPost)."""
    meanings: Mapping[str, Milestone] = field(default_factory=dict)
    """What codes mean of which the carrier publishes no list (the public-administration post)."""
    rate_per_second: float = 1.0
    """How many questions it takes in a second."""


def _rehearsal(settings: CarrierSettings) -> Carrier:
    # Without a token there is no key, and every message is forged.
    signing_keys = (settings.token,) if settings.token else ()
    return Rehearsal(settings.base_url, settings.token, signing_keys)


def _by_hand(_: CarrierSettings) -> Carrier:
    return ByHand()


def _vnpost(settings: CarrierSettings) -> Carrier:
    return Vnpost(
        settings.base_url,
        settings.token,
        settings.username,
        settings.password,
        settings.customer_code,
        settings.meanings,
    )


def _viettel_post(settings: CarrierSettings) -> Carrier:
    return ViettelPost(_keys(settings))


def _jt_vn(settings: CarrierSettings) -> Carrier:
    return JtVn(_keys(settings))


def _keys(settings: CarrierSettings) -> tuple[str, ...]:
    """Return what the carrier may prove itself with; either fits."""
    return tuple(key for key in (settings.signing_key, settings.token) if key)


def _ghn(settings: CarrierSettings) -> Carrier:
    return Ghn(settings.base_url, settings.token, shop_id=settings.username)


def _ghtk(settings: CarrierSettings) -> Carrier:
    return Ghtk(
        settings.base_url,
        settings.token,
        signing_key=settings.signing_key,
        partner_code=settings.username,
    )


def _seventeen_track(settings: CarrierSettings) -> Carrier:
    return SeventeenTrack(settings.base_url, settings.token, _keys(settings))


def _aftership(settings: CarrierSettings) -> Carrier:
    return AfterShip(settings.base_url, settings.token, _keys(settings))


def _easypost(settings: CarrierSettings) -> Carrier:
    return EasyPost(settings.base_url, settings.token, _keys(settings))


MAKERS: Mapping[str, Callable[[CarrierSettings], Carrier]] = {
    "rehearsal": _rehearsal,
    "by_hand": _by_hand,
    "vnpost": _vnpost,
    "viettel_post": _viettel_post,
    "jt_vn": _jt_vn,
    "ghn": _ghn,
    "ghtk": _ghtk,
    "17track": _seventeen_track,
    "aftership": _aftership,
    "easypost": _easypost,
}


READS: Mapping[str, tuple[str, ...]] = {
    "vnpost": ("token", "username", "password", "customer_code", "rate_per_second"),
    "viettel_post": ("token",),
    "ghn": ("token", "username", "rate_per_second"),
    "ghtk": ("token", "signing_key", "username", "rate_per_second"),
    "jt_vn": ("token",),
    "17track": ("token", "rate_per_second"),
    "aftership": ("token", "signing_key", "rate_per_second"),
    "easypost": ("token", "signing_key", "rate_per_second"),
    "rehearsal": ("token", "rate_per_second"),
}
"""Which settings each reads beside its address and its hook's secrets; `docs/carriers.md` says what
they are. A carrier that is not here reads none."""

POSTS = ("by_hand", "vnpost", "viettel_post", "jt_vn", "ghn", "ghtk")
"""With whom parcels can travel anywhere, whether or not they have settings."""


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise ValueError if one of these is no carrier's name."""
    unknown = sorted(set(names) - MAKERS.keys())
    if unknown:
        raise ValueError(f"no such carrier: {', '.join(unknown)}; there are {', '.join(MAKERS)}")


def build(settings: Mapping[str, CarrierSettings]) -> dict[str, Carrier]:
    """Return by name the carriers with which parcels travel, and the sources that have settings.

    Parcels need no settings: a centre may hand them to a post whose news it hears from another, or
    from nobody. The rehearsal's carrier alone is there only where it is set up. Raises ValueError
    on a name nobody bears.
    """
    refuse_unknown(settings)
    wanted = {**dict.fromkeys(POSTS, CarrierSettings()), **settings}
    # In our order, not in the settings': of several sources, the first is asked.
    return {name: make(wanted[name]) for name, make in MAKERS.items() if name in wanted}
