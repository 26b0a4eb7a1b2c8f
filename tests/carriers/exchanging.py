"""A centre that works with carriers' stand-ins: set up with them, and polling them."""

import asyncio

from pydantic import SecretStr

from postal_tracker.carriers import polling
from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from tests.centre import HOOK_SECRET, Centre
from tests.standins.standin import PASSWORD, SIGNING_KEY, TOKEN, USERNAME


def works_with(centre: Centre, *names: str, base_url: str = "") -> None:
    """Set the centre up with these carriers."""
    centre.settings.carriers = {
        name: CarrierSettings(
            base_url=base_url,
            token=SecretStr(TOKEN),
            signing_key=SecretStr(SIGNING_KEY),
            hook_secret=SecretStr(HOOK_SECRET),
            username=USERNAME,
            password=SecretStr(PASSWORD),
            rate_per_second=1000,
        )
        for name in names
    }
    centre.house.carriers = Carriers(centre.settings)


def poll(centre: Centre, name: str) -> int:
    async def asking() -> int:
        async with polling.client() as client:
            return await polling.ask_all_due(centre.house.exchange, client, name, by="here")

    return asyncio.run(asking())
