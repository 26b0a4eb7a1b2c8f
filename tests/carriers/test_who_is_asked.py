"""Who is asked about whose parcels: their carrier if it can be, else the first source that can."""

from pydantic import SecretStr

from adapters.registry import POSTS
from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings, Settings

KEY = CarrierSettings(token=SecretStr("a token of the centre"))

WITHOUT_MESSENGER = set(POSTS) - {"by_hand"}
"""Any post's parcels can be asked about at a source, whether or not the post has settings."""


def carriers(*names: str) -> Carriers:
    return Carriers(Settings(carriers=dict.fromkeys(names, KEY), _env_file=None))


def test_a_carrier_that_answers_is_asked_itself() -> None:
    some = carriers("17track", "ghn", "viettel_post")
    assert some.asked_at("ghn") == {"ghn"}
    assert some.asked_at("17track") == WITHOUT_MESSENGER - {"ghn"}


def test_of_several_sources_the_first_of_ours_is_asked_whatever_the_settings_order() -> None:
    some = carriers("easypost", "aftership", "17track", "viettel_post", "jt_vn")
    assert some.asked_at("17track") == WITHOUT_MESSENGER
    assert some.asked_at("aftership") == some.asked_at("easypost") == set()


def test_nobody_in_the_world_knows_where_our_own_messenger_is() -> None:
    assert "by_hand" not in carriers("17track").asked_at("17track")


def test_a_source_is_told_of_the_parcels_about_which_it_will_be_asked() -> None:
    some = carriers("17track", "viettel_post", "ghn")
    assert some.announced_at("17track") == WITHOUT_MESSENGER - {"ghn"}
    assert some.announced_at("ghn") == set()
