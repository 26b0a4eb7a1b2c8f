"""Every carrier that has a stand-in, by name."""

from collections.abc import Mapping

from tests.standins.aftership import AfterShipStandIn
from tests.standins.easypost import EasyPostStandIn
from tests.standins.ghn import GhnStandIn
from tests.standins.ghtk import GhtkStandIn
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.seventeen_track import SeventeenTrackStandIn
from tests.standins.standin import StandIn
from tests.standins.viettel_post import ViettelPostStandIn
from tests.standins.vnpost import VnpostStandIn

STAND_INS: Mapping[str, type[StandIn]] = {
    kind.name: kind
    for kind in (
        RehearsalStandIn,
        VnpostStandIn,
        ViettelPostStandIn,
        GhnStandIn,
        GhtkStandIn,
        SeventeenTrackStandIn,
        AfterShipStandIn,
        EasyPostStandIn,
    )
}
