"""The compose file's parts as processes: our service, a real PostgreSQL, Debian's Caddy before it.

No container engine is needed: each part's settings and secrets are taken out of the file.
"""

import os
import re
import shutil
import signal
import ssl
import subprocess
from contextlib import contextmanager

import httpx
import pytest
import yaml

from postal_tracker.settings import PREFIX, Settings
from tests.commands.running import GIVEN, a_port, chooses, command, ended, started, until
from tests.house.repository import ROOT
from tests.operating.book import BOOK, FILES, steps
from tests.operating.guessing import answers_of_one_caller_under_many_names

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COMPOSE = yaml.safe_load((FILES / "compose.yaml").read_text(encoding="utf-8"))
PARTS = COMPOSE["services"]
SITE = "localhost"
PASSWORD = "cau-thang-may-xanh-71"


def in_file(environment, folder):
    """Return settings as the engine would give them: a secret's file, the site's name."""
    values = {
        name: str(value).replace("${POSTAL_SITE}", SITE) for name, value in environment.items()
    }
    return {name: value.replace("/run/secrets", str(folder)) for name, value in values.items()}


def test_each_setting_of_the_compose_file_is_one_of_ours():
    given = {name.removesuffix("_FILE") for name in PARTS["tracker"]["environment"]}

    assert given <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_each_secret_and_volume_that_a_part_names_is_there():
    for part in PARTS.values():
        assert set(part.get("secrets", [])) <= set(COMPOSE["secrets"])
        files = [v for n, v in part["environment"].items() if n.endswith("_FILE")]
        assert {v.removeprefix("/run/secrets/") for v in files} == set(part.get("secrets", []))
        named = [volume.split(":")[0] for volume in part.get("volumes", [])]
        assert all((FILES / name).is_file() or name in COMPOSE["volumes"] for name in named)
    written = re.findall(r"> (secrets/\w+)$", "".join(steps("Containers")), re.M)
    assert {f"./{file}" for file in written} == {s["file"] for s in COMPOSE["secrets"].values()}


def test_the_image_is_the_dockerfiles_and_speaks_to_nobody_but_the_proxy():
    tracker, dockerfile = PARTS["tracker"], (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert (FILES / tracker["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    assert "ports" not in tracker
    assert "ports" not in PARTS["database"]
    port = re.search(r"POSTAL_PORT=(\d+)", dockerfile)[1]
    assert PARTS["proxy"]["environment"]["POSTAL_UPSTREAM"] == f"tracker:{port}"


def test_the_names_of_what_to_watch_are_those_that_are_measured():
    from postal_tracker.web.metrics import exposition

    figures = ("lag_seconds", "error_ratio", "last_hook_timestamp_seconds")
    none = dict.fromkeys(("last_answer_timestamp_seconds", "due_parcels", "rests", *figures), 1.0)
    shown = exposition({"vnpost": none}).decode()

    named = re.findall(r"`(postal_\w+)`", BOOK)
    assert len(named) >= 4
    assert [name for name in named if f"# HELP {name} " not in shown] == []


# The parts, running


@contextmanager
def proxied(folder, upstream):
    """Run the proxy as it is configured; yields the ports of https and http."""
    with a_port() as https, a_port() as http:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("POSTAL_")},
            **in_file(PARTS["proxy"]["environment"], folder),
            "POSTAL_UPSTREAM": f"127.0.0.1:{upstream}",
            "POSTAL_HTTPS_PORT": str(https),
            "POSTAL_HTTP_PORT": str(http),
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
        }
        with (folder / "caddy.txt").open("wb") as said:
            caddy = subprocess.Popen(
                ["caddy", "run", "--adapter", "caddyfile", "--config", FILES / "Caddyfile"],
                env=environment,
                stdout=said,
                stderr=said,
            )
        try:
            yield https, http
        finally:
            caddy.send_signal(signal.SIGTERM)
            caddy.wait(timeout=60)


@pytest.fixture
def secrets(tmp_path, postgres_url):
    """The secrets as the book makes them; the database is the suite's own."""
    subprocess.run(["bash", "-euc", *steps("Containers")], cwd=tmp_path, check=True)
    folder = tmp_path / "secrets"
    assert (folder / "database_password").read_text() in (folder / "database_url").read_text()
    (folder / "database_url").write_text(postgres_url)
    return folder


@pytest.fixture
def site(tmp_path, secrets):
    """What is asked for through the proxy: a client that trusts its authority, and plain http."""
    assert shutil.which("caddy"), "the Debian package caddy is missing"
    settings = in_file(PARTS["tracker"]["environment"], secrets)
    settings["POSTAL_SECOND_FACTOR_ROLES"] = ""
    add = ["staff", "add", "quan", "--role", "admin", "--name", "Quân", "--password-stdin"]
    with a_port() as free, proxied(tmp_path, free) as (https, http):
        assert command(tmp_path, "migrate", **settings).returncode == 0
        added = command(tmp_path, *add, typed_in=GIVEN, **settings)
        assert added.returncode == 0, added.stderr
        with started(
            *(tmp_path, "serve"), POSTAL_HOST="0.0.0.0", POSTAL_PORT=str(free), **settings
        ) as service:
            until(lambda: httpx.get(f"http://127.0.0.1:{free}/readyz", trust_env=False))
            root = tmp_path / "caddy/pki/authorities/local/root.crt"
            until(root.exists)
            trusting = ssl.create_default_context(cafile=root)
            address = f"https://{SITE}:{https}"
            with httpx.Client(
                base_url=address, verify=trusting, trust_env=False, timeout=60
            ) as client:
                yield client, f"http://{SITE}:{http}"
            assert ended(service, signal.SIGTERM)[0] == 0
    assert "served without https" not in (tmp_path / "said.txt").read_text(encoding="utf-8")


def test_through_the_proxy_of_the_book(site):
    client, plain = site
    assert "<h1" in until(lambda: client.get("/")).text
    led = httpx.get(f"{plain}/desk", trust_env=False)
    assert (led.status_code, led.headers["location"][:8]) == (308, "https://")

    fields = {"username": "quan", "password": GIVEN}
    same = {"sec-fetch-site": "same-origin"}
    signed_in = client.post("/desk/sign-in", data=fields, headers=same)
    assert signed_in.headers["location"] == "/desk"
    assert re.search(r"^__Host-sid=.*; Secure", signed_in.headers["set-cookie"])
    assert "strict-transport-security" in signed_in.headers
    chooses(client, PASSWORD)
    assert client.get("/desk").is_success
    assert [client.get(p).status_code for p in ("/metrics", "/readyz")] == [404, 404]
    assert client.get("/healthz").is_success

    for size in (2_000_000, 40_000_000):  # either is more than JSON may be
        assert client.post("/api/v1/track", content=bytes(size)).status_code == 413
    assert answers_of_one_caller_under_many_names(client) == [404] * 5 + [429] * 2
