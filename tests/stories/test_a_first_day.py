"""A centre's first day: the README's commands on an empty database, five dossiers, one working day.

The service is spoken to over HTTP; at the end the rehearsal's file is refused.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from typer.testing import CliRunner

from postal_tracker.__main__ import app
from postal_tracker.demo.catalogue import SAMPLE
from tests.commands.running import GIVEN, a_port, chooses, command, ended, started, until
from tests.house.repository import README

PASSWORDS = {"quan": "cau-thang-may-xanh-71", "lan": "nuoc-che-ba-vi-94"}

EXPORT = "export POSTAL_SECRET_KEY="


def commands_of_the_readme():
    """Return the lines of the README with which a centre begins, the secret's apart."""
    [block] = [b for b in re.findall(r"```sh\n(.*?)```", README, re.S) if b.startswith(EXPORT)]
    first, *rest = block.strip().splitlines()
    secret = re.search(r"\$\(python3 (.*)\)  #", first)[1]
    return shlex.split(secret), [shlex.split(line)[1:] for line in rest]


def typed(*arguments):
    """Run one command; who is asked for a password gives it where nobody can be asked."""
    said = ""
    if arguments[:2] == ("staff", "add"):
        arguments, said = (*arguments, "--password-stdin"), GIVEN
    done = CliRunner().invoke(app, list(arguments), input=said)
    assert done.exit_code == 0, done.output
    return done.stdout


@contextmanager
def signed_in(address, username):
    with httpx.Client(
        base_url=address,
        headers={"sec-fetch-site": "same-origin"},
        timeout=60,
        trust_env=False,
    ) as client:
        fields = {"username": username, "password": GIVEN}
        assert client.post("/desk/sign-in", data=fields).headers["location"] == "/desk"
        assert client.get("/desk").status_code == 403  # first she chooses a password of her own
        chooses(client, PASSWORDS[username])
        yield client


def token(page):
    return re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)[1]


def sends(client, address, **fields):
    """Post a page's form; return where it leads."""
    fields |= {"csrf": token(client.get("/desk/handovers"))}
    answer = client.post(address, data={n.replace("__", "."): v for n, v in fields.items()})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def asks(client, path, body=None):
    method = "POST" if body is not None else "GET"
    answer = client.request(method, f"/api/v1{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


PEOPLE = [
    ("Nguyễn Thị Hoa", "0912 345 678"),
    ("Trần Văn Bình", "0912 345 687"),  # 678 was meant
    ("Ksor H'Bia", "0963 000 111"),
    ("Lý Mùi Chản", "0388 222 333"),
    ("Đặng Thị Ước", ""),
]


def taken_in(client):
    """Register five dossiers at the desk's page; return their codes."""
    places = [
        sends(
            client,
            "/desk/dossiers/new",
            procedure="GPLX-01",
            office="H49.12",
            applicant__name=name,
            applicant__phone=phone,
            applicant__address="12 Trần Phú",
            return_by_post="yes",
        )
        for name, phone in PEOPLE
    ]
    return [place.rpartition("/")[2] for place in places]


def put_right(client, code):
    """Correct the mistyped telephone; the citizen, who was turned away, is let in."""
    lookup = asks(client, f"/dossiers/{code}")["lookup_code"]
    proof = {"code": lookup, "phone_last4": "5678"}
    assert client.post("/api/v1/track", json=proof).status_code == 404
    page = client.get(f"/desk/dossiers/{code}/correct")
    sends(
        client,
        f"/desk/dossiers/{code}/correct",
        version=re.search(r'name="version" value="(\d+)"', page.text)[1],
        applicant__name="Trần Văn Bình",
        applicant__phone="0912 345 678",
        return_by_post="yes",
        reason="Gõ nhầm hai chữ số",
    )
    assert client.post("/api/v1/track", json=proof).status_code == 200
    [told] = asks(client, f"/dossiers/{code}/history")["items"]
    assert (told["fields"], told["by"]) == (["phone"], "staff:2")


def sent(client, codes):
    """Seal each into a parcel of the range, label all, hand them over; return their numbers."""
    body = {"carrier": "vnpost", "direction": "to_authority"}
    numbers = [
        asks(client, "/parcels", {**body, "dossiers": [c]})["tracking_number"] for c in codes
    ]
    assert numbers[0].startswith("EE30000000")
    label = {"parcels": numbers, "media": "a6", "format": "pdf"}
    assert client.post("/api/v1/labels", json=label).content.startswith(b"%PDF")
    listed = asks(client, "/handovers", {"carrier": "vnpost", "parcels": numbers})["number"]
    signed = asks(client, f"/handovers/{listed}/sign", {"signed_by": "Bưu tá Tuấn"})
    assert signed["state"] == "signed"
    return numbers


def failed(address, key, number, at):
    event = {"id": "1", "tracking_number": number, "milestone": "delivery_failed"}
    told = httpx.post(
        f"{address}/api/v1/events",
        json={"events": [{**event, "happened_at": at, "reason": "nobody_home"}]},
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
        trust_env=False,
    ).json()["results"]
    assert told[0]["status"] == "recorded", told


def a_working_day(address):
    with signed_in(address, "quan") as admin:
        steps = admin.get("/desk").text
        assert steps.count("✓ đã có") == 5
    with signed_in(address, "lan") as client:
        codes = taken_in(client)
        put_right(client, codes[1])
        csrf = {"csrf": token(client.get("/desk/handovers"))}
        receipt = client.post(f"/desk/dossiers/{codes[1]}/receipt.pdf", data=csrf)
        assert receipt.content.startswith(b"%PDF")
        numbers = sent(client, codes)
        [make_key] = re.findall(r"`postal-tracker (keys create --role courier [^`]*)`", README)
        key = typed(*shlex.split(make_key)).strip()
        signed_at = asks(client, f"/parcels/{numbers[2]}")["events"][-1]["happened_at"]
        failed(address, key, numbers[2], signed_at)
        listed = client.get("/desk/reports/failed-delivery").text
        assert [number in listed for number in numbers] == [False, False, True, False, False]
        assert asks(client, f"/dossiers/{codes[2]}")["flags"] == ["delivery_failed"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_empty_database_and_eight_commands_make_one_centre_working(tmp_path, monkeypatch):
    python, lines = commands_of_the_readme()
    assert len(lines) == 8
    assert lines[-1] == ["serve"]
    secret = subprocess.run([sys.executable, *python], capture_output=True, text=True, check=True)
    env = {"POSTAL_SECRET_KEY": secret.stdout.strip(), "POSTAL_SECOND_FACTOR_ROLES": ""}
    for name in ("offices", "authorities", "procedures"):
        shutil.copy(SAMPLE / f"{name}.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTAL_SECRET_KEY", env["POSTAL_SECRET_KEY"])
    for line in lines[:-1]:
        typed(*line)

    with a_port() as free, started(tmp_path, *lines[-1], POSTAL_PORT=str(free), **env) as service:
        address = f"http://127.0.0.1:{free}"
        until(lambda: httpx.get(f"{address}/readyz", trust_env=False).is_success)
        a_working_day(address)
        assert ended(service)[0] == 0
    said = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert f'event="listening at {address}"' in said
    assert re.findall(r'event="no (\w+) yet"', said) == ["carriers", "printers"]
    assert not any(name in said for name, _ in PEOPLE)
    typed("replay", "--check")  # leaves with 1 if a copy differs
    the_rehearsals_file_is_refused(tmp_path, env)


def the_rehearsals_file_is_refused(folder, env):
    with a_port() as free, started(folder, "demo", POSTAL_PORT=str(free)) as demo:
        until(lambda: json.loads((folder / "data/demo.json").read_text())["url"])
        until(lambda: httpx.get(f"http://127.0.0.1:{free}/readyz", trust_env=False).is_success)
        ended(demo)
    told = command(folder, "serve", POSTAL_DATABASE_URL="sqlite:///data/demo.db", **env)

    assert told.returncode == 2
    assert "rehearsal" in told.stderr
