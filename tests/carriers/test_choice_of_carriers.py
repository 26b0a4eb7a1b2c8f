"""Which carriers a centre can hand parcels to: all, but for those that it says it does not use."""

import pytest

from adapters.registry import POSTS
from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.problems import Invalid
from postal_tracker.settings import CarrierSettings, Settings
from tests.centre import Centre
from tests.standins.all import STAND_INS


def carriers(**settings) -> Carriers:
    return Carriers(Settings(_env_file=None, **settings))


def test_every_post_can_be_chosen_without_a_setting():
    assert set(carriers().choices) == set(POSTS)
    assert not [c.name for c in carriers() if c.can_be_asked or c.takes_announcements]


def test_a_source_and_the_rehearsal_are_there_only_where_they_are_set_up():
    assert {c.name for c in carriers()} == set(POSTS)
    both = {"17track": CarrierSettings(token="t" * 20), "rehearsal": CarrierSettings()}

    assert set(carriers(carriers=both).choices) == {*POSTS, "rehearsal"}
    assert carriers(carriers=both).asked_at("17track") == {*POSTS, "rehearsal"} - {"by_hand"}


def test_what_a_centre_does_not_use_cannot_be_chosen_but_is_still_known():
    few = carriers(carriers_unused="ghn, ghtk,jt_vn ,")

    assert set(few.choices) == {"by_hand", "vnpost", "viettel_post"}
    with pytest.raises(Invalid, match="by_hand, viettel_post, vnpost"):
        few.chosen("ghn")
    assert few.find("ghn").title == few.titles["ghn"], "parcels of last year are with it"


def test_a_name_that_nobody_bears_is_told():
    with pytest.raises(ValueError, match="vnpots"):
        carriers(carriers_unused="vnpots")


@pytest.mark.parametrize("carrier", [post for post in POSTS if post in STAND_INS])
def test_a_parcel_is_handed_to_a_post_of_which_nothing_is_set(centre: Centre, carrier: str):
    number = STAND_INS[carrier]().number(7)
    sealed = centre.post(
        "/parcels",
        {
            "carrier": carrier,
            "direction": "to_authority",
            "dossiers": [centre.a_dossier()],
            "tracking_number": number,
        },
    )
    assert sealed.status_code == 201, sealed.text
    assert centre.client.post(f"/hooks/{carrier}/{'x' * 20}", json={}).status_code == 404
