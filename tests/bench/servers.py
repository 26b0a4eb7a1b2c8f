"""The servers that are measured, each in a process of its own: ours, its no-op, the textbook's.

`python -m tests.bench.servers ours|logged|noop|textbook|asking DATABASE` prints its port and serves
until it is ended. The no-op takes the same bodies by the same forms and answers the same shapes; it
asks for no key, keeps nothing and looks nothing up.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from adapters.event import Milestone
from postal_tracker.background import scheduler
from postal_tracker.carriers.inbox import EventResult, EventStatus
from postal_tracker.commands.serving import BACKLOG, HTTP, accepting
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.desks.scanning import COURIER_ACTS, ScanView
from postal_tracker.forms import EventsForm, ParcelForm, ScanForm, TrackForm
from postal_tracker.house import House
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.views.citizen import (
    CitizenDossierView,
    CitizenLocationView,
    CitizenTimelineView,
)
from postal_tracker.views.parcels import ParcelView
from postal_tracker.web.app import create_app
from postal_tracker.web.http import garbage
from tests.bench import textbook
from tests.bench.data import LIFE
from tests.centre import HOOK_SECRET
from tests.standins.standin import TOKEN


def ours(url: str) -> FastAPI:
    """Return the service as it is; the rehearsal carrier tells it by signed webhooks."""
    carrier = CarrierSettings(token=SecretStr(TOKEN), hook_secret=SecretStr(HOOK_SECRET))
    return create_app(House(settings_on(url, rehearsal=carrier), in_service=True))


def asking(url: str, carrier_url: str, rate: str) -> FastAPI:
    """Return the service that asks the rehearsal carrier there, so many questions a second."""
    carrier = CarrierSettings(
        base_url=carrier_url,
        token=SecretStr(TOKEN),
        hook_secret=SecretStr(HOOK_SECRET),
        rate_per_second=float(rate),
    )
    house = House(settings_on(url, rehearsal=carrier))
    every_second = partial(scheduler.running, house, rounds="* * * * * *", announces=False)
    return create_app(house, beside=every_second)


def logged(url: str, key_file: str) -> FastAPI:
    """Return the service with nothing beside it but the log that cannot be rewritten."""
    house = House(settings_on(url).model_copy(update={"log_key_file": Path(key_file)}))

    @asynccontextmanager
    async def sequencing() -> AsyncIterator[None]:
        task = asyncio.create_task(house.sequencer("bench").run())
        yield
        task.cancel()

    return create_app(house, beside=sequencing)


def settings_on(url: str, **carriers: CarrierSettings) -> Settings:
    secret = SecretStr("bench-secret-key-of-more-than-32-characters")
    return Settings(_env_file=None, database_url=url, secret_key=secret, carriers=carriers)


def noop(_url: str) -> FastAPI:
    """Return the most that this framework can do with these bodies."""
    app = FastAPI()

    @app.post("/api/v1/events")
    async def report_events(form: EventsForm) -> dict[str, list[EventResult]]:
        return {"results": [EventResult(event.id, EventStatus.RECORDED) for event in form.events]}

    @app.post("/api/v1/track")
    async def track(form: TrackForm) -> CitizenDossierView:
        return CitizenDossierView(**{**_SEEN, "code": form.code})

    @app.post("/api/v1/scans")
    async def scan(form: ScanForm) -> ScanView:
        return ScanView(
            "parcel", form.code, [*COURIER_ACTS], Milestone.IN_TRANSIT, Milestone.IN_TRANSIT
        )

    @app.post("/api/v1/parcels", status_code=201)
    async def seal(form: ParcelForm) -> ParcelView:
        sealed = {"carrier": form.carrier, "direction": form.direction, "dossiers": form.dossiers}
        return ParcelView(**{**_SEALED, **sealed})

    return app


_NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

_SEEN: dict[str, Any] = {
    "procedure_name": "Cấp lại giấy phép lái xe",
    "authority_name": "Công an tỉnh Quảng Ninh",
    "action_needed": False,
    "action_text": "Ông/Bà chưa phải làm gì.",
    "stage": Stage.TO_AUTHORITY,
    "stage_text": "Đang chuyển tới cơ quan giải quyết",
    "next_text": "Tiếp theo, cơ quan giải quyết nhận hồ sơ và xử lý.",
    "location": CitizenLocationView(Holder.POST, "Bưu chính", "TTKT Hà Nội", _NOW),
    "first_due_on": date(2026, 11, 30),
    "due_on": date(2026, 11, 30),
    "overdue": False,
    "extended": False,
    "clock": "running",
    "waiting_for": [],
    "closed_by": None,
    "office_name": "Trung tâm Phục vụ hành chính công Uông Bí",
    "office_address": "Phường Uông Bí, tỉnh Quảng Ninh",
    "office_hours": "",
    "office_phone": "",
    "as_of": _NOW,
    "timeline": [CitizenTimelineView(_NOW, "Đang trên đường", place) for _, place in LIFE[:4]],
}


_SEALED: dict[str, Any] = {
    "tracking_number": "EB100000005VN",
    "milestone": Milestone.ANNOUNCED,
    "place": "",
    "milestone_at": _NOW,
    "open": True,
    "flags": [],
    "handover": None,
    "created_at": _NOW,
    "next_check_at": _NOW,
    "events": [],
}


SERVERS: dict[str, Callable[..., FastAPI]] = {
    "ours": ours,
    "logged": logged,
    "asking": asking,
    "noop": noop,
    "textbook": textbook.create_app,
}


_OURS = ("ours", "logged", "asking")

_MODULES = {"anymail": ("tests.bench.anymail_hook",)}


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int


@contextmanager
def running(kind: str, url: str = "", *more: str) -> Iterator[Server]:
    """Run a server in a process of its own; it is ended, by its own id, at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", *_MODULES.get(kind, ("tests.bench.servers", kind)), url, *more],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            yield Server(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()
            process.wait(20)


def main() -> None:
    kind, *given = sys.argv[1:]
    app = SERVERS[kind](*given)
    garbage.seldom()  # as `serve` does; the others may as well
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        loop="uvloop",
        http=HTTP["http"] if kind in _OURS else "httptools",
        access_log=False,
        backlog=BACKLOG,
        timeout_keep_alive=HTTP["timeout_keep_alive"],
        proxy_headers=False,
        log_level="warning",
    )
    listening = config.bind_socket()
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=accepting(listening) if kind in _OURS else [listening])


if __name__ == "__main__":
    main()
