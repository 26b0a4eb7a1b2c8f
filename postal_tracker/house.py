"""The house put together: settings, database, carriers, calendar, clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from postal_tracker.access import KnownKeys
from postal_tracker.access.trail import Trail
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.exchange import Exchange
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.core.codes import accept_forms
from postal_tracker.core.working_days import centre_calendar, local_day, read_hours
from postal_tracker.ledger.log import Sequencer
from postal_tracker.settings import Networks, Settings, networks
from postal_tracker.storage.database import Database
from postal_tracker.storage.pulse import State
from postal_tracker.storage.wal_checkpoints import Checkpoints

if TYPE_CHECKING:
    from labels.paper import Medium


def _now() -> datetime:
    return datetime.now(UTC)


def _own_media(file: Path | None) -> "Mapping[str, Medium]":
    """Raises BadMedia, a ValueError."""
    if file is None:
        return {}
    from labels.paper import load

    return load(file)


class House:
    """What every door needs. The clock is asked here and handed down."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = _now,
        timing: Timing = REAL_TIME,
        in_service: bool = False,
    ) -> None:
        """`in_service`: people wait for its answers, so nothing in it waits without an end."""
        self.settings = settings
        patience = settings.database_patience_seconds if in_service else None
        self.calendar = centre_calendar(settings.calendar_file, read_hours(settings.office_hours))
        self.database = Database(settings.database_url, patience=patience, calendar=self.calendar)
        self._checkpoints = Checkpoints(self.database.engine) if in_service else None
        self.audit = Trail(self.database)
        self.carriers = Carriers(settings)
        self._own_media = _own_media(settings.media_file)
        accept_forms(settings.dossier_code_forms)
        self.known_keys = KnownKeys()
        self.now = clock
        self.timing = timing

    def today(self) -> date:
        return local_day(self.now())

    def lacks_room(self, state: State) -> bool:
        """Tell whether the record's disk will soon be full."""
        bound = self.settings.disk_warning_mib * 1024 * 1024
        return state.free_bytes is not None and state.free_bytes < bound

    @property
    def media(self) -> "Mapping[str, Medium]":
        """Return what can be printed on here: what everybody has, and the centre's own."""
        from labels.paper import MEDIA  # with all that draws, which takes long to import

        return {**MEDIA, **self._own_media}

    @property
    def log_key_file(self) -> Path:
        """Return where the key is that signs the log's checkpoints."""
        record = self.database.engine.url.database if self.database.is_sqlite else None
        return self.settings.log_key_file or Path(f"{record or 'data/postal'}.log-key")

    def sequencer(self, by: str) -> Sequencer:
        """Return what appends to the log; `by` tells this process from all others."""
        return Sequencer(self.database, self.log_key_file, by, self.now)

    @property
    def exchange(self) -> Exchange:
        """Return what speaking with carriers needs."""
        return Exchange(self.database, self.carriers, self.now, self.timing)

    @property
    def titles(self) -> Mapping[str, str]:
        """Return the carriers' names by which people know them."""
        return self.carriers.titles

    @property
    def secret(self) -> str:
        return self.settings.secret_key.get_secret_value()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the keys whose signatures are right: ours, and the one before it."""
        old = self.settings.secret_key_old.get_secret_value()
        return (self.secret, old) if old else (self.secret,)

    @property
    def printer_networks(self) -> Networks:
        """Return in which networks label printers may stand."""
        return networks(self.settings.printer_networks)

    @property
    def reuse_after(self) -> timedelta:
        return timedelta(days=366 * self.settings.number_reuse_months / 12)

    @property
    def audit_kept_for(self) -> timedelta:
        return timedelta(days=366 * self.settings.audit_kept_months / 12)

    def close(self) -> None:
        self.audit.write_now()
        if self._checkpoints:
            self._checkpoints.close()
        self.database.close()
