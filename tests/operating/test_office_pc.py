"""An office PC by the book: installed in a folder, served by https that its devices trust."""

import re
import signal
import socket
import ssl
import subprocess

import httpx
import pytest

from tests.commands.running import a_port, ended, started, surroundings, until
from tests.operating.book import BOOK, Machine, steps
from tests.operating.releases import a_release

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PASSWORD = "cau-thang-may-xanh-71"
LINE_THAT_SERVES = "tracker/bin/postal-tracker serve\n"


@pytest.fixture
def office(tmp_path):
    """An office PC with nothing on it."""
    with a_port() as free:
        machine = Machine(tmp_path / "machine", free)
        machine.release = tmp_path
        yield machine


def install(office, wheel):
    """Do all but the line that serves."""
    office.release = a_release(wheel, office.release / "office")
    [block] = steps("An office PC")
    assert block.endswith(LINE_THAT_SERVES)
    office.types(block.removesuffix(LINE_THAT_SERVES))


def own_certificate(office):
    [block] = steps("HTTPS on an office PC")
    office.types(block.replace("192.168.1.10", "127.0.0.1").replace("0.0.0.0", "127.0.0.1"))
    [still_good] = set(re.findall(r"`(openssl x509 -checkend [^`]*)`", BOOK))
    office.types(still_good)


def add_somebody(office, surrounded):
    add = ["staff", "add", "quan", "--role", "admin", "--name", "Quân", "--password-stdin"]
    subprocess.run(
        [office.release / "tracker/bin/postal-tracker", *add],
        cwd=office.release,
        env=surrounded,
        input=PASSWORD,
        text=True,
        check=True,
    )


def asked(office, path, trusting, **fields):
    url = f"https://127.0.0.1:{office.port}{path}"
    with httpx.Client(verify=trusting, trust_env=False, timeout=30) as client:
        if not fields:
            return client.get(url)
        return client.post(url, data=fields, headers={"sec-fetch-site": "same-origin"})


def test_an_office_pc_by_the_book_is_trusted_by_its_own_devices_alone(office, wheel):
    install(office, wheel)
    folder, settings = office.release, {"PYTHONPATH": "", "POSTAL_PORT": str(office.port)}
    own_certificate(office)
    assert [f.stat().st_mode & 0o077 for f in folder.glob("*.key")] == [0, 0]
    add_somebody(office, surroundings(**settings))
    own = ssl.create_default_context(cafile=folder / "ca.crt")
    program = [str(folder / "tracker/bin/postal-tracker")]

    with started(folder, "serve", program=program, **settings) as service:
        assert until(lambda: asked(office, "/readyz", own)).is_success
        signed_in = asked(office, "/desk/sign-in", own, username="quan", password=PASSWORD)
        assert re.search(r"^__Host-sid=.*; Secure", signed_in.headers["set-cookie"])
        assert "strict-transport-security" in signed_in.headers
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            asked(office, "/", ssl.create_default_context())
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{office.port}/", trust_env=False)
        with socket.create_connection(("127.0.0.1", office.port), 30) as silent:
            assert silent.recv(1) == b""  # who never begins to speak https is hung up on
        assert ended(service, signal.SIGTERM)[0] == 0
    said = (folder / "said.txt").read_text(encoding="utf-8")
    assert f"listening at https://127.0.0.1:{office.port}" in said
    office.types(steps("Backups")[1])
    assert list((folder / "backups").iterdir())


def test_its_authority_can_vouch_for_no_other_name(office):
    """Who steals the key from the office cannot pass for a bank before its telephones."""
    own_certificate(office)
    office.types(
        'openssl req -x509 -newkey rsa:2048 -noenc -subj "/CN=bank" -CA ca.crt -CAkey ca.key '
        "-keyout bank.key -out bank.crt -addext subjectAltName=DNS:bank.example.vn"
    )
    told = subprocess.run(
        ["openssl", "verify", "-CAfile", "ca.crt", "bank.crt"],
        cwd=office.release,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode != 0
    assert "permitted subtree violation" in told.stderr
