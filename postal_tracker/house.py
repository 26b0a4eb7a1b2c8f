"""The house put together: settings, database, carriers, calendar, clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from labels import paper
from postal_tracker.carriers import Carriers
from postal_tracker.database import Database
from postal_tracker.settings import Settings
from postal_tracker.staff import KnownKeys
from postal_tracker.working_days import centre_calendar, local_day


def _now() -> datetime:
    return datetime.now(UTC)


class House:
    """What every door needs. The clock is asked here and handed down."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = _now) -> None:
        self.settings = settings
        self.database = Database(settings.database_url)
        self.carriers = Carriers(settings)
        self.calendar = centre_calendar(settings.calendar_file)
        own = paper.load(settings.media_file) if settings.media_file else {}
        self.media: Mapping[str, paper.Medium] = {**paper.MEDIA, **own}
        self.known_keys = KnownKeys()
        self.now = clock

    def today(self) -> date:
        return local_day(self.now())

    @property
    def titles(self) -> Mapping[str, str]:
        """Return the carriers' names by which people know them."""
        return self.carriers.titles

    @property
    def secret(self) -> str:
        return self.settings.secret_key.get_secret_value()

    @property
    def reuse_after(self) -> timedelta:
        return timedelta(days=366 * self.settings.number_reuse_months / 12)

    def close(self) -> None:
        self.database.close()
