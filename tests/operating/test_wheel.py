"""The wheel holds everything: a centre is rehearsed and served from it in an empty folder."""

import json
import re
import signal
import subprocess
import sys
import zipfile

import httpx
import pytest

from tests.commands.running import a_port, command, ended, started, until
from tests.house.repository import PACKAGES, ROOT, tracked

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECRET = "0123456789abcdef0123456789abcdef"
OUTSIDE = {"PYTHONPATH": ""}
"""Nothing of the source is seen."""


def seen(address, path):
    return until(lambda: httpx.get(f"{address}{path}", trust_env=False, timeout=30))


def test_the_wheel_holds_each_file_that_the_repository_keeps_of_the_product(wheel):
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}

    assert inside == set(tracked(*PACKAGES))


def test_what_is_installed_is_the_wheel_and_not_the_source(installed, tmp_path):
    where = subprocess.run(
        [installed / "python", "-c", "import postal_tracker as p; print(p.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )

    assert where.stdout.startswith(str(installed.parent))


def test_a_rehearsal_centre_lives_from_the_wheel(installed, tmp_path):
    program = [str(installed / "postal-tracker")]
    with (
        a_port() as free,
        started(tmp_path, "demo", program=program, POSTAL_PORT=str(free), **OUTSIDE) as demo,
    ):
        address = until(lambda: json.loads((tmp_path / "data/demo.json").read_text())["url"])
        assert "<h1" in seen(address, "/").text
        assert seen(address, "/static/css/base.css").is_success
        assert "<h1" in seen(address, "/?lang=en").text
        assert seen(address, "/openapi.json").json()["paths"]
        assert ended(demo)[0] == 0


def test_the_service_lives_from_the_wheel(installed, tmp_path):
    program = [str(installed / "postal-tracker")]
    with a_port() as free:
        settings = {"POSTAL_SECRET_KEY": SECRET, "POSTAL_PORT": str(free), **OUTSIDE}
        with started(tmp_path, "serve", program=program, **settings) as service:
            assert seen(f"http://127.0.0.1:{free}", "/readyz").is_success
            assert "<h1" in seen(f"http://127.0.0.1:{free}", "/").text
            assert ended(service, signal.SIGTERM)[0] == 0

    examined = command(tmp_path, "verify", program=program, **OUTSIDE)
    assert examined.returncode == 0, examined.stdout


def test_the_sbom_of_a_release_names_each_locked_package_and_no_host():
    lock = ROOT / "requirements.txt"
    made = subprocess.run(
        [sys.executable, ROOT / ".ci/sbom", lock, "postal-tracker", "0.1.0"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    told = json.loads(made)
    pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;]+)", lock.read_text(), re.M)

    assert [(c["name"], c["version"]) for c in told["components"]] == pins
    assert all(c["hashes"] for c in told["components"])
    refs = {c["bom-ref"] for c in told["components"]}
    assert all(set(d["dependsOn"]) <= refs for d in told["dependencies"])
    [own] = [d for d in told["dependencies"] if d["ref"] == "postal-tracker"]
    assert len(own["dependsOn"]) > 30
    assert "://" not in made
