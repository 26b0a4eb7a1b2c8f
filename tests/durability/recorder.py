"""A recorder of whatever a program does to its files, and of when it answers."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from postal_tracker.settings import Settings
from postal_tracker.storage import engines
from tests.durability.power_cut import Step
from tests.durability.server import serve

SOURCE = Path(__file__).with_name("recorder.c")

CHECKPOINT_PAGES = 200
"""The service's own is twenty times that: so more cuts fall in the midst of a checkpoint."""


@dataclass(frozen=True, slots=True)
class Recorder:
    library: Path
    folder: Path
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what a program is to be started with."""
        return {
            "LD_PRELOAD": str(self.library),
            "RECORD_FOLDER": str(self.folder),
            "RECORD_LOG": str(self.log),
        }

    def born(self, settings: Settings, listening: socket.socket, fault: str) -> BaseProcess:
        """Start the service with its files recorded."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            # A fork would have its libraries already; only a new program loads the recorder.
            process = get_context("spawn").Process(
                target=_serve, args=(settings, listening, fault), daemon=True
            )
            process.start()
        return process

    def steps(self) -> list[Step]:
        return list(_steps(self.log))


def _serve(settings: Settings, listening: socket.socket, fault: str) -> None:
    engines.CHECKPOINT_PAGES = CHECKPOINT_PAGES
    serve(settings, listening, fault)


def _steps(log: Path) -> Iterator[Step]:
    with log.open("rb") as file:
        while head := file.readline():
            what, name, offset, length = head.decode().split()
            yield Step(what, name, int(offset), file.read(int(length)), file.tell())


def recorder(folder: Path, beside: Path) -> Recorder:
    """Build a recorder of what is done below a folder; its library and log stand beside."""
    assert shutil.which("gcc"), "the recorder is built by gcc: apt install gcc libc6-dev"
    library, log = beside / "recorder.so", beside / "steps"
    flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, SOURCE, "-ldl", "-pthread"], check=True)
    log.touch()
    return Recorder(library, folder.resolve(), log)
