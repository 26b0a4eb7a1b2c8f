"""A clock that a test sets under a program that runs."""

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    library: Path
    file: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what a program is to be started with."""
        return {"LD_PRELOAD": str(self.library), "CLOCK_AHEAD": str(self.file)}

    def set(self, ahead: timedelta) -> None:
        seconds = int(ahead.total_seconds())
        with self.file.open("r+b") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))


def a_clock(folder: Path) -> ShiftedClock:
    """Build one with gcc; it is right until it is set."""
    library, file = folder / "clock.so", folder / "clock"
    file.write_bytes(bytes(8))
    command = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(library)]
    subprocess.run([*command, str(SOURCE)], check=True)
    return ShiftedClock(library, file)
