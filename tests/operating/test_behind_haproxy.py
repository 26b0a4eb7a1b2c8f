"""Behind Debian's HAProxy, which puts what it knows of the client into a line of its own."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.centre import HOOK_SECRET, Centre
from tests.commands.running import a_port, until
from tests.operating.guessing import answers_of_one_caller_under_many_names
from tests.web.serving import serving

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
def site(tmp_path, sqlite_url):
    with (
        Centre(sqlite_url, behind_proxy=True) as centre,
        serving(centre) as upstream,
        haproxy(tmp_path, upstream.rpartition(":")[2]) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        until(lambda: client.get("/healthz").is_success)
        yield client


def test_a_line_that_the_client_wrote_names_nobody(site):
    assert answers_of_one_caller_under_many_names(site) == [404] * 5 + [429] * 2


@pytest.mark.parametrize("mebibytes", [2, 20])
def test_who_sends_too_much_hears_it_through_the_proxy(site, mebibytes):
    """Where the service hung up at once, the proxy told of a bad gateway instead (502)."""
    body = b"x" * (mebibytes << 20)

    def send(_n):
        return httpx.post(
            f"{site.base_url}/hooks/rehearsal/{HOOK_SECRET}",
            content=body,
            trust_env=False,
            timeout=60,
        ).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(20))) == [413] * 20
