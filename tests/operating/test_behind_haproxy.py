"""Behind Debian's HAProxy, which puts what it knows of the client into a line of its own."""

import shutil
import subprocess
from contextlib import contextmanager

import httpx
import pytest

from tests.commands.running import a_port, command, ended, started, until
from tests.operating.test_behind_the_proxy import answers_of_one_caller_under_many_names

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CONFIGURATION = """
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend here
    bind 127.0.0.1:{port}
    option forwardfor
    default_backend tracker
backend tracker
    server tracker 127.0.0.1:{upstream}
"""


@contextmanager
def haproxy(folder, upstream):
    """Run HAProxy before a service; yields its address."""
    assert shutil.which("haproxy", path="/usr/sbin:/usr/bin"), (
        "the Debian package haproxy is missing"
    )
    with a_port() as port:
        file = folder / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(port=port, upstream=upstream))
        proxy = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", str(file)])
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            proxy.terminate()
            proxy.wait(timeout=60)


@pytest.fixture
def site(tmp_path):
    settings = {
        "POSTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'postal.db'}",
        "POSTAL_SECRET_KEY": "a secret of this test of 32 letters",
        "POSTAL_BEHIND_PROXY": "true",
    }
    assert command(tmp_path, "migrate", **settings).returncode == 0
    with (
        a_port() as free,
        haproxy(tmp_path, free) as address,
        started(tmp_path, "serve", POSTAL_PORT=str(free), **settings) as service,
    ):
        until(lambda: httpx.get(f"{address}/healthz", trust_env=False).is_success)
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            yield client
        ended(service)


def test_a_line_that_the_client_wrote_names_nobody(site):
    assert answers_of_one_caller_under_many_names(site) == [404] * 5 + [429] * 2
