"""The house put together: settings, database, carriers, calendar, clock."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from postal_tracker.access import KnownKeys, kept_settings
from postal_tracker.access.trail import Trail
from postal_tracker.carriers.configured import Carriers, with_kept
from postal_tracker.carriers.exchange import Exchange
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.core.codes import accept_forms
from postal_tracker.core.own_days import ToldDay, with_own_days
from postal_tracker.core.problems import Problem
from postal_tracker.core.surveys import editions
from postal_tracker.core.working_days import centre_calendar, local_day, read_hours
from postal_tracker.ledger.log import Sequencer
from postal_tracker.settings import Networks, Settings, networks
from postal_tracker.storage.database import Database
from postal_tracker.storage.pulse import State
from postal_tracker.storage.tables import OwnDay
from postal_tracker.storage.wal_checkpoints import Checkpoints

if TYPE_CHECKING:
    from labels.paper import Medium


log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def _own_media(file: Path | None) -> "Mapping[str, Medium]":
    """Raises BadMedia, a ValueError."""
    if file is None:
        return {}
    from labels.paper import load

    return load(file)


TAKEN_UP_EVERY = 5.0
"""Seconds after which a setting or a day off that was told holds in every process."""

Kept = tuple[Mapping[str, str], Sequence[ToldDay]]
"""What administrators have told: settings (secrets sealed), days off and make-up days."""


def kept(session: Session) -> Kept:
    """Return what the record holds of it."""
    rows = session.exec(select(OwnDay).order_by(col(OwnDay.id))).all()
    days = [ToldDay(row.day, row.working, row.reason, row.source, row.told_at) for row in rows]
    return kept_settings.known(session), days


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
        self.surveys = editions(settings.survey_questions_file)
        self._own_media = _own_media(settings.media_file)
        accept_forms(settings.dossier_code_forms)
        self.known_keys = KnownKeys()
        self.now = clock
        self.timing = timing
        self._given, self.given_carriers = frozenset(settings.model_fields_set), settings.carriers
        self._kept: Kept = {}, []
        self.lost_settings: set[str] = set()

    # What an administrator has set

    def is_given(self, name: str) -> bool:
        """Tell whether the environment says something of a setting: that goes before the page."""
        return name in self._given

    async def refresh(self) -> None:
        """Take up what an administrator has set meanwhile, in this process or another."""
        self.take_up(await self.database.read(kept))

    def take_up(self, told: Kept) -> None:
        """Let these hold where the environment says nothing; what is no longer kept ends."""
        if told == self._kept:
            return
        clear, self.lost_settings = kept_settings.opened(told[0], self.secrets)
        for name in kept_settings.OF_THE_SERVICE:
            if name not in self._given:
                kept_settings.put(self.settings, name, clear.get(name))
        hours = read_hours(self.settings.office_hours)
        country = centre_calendar(self.settings.calendar_file, hours)
        self.calendar = with_own_days(country, told[1])
        self.database.count_by(self.calendar)
        of_carriers = {n: text for n, text in clear.items() if n.startswith("carriers.")}
        self.settings.carriers = with_kept(self.given_carriers, of_carriers)
        self.carriers = Carriers(self.settings)
        self._kept = told

    @asynccontextmanager
    async def keeping_up(self) -> AsyncGenerator[None]:
        """Take up what is set anywhere within seconds, for as long as this lasts."""
        if len(self.secrets) > 1:
            await self.database.write(lambda s: kept_settings.reseal(s, self.secrets))
        await self._try_to_refresh()
        task = asyncio.create_task(self._keep_up())
        yield
        task.cancel()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(TAKEN_UP_EVERY)
            await self._try_to_refresh()

    async def _try_to_refresh(self) -> None:
        try:
            await self.refresh()
        except (Problem, SQLAlchemyError):
            log.warning("what was set could not be taken up", exc_info=True)

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
    def people_required_for(self) -> timedelta:
        return timedelta(days=self.settings.people_required_days)

    @property
    def audit_kept_for(self) -> timedelta:
        return timedelta(days=366 * self.settings.audit_kept_months / 12)

    def close(self) -> None:
        self.audit.write_now()
        if self._checkpoints:
            self._checkpoints.close()
        self.database.close()
