"""What an operator is handed, made once: the wheel, installed where no source is seen."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.house.repository import ROOT
from tests.operating.releases import built, pip, source_before


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def wheel_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release that lacks the newest migration."""
    return built(source_before(tmp_path_factory.mktemp("source")), tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds the wheel and the locked packages.

    These are the suite's own, seen through a path: what an index would be asked for is there.
    """
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    [packages] = (folder / "lib").glob("python*/site-packages")
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip(f"--python={folder}/bin/python", "install", "--no-deps", "--no-index", str(wheel))
    return folder / "bin"
