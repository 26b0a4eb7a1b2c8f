"""The rehearsal post beside a centre: real HTTP, every hook lost, both clocks in our hands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx

from postal_tracker.carriers.configured import Carriers
from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running
from tests.centre import TOKEN, Centre


class SilentPost:
    """A post whose news must be asked for."""

    def __init__(self, centre: Centre, url: str) -> None:
        self._centre = centre
        self._http = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=60,
            trust_env=False,
            verify=False,  # plain HTTP: reading the certificates would take longer than the test
        )
        self.misbehave(drop=1.0)

    def misbehave(self, **mischief: float) -> None:
        """What is not named goes right again."""
        self._do("/mischief", **mischief)

    def pick_up(self, *numbers: str, fate: str = "delivered") -> None:
        self._do("/pickups", tracking_numbers=numbers, fate=fate)

    def pass_time(self, **span: float) -> datetime:
        before = self._centre.clock()
        now = self._centre.clock.pass_(**span)
        self._do("/clock/advance", minutes=(now - before).total_seconds() / 60)
        return now

    def knows(self, number: str) -> list[str]:
        """Return the statuses it would tell of a parcel."""
        scans = self._http.get("/tracking", params={"numbers": number}).json()["scans"]
        return [scan["status"] for scan in scans]

    def close(self) -> None:
        self._http.close()

    def _do(self, path: str, **body: Any) -> None:
        self._http.post(path, json=body).raise_for_status()


@contextmanager
def silent_post(centre: Centre) -> Iterator[SilentPost]:
    """Open a post and send the centre there."""
    settings = RehearsalSettings(
        token=TOKEN, hook_url="http://127.0.0.1:9/lost", speed=0, starts_at=centre.clock()
    )
    with running(settings) as url:
        at_address(centre, url)
        post = SilentPost(centre, url)
        yield post
        post.close()


def at_address(centre: Centre, url: str) -> None:
    """Let the centre find the rehearsal carrier at this address."""
    centre.settings.carriers["rehearsal"].base_url = url
    centre.house.carriers = Carriers(centre.settings)
