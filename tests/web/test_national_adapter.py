"""The adapter in docs/national.md, as it stands there: refused and killed, it loses nothing."""

import json
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from postal_tracker import access
from postal_tracker.access import KeyScope, Role
from postal_tracker.views.national import feeds
from tests.commands.running import surroundings
from tests.house.repository import ROOT
from tests.web.serving import serving


class Portal:
    """A stand-in for the province's portal; refuses each third call."""

    def __init__(self):
        self.calls, self.taken, self.address = 0, [], ""

    def take(self, body):
        self.calls += 1
        if self.calls % 3 == 0:
            return {"error_code": "99"}
        self.taken.append(body)
        return {"error_code": "00"}

    def of(self, service):
        return [body for body in self.taken if body["service"] == service]


@contextmanager
def listening(portal):
    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(portal.take(body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, name="portal")
        thread.start()
        portal.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def adapter(tmp_path):
    paper = (ROOT / "docs" / "national.md").read_text(encoding="utf-8")
    script = tmp_path / "adapter.py"
    script.write_text(re.search(r"```python\n(.*?)```", paper, re.S)[1], encoding="utf-8")

    def run(tracker, key, portal):
        told = {"TRACKER": tracker, "TRACKER_KEY": key, "PORTAL": portal, "PORTAL_SESSION": "s"}
        command = [sys.executable, str(script)]
        env = surroundings(**told, NO_PROXY="*")
        return subprocess.run(command, cwd=tmp_path, env=env, timeout=60, check=False).returncode

    return run


def test_the_adapter_of_the_paper_sends_everything_however_often_it_fails(
    centre, adapter, monkeypatch
):
    monkeypatch.setattr(feeds, "MOST_ITEMS", 2)
    key = centre.database.write_now(
        lambda s: access.create_key(
            s, role=Role.INTEGRATION, name="x", scopes=[KeyScope.NATIONAL], now=centre.clock()
        )
    )
    codes = [centre.a_dossier(name=f"Bà {n}", phone=f"091234567{n}") for n in range(4)]
    number = centre.a_parcel(codes[0], codes[1])
    centre.tell(centre.an_event(number, "accepted"))
    centre.house.sequencer("one").append_now()
    end = centre.get("/national/progress", role="admin").json()
    whole = [*end["items"]]
    while end["is_more"]:
        end = centre.get(f"/national/progress?cursor={end['next_cursor']}", role="admin").json()
        whole += end["items"]

    with serving(centre) as tracker, listening(Portal()) as portal:
        runs = 1
        while adapter(tracker, key, portal.address) != 0:
            runs += 1
            assert runs < 20
        sent = portal.calls
        assert adapter(tracker, key, portal.address) == 0
        assert portal.calls == sent, "the second time there is nothing new"

    assert runs > 2
    told = [item for body in portal.of("CapNhatTienDoHoSoMC") for item in body["data"]]
    assert told == whole
    dossiers = portal.of("DongBoHoSoMC")
    new = [i["MaHoSo"] for b in dossiers if b["isUpdating"] == "False" for i in b["data"]]
    assert sorted(set(new)) == codes
    assert {(b["session"], b["madonvi"]) for b in portal.taken} == {("s", "H49")}
