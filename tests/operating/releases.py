"""Releases as an operator is handed them: today's, and the one before the newest migration."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.repository import ROOT

BEFORE = "0.0.9"
"""What the release before calls itself."""

VERSIONS = "postal_tracker/storage/migrations/versions"


def built(source: Path, folder: Path) -> Path:
    """Return the wheel of a source."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    [made] = folder.glob("*.whl")
    return made


def a_release(wheel: Path, folder: Path) -> Path:
    """Return a folder with all that a release consists of."""
    shutil.copytree(ROOT / "docs/operating", folder / "operating")
    shutil.copy(wheel, folder)
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


def newest_migration_file() -> str:
    return max(path.name for path in (ROOT / VERSIONS).glob("0*.py"))


def source_before(folder: Path) -> Path:
    """Return the source as it was before the newest migration, out of the repository's history.

    A shallow clone has none: then it is today's, and an upgrade brings no migration.
    """
    newest = f"{VERSIONS}/{newest_migration_file()}"
    added = _git("log", "--diff-filter=A", "--format=%H", "--", newest).split()
    parents = _git("rev-list", "--parents", "-1", added[-1]).split()[1:] if added else []
    packed = folder / "source.tar"
    _git("archive", f"--output={packed}", *(parents or ["HEAD"]))
    subprocess.run(["tar", "-xf", packed, "-C", folder], check=True)
    project = folder / "pyproject.toml"
    told = re.sub(r'^version = ".*"$', f'version = "{BEFORE}"', project.read_text(), flags=re.M)
    project.write_text(told)
    return folder


def pip(*arguments: str) -> None:
    run = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*run, *arguments], check=True, timeout=100)


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout
