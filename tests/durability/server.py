"""The service as a process of its own, to be killed: DATABASE_URL PORT [--answers-early]."""

import asyncio
import sys
from typing import Any

import uvicorn
from pydantic import SecretStr

from postal_tracker.carrier_news import EventResult, EventStatus
from postal_tracker.house import House
from postal_tracker.settings import CarrierSettings, Settings
from postal_tracker.web.app import create_app
from tests.centre import HOOK_SECRET, TOKEN


def main(database_url: str, port: str, *flags: str) -> None:
    rehearsal = CarrierSettings(token=SecretStr(TOKEN), hook_secret=SecretStr(HOOK_SECRET))
    house = House(
        Settings(
            _env_file=None,
            database_url=database_url,
            secret_key=SecretStr("test-secret-key-of-more-than-32-characters"),
            carriers={"rehearsal": rehearsal},
        )
    )
    if "--answers-early" in flags:
        answer_early(house)
    uvicorn.run(create_app(house), host="127.0.0.1", port=int(port), log_level="critical")


def answer_early(house: House) -> None:
    """Break the promise on purpose: say "recorded" first, write a moment later."""
    write_each = house.database.write_each
    pending = set()

    async def later(command: Any, item: Any) -> None:
        await asyncio.sleep(0.05)
        await write_each(command, item)

    async def early(command: Any, item: Any) -> Any:
        task = asyncio.create_task(later(command, item))
        pending.add(task)
        task.add_done_callback(pending.discard)
        return [EventResult(event.id, EventStatus.RECORDED) for event in item.events]

    house.database.write_each = early  # type: ignore[method-assign]


if __name__ == "__main__":
    main(*sys.argv[1:])
