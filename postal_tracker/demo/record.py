"""The rehearsal centre's record: its own files, thrown away, made anew and furnished."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, inspect
from sqlmodel import Session, SQLModel, select

from postal_tracker.access import EVERYTHING, Caller, Role, is_rehearsal_centre
from postal_tracker.commands.own_files import database_file
from postal_tracker.commands.terminal import build_house, stop
from postal_tracker.demo import access
from postal_tracker.demo.access import CARRIER, Access
from postal_tracker.demo.catalogue import load_sample_catalogue
from postal_tracker.demo.director import towns_of
from postal_tracker.demo.past import Past
from postal_tracker.demo.placeholders import fill_up
from postal_tracker.demo.plot import BY_HAND, Crew
from postal_tracker.house import House
from postal_tracker.printing import devices
from postal_tracker.printing.devices import Kind, PrinterForm
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import (
    ApiKey,
    Authority,
    Dossier,
    NumberRange,
    Office,
    StaffMember,
)

CENTRE = "H49.12"


@dataclass(frozen=True, slots=True)
class Files:
    """What the rehearsal centre keeps beside its database."""

    folder: Path

    @property
    def access(self) -> Path:
        return self.folder / "demo.json"

    @property
    def post(self) -> Path:
        """What the rehearsal post remembers."""
        return self.folder / "demo-post.jsonl"

    @property
    def director(self) -> Path:
        """What the director made."""
        return self.folder / "demo-director.txt"

    @property
    def lock(self) -> Path:
        return self.folder / "demo.lock"

    def forget(self) -> None:
        for file in (self.access, self.post, self.director):
            file.unlink(missing_ok=True)


def start_anew(settings: Settings, files: Files) -> None:
    """Throw the rehearsal centre's record away; leaves with 1 if it is somebody else's."""
    house = build_house(settings)
    engine = house.database.engine
    try:
        if _has_tables(engine) and not house.database.read_now(_is_ours_to_fill):
            stop("This database is no rehearsal centre's: --fresh throws nothing of it away.")
        file = database_file(settings.database_url)
        if file is None:
            migrations.upgrade(engine)
            migrations.downgrade(engine, "base")
    finally:
        house.close()
    if file:
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
    files.forget()


def _has_tables(engine: Engine) -> bool:
    return inspect(engine).has_table("dossier")


def _is_ours_to_fill(session: Session) -> bool:
    return is_rehearsal_centre(session) or _is_empty(session)


def _is_empty(session: Session) -> bool:
    tables: tuple[type[SQLModel], ...] = (Office, Dossier, StaffMember, ApiKey)
    return not any(session.exec(select(table).limit(1)).first() for table in tables)


def prepare(settings: Settings, files: Files, known: Access) -> tuple[Access, str, dict[str, str]]:
    """Return who may come in, the director's key, and the authorities' towns."""
    carriers = {**settings.carriers, CARRIER: CarrierSettings(token=SecretStr(known.token))}
    house = build_house(settings.model_copy(update={"carriers": carriers}))
    try:
        migrations.upgrade(house.database.engine)
        if not house.database.read_now(_is_ours_to_fill):
            stop(
                "This database is in real use. The rehearsal centre needs one of its own: "
                "`demo --database FILE`, or without POSTAL_DATABASE_URL data/demo.db."
            )
        if house.database.read_now(_is_empty):
            files.post.unlink(missing_ok=True)  # its numbers will be given out again
            files.director.unlink(missing_ok=True)
        return house.database.write_now(lambda s: _furnish(s, house, known))
    finally:
        house.close()


def _furnish(session: Session, house: House, known: Access) -> tuple[Access, str, dict[str, str]]:
    is_new, now = _is_empty(session), house.now()
    if is_new:
        load_sample_catalogue(session)
        fill_up(session)
        session.add_all(_ranges())
        session.flush()
        devices.add(session, _PRINTER, house.media, allowed=(), scope=EVERYTHING, now=now)
    office_id = session.exec(select(Office.id).where(Office.code == CENTRE)).one()
    known = access.with_keys(session, known, office_id=office_id, now=now)
    key = access.director_key(session, office_id=office_id, now=now)
    towns = towns_of(session.exec(select(Authority.code, Authority.address)))
    if is_new:
        session.flush()
        desk, courier = (access.staff_id(session, name) for name in ("lan", "tuan"))
        crew = Crew(
            desk=Caller(f"staff:{desk}", Role.DESK, office_id),
            courier=Caller(f"staff:{courier}", Role.COURIER, office_id),
        )
        Past(session, house, crew, now=now).tell()
    return known, key, towns


_PRINTER = PrinterForm(name="Máy in quầy 1", office=CENTRE, kind=Kind.BROWSER)


def _ranges() -> list[NumberRange]:
    """Return the S10 numbers allotted to the centre; those for bags are for use at home only."""
    return [
        NumberRange(
            carrier=carrier,
            indicator=indicator,
            first_serial=10_000_000,
            last_serial=10_499_999,
            next_serial=10_000_000,
        )
        for carrier, indicator in ((CARRIER, "EB"), (BY_HAND, "BH"))
    ]
