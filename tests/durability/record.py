"""A record of all that a service did to its files while clients told it of scans."""

import shutil
import socket
import threading
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy.exc import DatabaseError

from postal_tracker.settings import Settings
from postal_tracker.storage.engines import sqlite
from tests.durability.clients import ByApi, ByHook, Client, Scan
from tests.durability.findings import findings
from tests.durability.load import a_centre, wait_until_more_is_answered
from tests.durability.power_cut import Disk
from tests.durability.recorder import Recorder, Step

CLIENTS = 4


@dataclass(eq=False, kw_only=True)
class Witness(Client):
    """A client that notes how far the record was when it was answered."""

    recorder: Recorder
    answered_at: list[int] = field(default_factory=list)
    """For each scan that is kept the sequence number."""

    def _is_answered(self, scans: Sequence[Scan]) -> bool:
        is_answered = super()._is_answered(scans)
        if is_answered:
            self.answered_at += [self.recorder.reached()] * len(scans)
        return is_answered

    def kept_by(self, number: int) -> list[Scan]:
        """Return the scans that were answered before the step of this number was done."""
        return self.kept[: bisect_right(self.answered_at, number)]


@dataclass(frozen=True)
class Record:
    settings: Settings
    before: dict[str, bytes]
    """The files before the first step."""
    after: dict[str, bytes]
    steps: list[Step]
    clients: list[Witness]

    def place(self, cut: int) -> int:
        """Return after how many steps the power is cut.

        In turns: anywhere, just when a client is answered, in the midst of a checkpoint.
        """
        numbers = [step.ends for step in self.steps]
        answers = sorted({at for client in self.clients for at in client.answered_at})
        after = (
            range(1, len(numbers) + 1),
            [bisect_right(numbers, at) for at in answers],
            [n for n, step in enumerate(self.steps, 1) if step.name == self.file],
        )
        return Random(cut).choice(after[cut % len(after)])

    @property
    def file(self) -> str:
        """Return the name of the database's own file, into which a checkpoint moves its log."""
        return Path(self.settings.database_url).name

    def losses(self, cuts: Iterable[int], disk: Disk, folder: Path) -> Iterator[str]:
        """Say what is not as it was answered, in the state after each cut of the power."""
        done = 0
        for place, cut in sorted((self.place(cut), cut) for cut in cuts):
            disk.take_all(self.steps[done:place])
            done = place
            put_down(disk.after_a_cut(Random(cut)), folder)
            for loss in self._findings(folder, self.steps[place - 1].ends):
                yield f"cut {cut}, after {place} steps of {len(self.steps)}: {loss}"

    def _findings(self, folder: Path, number: int) -> list[str]:
        settings = self.settings.model_copy(
            update={"database_url": f"sqlite:///{folder / self.file}"}
        )
        try:
            return findings(settings, self.clients, lambda witness: witness.kept_by(number))
        except (DatabaseError, sqlite.DatabaseError) as fault:
            return [f"cannot be read: {fault}"]


def put_down(content: dict[str, bytes], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_bytes(text)


def found_in(folder: Path) -> dict[str, bytes]:
    return lasting({file.name: file.read_bytes() for file in folder.iterdir()})


def lasting(content: dict[str, bytes]) -> dict[str, bytes]:
    """Return files but those that SQLite makes anew after each start: it maps them to memory."""
    return {name: text for name, text in content.items() if not name.endswith("-shm")}


def recorded(recorder: Recorder, url: str, answers: Sequence[int], fault: str = "") -> Record:
    """Return the record of a service that lives as often as `answers` says, and gives so many.

    It is ended in good order each time but the last, when it is killed.
    """
    with a_centre(url) as (settings, numbers, key):
        pass
    before = found_in(recorder.folder)
    ways = (ByApi(key), ByHook())
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        clients = [
            Witness(f"w{n}", port, ways[n % 2], numbers, ending, recorder=recorder)
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for life, more in enumerate(answers, 1):
            service = recorder.born(settings, listening, fault)
            wait_until_more_is_answered(clients, more)
            if life < len(answers):
                service.terminate()
                service.join()
        ending.set()
        for client in clients:
            client.join()
        time.sleep(0.2)  # whatever it does after its last answer
        service.kill()
        service.join()
    return Record(settings, before, found_in(recorder.folder), recorder.steps(), clients)
