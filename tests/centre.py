"""A small centre to test with: Lan at the desk, Minh the chief, Tuấn the courier, and bà Hoa."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Dialect, Engine, update
from starlette.routing import BaseRoute

from adapters.signing import sign
from postal_tracker import ledger
from postal_tracker.core.journey import Direction
from postal_tracker.desks import doubles, registration, sealing
from postal_tracker.forms import ApplicantForm, DossierForm, ParcelForm
from postal_tracker.house import House
from postal_tracker.settings import PREFIX, CarrierSettings, Settings
from postal_tracker.storage.tables import Procedure
from postal_tracker.web.app import create_app
from tests.calling import Client
from tests.furnishing import furnish

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Eight in the morning in Vietnam."""

HOOK_SECRET = "test-hook-secret-0123456789"
TOKEN = "whsec_" + "dGVzdC10b2tlbi1mb3ItdGhlLXJlaGVhcnNhbC1jYXJyaWVy"

PRINTERS = "127.0.0.1,192.168.0.0/16"
"""Where label printers may stand: those of the tests on this machine."""

HOSTS = "testserver,office.test"
"""By which names tests call the service."""

SIGN_IN = {"second_factor_roles": "", "lock_after_minutes": 30, "lock_after_minutes_admin": 30}
"""How the tests sign in: by password alone, and without giving it again after each quarter."""


_routes: dict[bool, list[BaseRoute]] = {}


def app_of(house: House) -> FastAPI:
    """Return the service for a house, with the routes that the first one has worked out.

    FastAPI works each route out when it is first asked for: longer than most tests take.
    """
    app = create_app(house)
    app.router.routes = _routes.setdefault(house.settings.docs, app.router.routes)
    return app


_read: dict[tuple[tuple[str, str], ...], Settings] = {}


def _settings(database_url: str, **settings: Any) -> Settings:
    """Return a centre's settings; reading them from the environment takes a fifth of its making.

    So what is read is kept for the next centre, unless this one or its environment is special.
    """
    around = tuple(sorted((k, v) for k, v in os.environ.items() if k.upper().startswith(PREFIX)))
    made = _read_settings(**settings) if settings or around not in _read else _read[around]
    if not settings:
        _read[around] = made
    return made.model_copy(deep=True, update={"database_url": database_url})


def _read_settings(**settings: Any) -> Settings:
    return Settings(
        _env_file=None,
        secret_key=SecretStr("test-secret-key-of-more-than-32-characters"),
        carriers={
            "rehearsal": CarrierSettings(
                base_url="http://127.0.0.1:9",
                token=SecretStr(TOKEN),
                hook_secret=SecretStr(HOOK_SECRET),
                rate_per_second=1000,  # tests wait for nothing else
            ),
        },
        **{
            **SIGN_IN,
            "open_docs": True,
            "printer_networks": PRINTERS,
            "allowed_hosts": HOSTS,
            **settings,
        },
    )


_compiled: dict[str, tuple[Dialect, Any]] = {}


def share_statements(engine: Engine) -> None:
    """Let engines of one kind share what SQLAlchemy has compiled: half of most tests' time.

    Each test has a database of its own, but all of them ask the same.
    """
    with engine.connect():  # from now on its dialect knows the server
        ours = engine.dialect, engine._compiled_cache
    engine.dialect, engine._compiled_cache = _compiled.setdefault(engine.dialect.name, ours)


class Clock:
    """An invented clock; tests set it forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


class Centre:
    """A house with a catalogue, one key per role, and a client for its doors."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.clock = Clock(MONDAY)
        self.settings = _settings(database_url, **settings)
        self.house = House(self.settings, clock=self.clock)
        self.database = self.house.database
        share_statements(self.database.engine)
        furnished = self.database.write_now(lambda s: furnish(s, self.clock()))
        self.keys, self.lan = dict(furnished.keys), furnished.lan
        self.client = Client(app_of(self.house), base_url="http://testserver")

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *fault: object) -> None:
        self.client.__exit__(*fault)

    # Doors

    def call(self, method: str, path: str, *, role: str = "desk", **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.keys[role]}"} if role else {}
        headers |= rest.pop("headers", {})
        return self.client.request(method, path, headers=headers, **rest)

    def get(self, path: str, *, role: str = "desk", **rest: Any) -> Any:
        return self.call("GET", f"/api/v1{path}", role=role, **rest)

    def post(self, path: str, body: Any = None, *, role: str = "desk", **rest: Any) -> Any:
        return self.call("POST", f"/api/v1{path}", role=role, json=body, **rest)

    def hook(self, body: bytes, *, at: datetime | None = None, token: str = TOKEN) -> Any:
        """Post what the rehearsal carrier posts."""
        headers = sign(body, token, message_id="msg_1", at=at or self.clock())
        return self.client.post(
            f"/hooks/rehearsal/{HOOK_SECRET}",
            content=body,
            headers={**headers, "content-type": "application/json"},
        )

    def post_counts(self, *, yes: bool) -> None:
        """Let the post's time count in the limit of what is received from now on, or not."""
        change = update(Procedure).values(post_counts=yes)
        self.database.write_now(lambda s: s.connection().execute(change))

    # Makers: the smallest valid thing, keywords for what matters

    def a_dossier(self, **wanted: Any) -> str:
        form = DossierForm(
            procedure=wanted.pop("procedure", "GPLX-01"),
            applicant=ApplicantForm(
                name=wanted.pop("name", "Bà Hoa"),
                phone=wanted.pop("phone", "0912345678"),
                email=wanted.pop("email", ""),
                id_number=wanted.pop("id_number", ""),
                address=wanted.pop("address", "12 Trần Phú"),
            ),
            **wanted,
        )
        return self.database.write_now(
            lambda s: registration.register(
                s,
                form,
                by=self.lan,
                calendar=self.house.calendar,
                now=self.clock(),
                on_doubles=doubles.keep,
            )
        )

    def a_parcel(
        self,
        *dossiers: str,
        direction: str = "to_authority",
        carrier: str = "rehearsal",
        **rest: Any,
    ) -> str:
        form = ParcelForm(
            carrier=carrier,
            direction=Direction(direction),
            dossiers=list(dossiers) or [self.a_dossier()],
            **rest,
        )
        made = self.database.write_now(
            lambda s: sealing.put_into_parcel(
                s,
                form,
                self.house.carriers,
                by=self.lan,
                reuse_after=self.house.reuse_after,
                now=self.clock(),
            )
        )
        return made.tracking_number

    def an_event(self, number: str, milestone: str, **rest: Any) -> dict[str, Any]:
        """Return one event for POST /events; ids differ unless given."""
        self._told = getattr(self, "_told", 0) + 1
        return {
            "id": f"e{self._told}",
            "tracking_number": number,
            "milestone": milestone,
            "happened_at": self.clock().isoformat(),
            **rest,
        }

    def tell(self, *events: dict[str, Any], role: str = "courier") -> list[dict[str, Any]]:
        answer = self.post("/events", {"events": list(events)}, role=role)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def stage(self, code: str) -> str:
        return self.get(f"/dossiers/{code}").json()["stage"]

    def differences(self) -> list[str]:
        """Return where a stored copy differs from the replay of its ledger."""
        return self.database.read_now(lambda s: ledger.differences(s, self.house.calendar))

    def mend(self) -> list[str]:
        """Store what the ledger says; return what was stored otherwise."""
        calendar = self.house.calendar
        return self.database.write_now(lambda s: ledger.differences(s, calendar, mend=True))
