"""Every carrier at every other's parcel: nobody but a source tells of what is not its own."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox import Message, keep_each
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import CarrierMessage, LedgerEntry
from tests.adapters.at_work import bare, code_for
from tests.centre import HOOK_SECRET, Centre
from tests.standins.all import STAND_INS
from tests.standins.standin import PASSWORD, SIGNING_KEY, TOKEN, USERNAME, Scan

SOURCES = {name for name, kind in STAND_INS.items() if not kind().carrier().carries}
CARRIERS = sorted(STAND_INS.keys() - SOURCES)

each_teller = pytest.mark.parametrize("teller", sorted(STAND_INS))


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


def states(centre: Centre) -> list[str]:
    return list(centre.database.read_now(lambda s: s.exec(select(CarrierMessage.state)).all()))


@each_teller
def test_no_carrier_writes_into_anothers_parcel(all_carriers: Centre, teller: str) -> None:
    numbers = parcels_of_all(all_carriers)
    for number in numbers.values():
        tell(all_carriers, teller, number, Milestone.IN_TRANSIT)
        tell(all_carriers, teller, number, Milestone.DELIVERED)

    moved = {
        owner
        for owner, number in numbers.items()
        if all_carriers.get(f"/parcels/{number}").json()["milestone"] != "announced"
    }
    expected = set(numbers) if teller in SOURCES else {teller}
    # A number that the teller's own cannot look like is not read at all, and so moves nothing.
    assert moved <= expected
    assert teller in SOURCES or moved == expected
    assert len(tellers_of(all_carriers)) == len(moved)
    crossed = len(numbers) - len(moved)
    assert len([s for s in states(all_carriers) if s != "read"]) == 2 * crossed
    assert all_carriers.differences() == []


@each_teller
def test_our_own_number_leads_no_carrier_to_anothers_parcel(
    all_carriers: Centre, teller: str
) -> None:
    numbers = parcels_of_all(all_carriers)
    own = STAND_INS[teller]().number(99)
    at = all_carriers.clock()
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
    all_carriers.database.write_now(lambda s: keep_each(s, [(m, at) for m in messages]))

    moved = {
        owner
        for owner, number in numbers.items()
        if all_carriers.get(f"/parcels/{number}").json()["milestone"] == "delivered"
    }
    assert moved == (set(numbers) if teller in SOURCES else {teller})
