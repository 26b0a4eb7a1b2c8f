"""An administrator sets carriers up in the browser: secrets go in and never come out."""

import re
from contextlib import closing

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from postal_tracker.access import audit, kept_settings
from postal_tracker.access.audit import AuditFilter
from postal_tracker.house import House
from postal_tracker.house import kept as all_kept
from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import KeptSetting, table_of
from tests.centre import TOKEN
from tests.web.conftest import Visitor, employ

GHN = "/desk/admin/carriers/ghn"
REHEARSAL = "/desk/admin/carriers/rehearsal"
SECRET = "ma-truy-cap-rat-bi-mat"


@pytest.fixture
def any_quan(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    assert quan.signs_in("quan").status_code == 303
    return quan


def saves(quan, address=GHN, **fields):
    return quan.sends(address, {"do": "save", **fields})


def details(centre):
    told = centre.database.read_now(lambda s: audit.entries(s, AuditFilter(what="settings")))
    return [entry.detail for entry in told.items]


def kept(centre):
    with centre.database.engine.connect() as connection:
        return {row.name: row.value for row in connection.execute(select(table_of(KeptSetting)))}


def house_of(centre, key, old=""):
    """Another process of the service, with a secret key of its own."""
    keys = {"secret_key": SecretStr(key), "secret_key_old": SecretStr(old)}
    return closing(House(centre.settings.model_copy(update=keys)))


def token_in(house):
    house.take_up(house.database.read_now(all_kept))
    return house.settings.carriers["ghn"].token.get_secret_value()


def test_a_secret_goes_in_holds_at_once_and_is_shown_to_nobody(any_quan, any_centre):
    assert not any_centre.house.carriers.find("ghn").can_be_asked
    assert saves(any_quan, token=SECRET, username="123").headers["location"] == GHN

    assert any_centre.house.carriers.find("ghn").can_be_asked
    page = any_quan.opens(GHN).text
    assert (SECRET in page, "đã đặt tại đây" in page, 'value="123"' in page) == (False, True, True)
    assert sorted(kept(any_centre)) == ["carriers.ghn.token", "carriers.ghn.username"]
    assert SECRET not in str(kept(any_centre))
    assert details(any_centre) == ["carrier ghn: token set, username set"]


def test_what_is_left_empty_stays_and_what_is_forgotten_is_gone(visitor, centre):
    quan = visitor("quan")
    saves(quan, token=SECRET, username="123")
    saves(quan, username="123")
    assert kept(centre).keys() == {"carriers.ghn.token", "carriers.ghn.username"}
    saves(quan, forget="token")

    assert kept(centre) == {}
    assert not centre.house.carriers.find("ghn").can_be_asked
    assert details(centre)[0] == "carrier ghn: username forgotten, token forgotten"


def test_the_environment_goes_before_the_page_and_the_page_says_so(visitor, centre):
    quan = visitor("quan")
    saves(quan, REHEARSAL, token=SECRET)
    page = quan.opens(REHEARSAL).text

    assert "do máy chủ quy định" in page
    assert (TOKEN in page, kept(centre)) == (False, {})
    assert quan.sends(REHEARSAL, {"do": "new_hook"}).status_code == 409
    assert quan.sends(REHEARSAL, {"do": "end_hooks"}).status_code == 409


def test_a_hooks_new_address_is_shown_once_and_the_old_one_goes_when_it_is_ended(visitor, centre):
    quan, addresses = visitor("quan"), []

    def tried():
        return [centre.client.head(address).status_code for address in addresses]

    for _ in range(2):
        answer = quan.sends(GHN, {"do": "new_hook"}).text
        addresses += [re.search(r"http\S+(/hooks/ghn/[\w-]{32})", answer)[1]]
    assert tried() == [200, 200]
    assert not any(address in quan.opens(GHN).text for address in addresses)
    quan.sends(GHN, {"do": "end_old_hook"})
    assert tried() == [401, 200]
    quan.sends(GHN, {"do": "end_hooks"})
    assert tried() == [404, 404]


def test_another_process_takes_it_up_and_a_new_secret_key_takes_it_along(any_quan, any_centre):
    saves(any_quan, token=SECRET)
    old, new = "test-secret-key-of-more-than-32-characters", "k" * 40
    with house_of(any_centre, old) as other:
        assert token_in(other) == SECRET
    with house_of(any_centre, new, old) as changed:
        assert token_in(changed) == SECRET
        changed.database.write_now(lambda s: kept_settings.reseal(s, changed.secrets))
    with house_of(any_centre, new) as without_the_old:
        assert token_in(without_the_old) == SECRET


def test_a_secret_that_no_key_opens_is_named_and_one_put_under_another_carrier_opens_nothing(
    visitor, centre
):
    quan = visitor("quan")
    saves(quan, token=SECRET)
    moved = KeptSetting(
        name="carriers.ghtk.token",
        value=kept(centre)["carriers.ghn.token"],
        changed_at=centre.clock(),
        changed_by="thief",
    )
    centre.database.write_now(lambda s: s.add(moved))
    saves(quan, username="1")

    assert "không mở được" in quan.opens("/desk/admin/carriers").text
    assert not centre.house.carriers.find("ghtk").can_be_asked


def test_a_carrier_is_tried_from_the_page_and_nothing_is_recorded(visitor, centre):
    quan, number = visitor("quan"), centre.a_parcel(centre.a_dossier())
    said = quan.sends(REHEARSAL, {"do": "check"})
    assert f"chưa trả lời về {number}: no answer" in said.text
    with running(RehearsalSettings(token=TOKEN)) as url:
        centre.house.given_carriers = {
            "rehearsal": CarrierSettings(base_url=url, token=SecretStr(TOKEN))
        }
        saves(quan, token="another")  # whatever is changed, all is put together anew
        said = quan.sends(REHEARSAL, {"do": "check"}).text

    assert "Đơn vị đã trả lời" in said
    assert centre.get(f"/parcels/{number}").json()["milestone"] == "announced"
    assert quan.sends("/desk/admin/carriers/viettel_post", {"do": "check"}).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"rate_per_second": "0"}, {"rate_per_second": "x"}, {"token": "a\x00b"},
              {"token": "x" * 501}, {"do": "dance"}]
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(visitor, centre, wrong):
    answer = visitor("quan").sends(GHN, {"do": "save", **wrong})

    assert answer.status_code == 422
    assert kept(centre) == {}
