"""A centre with a webhook, and a receiver that answers as a test wants it to."""

import asyncio
from functools import partial

import httpx
import pytest

from postal_tracker.outgoing import deliveries
from postal_tracker.outgoing.guard import allowed_places
from postal_tracker.outgoing.relay import relay
from postal_tracker.outgoing.sending import Sender, client
from tests.outgoing.receiving import receiving


class Subscribed:
    """A centre, its webhook and the receiver; `work` does what the service does all the time."""

    def __init__(self, centre, receiver):
        self.centre, self.receiver = centre, receiver
        place = httpx.URL(receiver.url)
        centre.settings.webhooks_allow = f"{place.host}:{place.port}"
        answer = centre.post(
            "/webhooks", {"url": receiver.url, "types": ["dossier.stage_changed"]}, role="admin"
        )
        assert answer.status_code == 201, answer.text
        self.id, receiver.secret = answer.json()["id"], answer.json()["secret"]

    def work(self):
        asyncio.run(self._work())

    async def _work(self):
        """Number, queue and call until nothing more is due at this moment."""
        house = self.centre.house
        while await house.database.write(partial(relay, now=house.now())):
            pass
        sender = Sender(house)
        async with client(allowed_places(house.settings.webhooks_allow)) as to_receivers:
            for id_ in await house.database.read(partial(deliveries.with_due, now=house.now())):
                while await sender.call_all(to_receivers, id_):
                    pass

    def pass_(self, **span):
        self.centre.clock.pass_(**span)
        self.work()

    def log(self):
        """Return what the delivery log says, the oldest first."""
        told = self.centre.get(f"/webhooks/{self.id}/deliveries", role="admin").json()["items"]
        return told[::-1]

    def states(self):
        return [one["state"] for one in self.log()]

    def call(self, method, **rest):
        return self.centre.call(method, f"/api/v1/webhooks/{self.id}", role="admin", **rest)

    def change(self, **change):
        return self.call("PATCH", json=change)

    def hook(self):
        return self.centre.get(f"/webhooks/{self.id}", role="admin").json()


@pytest.fixture
def subscribed(any_centre):
    with receiving() as receiver:
        yield Subscribed(any_centre, receiver)
