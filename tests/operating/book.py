"""The operator's book, docs/operating.md, and a machine on which its lines can be carried out.

The lines run in a real shell, in an environment of real programs. Paths below /opt, /etc and /var
lead into a folder of the test; users and the init system are stood in for by a few functions of the
shell, which take programs, folders and names out of the units that the book installs.
"""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.commands.running import surroundings
from tests.house.repository import ROOT

BOOK = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
FILES = ROOT / "docs/operating"


def steps(heading: str) -> list[str]:
    """Return what a section has between its fences, without that of sections below it."""
    [section] = re.findall(
        rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", without_fences(), re.M | re.S
    )
    return [_FENCES[int(n)] for n in re.findall(r"@fence(\d+)@", section)]


_FENCES = re.findall(r"^```sh\n(.*?)^```$", BOOK, re.M | re.S)


def without_fences() -> str:
    """Return the book with a number for each fence: a line in it may begin like a heading."""
    numbers = iter(range(len(_FENCES)))
    return re.sub(r"^```sh\n.*?^```$", lambda _: f"@fence{next(numbers)}@", BOOK, flags=re.M | re.S)


STAND_INS = r"""
set -euo pipefail
here() { sed -E "s#(^|[ =\"'])/(opt|etc|var)/#\1$ROOT/\2/#g"; }
unit() { sed -n "s|^$2=||p" "$ROOT/etc/systemd/system/$1.service" | here | tail -1; }
useradd() { :; }
chown() { :; }
apt-get() { :; }
runuser() { shift 3; "$@"; }
python3() {  # the packages of the lock are there already
  "$PYTHON" "$@"
  if [ "$2" = venv ]; then
    for packages in "$3"/lib/python3*/site-packages; do
      echo "$LOCKED" > "$packages/locked.pth"
    done
  fi
}
stop() {
  kill -TERM "$(cat "$ROOT/$1.pid")" && tail --pid="$(cat "$ROOT/$1.pid")" -f /dev/null
  rm "$ROOT/$1.pid"
}
start() {
  for state in $(unit "$1" StateDirectory); do mkdir -p "$ROOT/var/lib/$state"; done
  cd "$(unit "$1" WorkingDirectory)"
  if [ "$(unit "$1" Type)" = oneshot ]; then
    eval "$(unit "$1" ExecStart | sed 's/%%/%/g')"
    eval "$(unit "$1" ExecStartPost)"
  else
    [ ! -e "$ROOT/$1.pid" ] || { echo "$1 is running already" >&2; return 1; }
    $(unit "$1" ExecStart) >> "$ROOT/journal" 2>&1 &
    echo $! > "$ROOT/$1.pid"
  fi
}
systemctl() {
  echo "$@" >> "$ROOT/systemctl"
  local verb=$1 name; shift
  for name in "$@"; do
    case $verb:$name in
      *:--now | *.timer | *:caddy) ;;
      enable:* | start:*) (start "$name") ;;
      stop:*) stop "$name" ;;
      restart:*) stop "$name"; (start "$name") ;;
    esac
  done
}
"""


class Machine:
    """A place where an operator types; what was set stays set from one block to the next."""

    def __init__(self, root: Path, port: int) -> None:
        self.root, self.release, self.port = root, root, port
        self.folder = root / "var/lib/postal-tracker"
        self._typed: dict[str, str] = {}
        for folder in ("opt", "etc/systemd/system", "etc/caddy", "var/lib"):
            (root / folder).mkdir(parents=True)

    def types(self, block: str, **variables: str) -> str:
        """Carry out a block in the release's folder; fails where one of its lines does."""
        done = subprocess.run(
            [
                "bash",
                "-c",
                f"{STAND_INS}\n{self._moved(block)}\ndeclare -p version 2>/dev/null || :",
            ],
            cwd=self.release,
            env=surroundings(
                **{"PYTHONPATH": "", "PIP_NO_INDEX": "1", "POSTAL_PORT": str(self.port)},
                **{"ROOT": str(self.root), "PYTHON": sys.executable},
                **{"LOCKED": sysconfig.get_path("purelib"), **self._typed, **variables},
            ),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        self._typed |= dict(re.findall(r'declare -\S+ (version)="(.*)"', done.stdout))
        return done.stdout

    def _moved(self, block: str) -> str:
        return re.sub(r"(?<![\w.])/(opt|etc|var)/", rf"{self.root}/\1/", block)

    def is_running(self, unit: str) -> bool:
        return (self.root / f"{unit}.pid").exists()
