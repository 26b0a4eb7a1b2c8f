"""Every carrier that has a stand-in, by name."""

from collections.abc import Mapping

from tests.standins.ghn import GhnStandIn
from tests.standins.ghtk import GhtkStandIn
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.standin import StandIn

STAND_INS: Mapping[str, type[StandIn]] = {
    kind.name: kind
    for kind in (
        RehearsalStandIn,
        GhnStandIn,
        GhtkStandIn,
    )
}
