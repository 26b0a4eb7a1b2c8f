"""A record of all that a service did to its files while clients told it of scans."""

import shutil
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
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


@dataclass(eq=False)
class Witness(Client):
    """A client that remembers at which of its ports it heard an answer."""

    heard: list[tuple[int, Sequence[Scan]]] = field(default_factory=list)

    def _is_answered(self, scans: Sequence[Scan]) -> bool:
        if self.connection.sock is None:
            self.connection.connect()
        port = self.connection.sock.getsockname()[1]
        is_answered = super()._is_answered(scans)
        if is_answered:
            self.heard.append((port, scans))
        return is_answered


@dataclass(frozen=True)
class Record:
    settings: Settings
    before: dict[str, bytes]
    """The files before the first step."""
    after: dict[str, bytes]
    steps: list[Step]
    clients: list[Witness]

    @cached_property
    def answers(self) -> dict[Client, list[tuple[int, Sequence[Scan]]]]:
        """Return what each client heard is kept, and with which step that was answered.

        A client waits for each answer, so those that were sent to a port were heard there in turn.
        """
        sent = defaultdict(deque)
        for step in self.steps:
            if step.what == "answer":
                sent[int(step.name)].append(step.ends)
        return {
            client: [(sent[port].popleft(), scans) for port, scans in client.heard]
            for client in self.clients
        }

    def kept_by(self, number: int, client: Client) -> list[Scan]:
        """Return the scans whose keeping a client was told of, up to the step of that number."""
        return [scan for at, scans in self.answers[client] if at <= number for scan in scans]

    @cached_property
    def places(self) -> tuple[list[int], ...]:
        """Return after how many steps the power may be cut.

        Anywhere; just when a client is answered; in the midst of a checkpoint.
        """
        steps = list(enumerate(self.steps, 1))
        return (
            [n for n, _ in steps],
            [n for n, step in steps if step.what == "answer"],
            [n for n, step in steps if step.name == self.file],
        )

    def place(self, cut: int) -> int:
        """Return one of these, drawn by the number of the cut; their kinds take turns."""
        kinds = [places for places in self.places if places]
        return Random(cut).choice(kinds[cut % len(kinds)])

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
            return findings(settings, self.clients, partial(self.kept_by, number))
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
        clients = [Witness(f"w{n}", port, ways[n % 2], numbers, ending) for n in range(CLIENTS)]
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
