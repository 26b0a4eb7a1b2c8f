"""Every carrier at every other's parcel: nobody but a source tells of what is not its own."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox import Message, keep_each
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import CarrierMessage, LedgerEntry, Parcel
from tests.adapters.at_work import bare, code_for
from tests.centre import HOOK_SECRET, Centre
from tests.standins.all import STAND_INS
from tests.standins.standin import PASSWORD, SIGNING_KEY, TOKEN, USERNAME, Scan

SOURCES = {name for name, kind in STAND_INS.items() if not kind().carrier().carries}
CARRIERS = sorted(STAND_INS.keys() - SOURCES)


@pytest.fixture
def all_carriers(any_centre: Centre) -> Centre:
    """A centre that works with every carrier there is."""
    any_centre.settings.carriers = {
        name: CarrierSettings(
            base_url="http://127.0.0.1:9",
            token=SecretStr(TOKEN),
            signing_key=SecretStr(SIGNING_KEY),
            hook_secret=SecretStr(HOOK_SECRET),
            username=USERNAME,
            password=SecretStr(PASSWORD),
        )
        for name in STAND_INS
    }
    any_centre.house.carriers = Carriers(any_centre.settings)
    return any_centre


def parcels_of_all(centre: Centre) -> dict[str, str]:
    """Seal a parcel with each carrier, and one that a messenger takes."""
    numbers = {name: STAND_INS[name]().number(7) for name in CARRIERS} | {"by_hand": "TUI-0007"}
    taken: set[str] = set()
    for name, number in numbers.items():
        if number in taken:  # two that take any S10
            numbers[name] = number = STAND_INS[name]().number(8)
        taken.add(number)
        centre.a_parcel(carrier=name, tracking_number=number)
    return numbers


def tell(centre: Centre, teller: str, number: str, milestone: Milestone) -> None:
    """Let the teller post a scan of a parcel, with its own proof."""
    code = bare(code_for(centre.house.carriers.find(teller), milestone))
    scan = Scan(code, centre.clock() - timedelta(minutes=5))
    hook = STAND_INS[teller]().hook(number, scan)
    answer = centre.client.post(
        f"/hooks/{teller}/{HOOK_SECRET}",
        content=hook.body,
        headers=dict(hook.headers),
        params=dict(hook.query),
    )
    assert answer.status_code == 200, answer.text


def tellers_of(centre: Centre) -> dict[str, set[str]]:
    """Return who has told of each parcel by a webhook, as the ledger has it."""
    told: dict[str, set[str]] = {}
    query = select(LedgerEntry.parcel_id, CarrierMessage.carrier).where(
        LedgerEntry.message_id == CarrierMessage.id
    )
    for parcel_id, teller in centre.database.read_now(lambda s: s.exec(query).all()):
        told.setdefault(str(parcel_id), set()).add(teller)
    return told


def beyond(centre: Centre, milestone: str, numbers: dict[str, str]) -> set[str]:
    """Return whose parcels have another milestone."""
    query = select(Parcel.tracking_number).where(Parcel.milestone != milestone)
    moved = set(centre.database.read_now(lambda s: s.exec(query).all()))
    return {owner for owner, number in numbers.items() if number in moved}


def unread(centre: Centre, teller: str) -> int:
    query = select(CarrierMessage.state).where(CarrierMessage.carrier == teller)
    return len([s for s in centre.database.read_now(lambda s: s.exec(query).all()) if s != "read"])


def tell_of_all(centre: Centre, teller: str, numbers: dict[str, str]) -> None:
    for number in numbers.values():
        tell(centre, teller, number, Milestone.IN_TRANSIT)
        tell(centre, teller, number, Milestone.DELIVERED)


def test_no_carrier_writes_into_anothers_parcel(all_carriers: Centre) -> None:
    numbers = parcels_of_all(all_carriers)
    for count, teller in enumerate(CARRIERS, start=1):
        tell_of_all(all_carriers, teller, numbers)

        assert beyond(all_carriers, "announced", numbers) == set(CARRIERS[:count]), teller
        assert unread(all_carriers, teller) == 2 * (len(numbers) - 1), teller
    assert sorted(tellers_of(all_carriers).values(), key=min) == [{name} for name in CARRIERS]
    assert all_carriers.differences() == []


@pytest.mark.parametrize("teller", sorted(SOURCES))
def test_a_source_tells_of_every_parcel_that_it_can_read(all_carriers: Centre, teller: str) -> None:
    numbers = parcels_of_all(all_carriers)
    tell_of_all(all_carriers, teller, numbers)

    moved = beyond(all_carriers, "announced", numbers)
    assert moved
    assert list(tellers_of(all_carriers).values()) == [{teller}] * len(moved)
    # A number that the source's own cannot look like is not read at all, and so moves nothing.
    assert unread(all_carriers, teller) == 2 * (len(numbers) - len(moved))
    assert all_carriers.differences() == []


def test_our_own_number_leads_no_carrier_to_anothers_parcel(all_carriers: Centre) -> None:
    numbers = parcels_of_all(all_carriers)
    for count, teller in enumerate(CARRIERS, start=1):
        tell_by_our_own_number(all_carriers, teller, numbers)
        assert delivered(all_carriers, numbers) == set(CARRIERS[:count]), teller


@pytest.mark.parametrize("teller", sorted(SOURCES))
def test_our_own_number_leads_a_source_to_every_parcel(all_carriers: Centre, teller: str) -> None:
    numbers = parcels_of_all(all_carriers)
    tell_by_our_own_number(all_carriers, teller, numbers)

    assert delivered(all_carriers, numbers) == set(numbers)


def tell_by_our_own_number(centre: Centre, teller: str, numbers: dict[str, str]) -> None:
    own, at = STAND_INS[teller]().number(99), centre.clock()
    messages = [
        Message(
            teller,
            Source.SIGNED,
            owner.encode(),
            (CarrierEvent(own, Milestone.DELIVERED, at, owner, reference=number),),
            of_anybodys=teller in SOURCES,
        )
        for owner, number in numbers.items()
    ]
    centre.database.write_now(lambda s: keep_each(s, [(m, at) for m in messages]))


def delivered(centre: Centre, numbers: dict[str, str]) -> set[str]:
    query = select(Parcel.tracking_number).where(Parcel.milestone == "delivered")
    found = set(centre.database.read_now(lambda s: s.exec(query).all()))
    return {owner for owner, number in numbers.items() if number in found}
