"""The rehearsal centre as a visitor meets it: one real process, its doors, its end, its return."""

import json
import signal
import stat
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import pytest
import typer

from adapters.signing import sign
from postal_tracker.access import is_rehearsal_centre
from postal_tracker.commands.data import examine
from postal_tracker.core.journey import Stage
from postal_tracker.demo import access, centre
from postal_tracker.house import House
from postal_tracker.settings import Settings
from tests.commands.running import command, ended, started, until

PATIENT = {"trust_env": False, "timeout": 60}


class Visitor:
    """Somebody with the keys of `data/demo.json`."""

    def __init__(self, folder):
        self.folder = folder
        self.told = json.loads((folder / "data/demo.json").read_text(encoding="utf-8"))

    def ask(self, path, *, method="GET", role="desk", **body):
        headers = {"Authorization": f"Bearer {self.told['keys'][role]}"}
        url = f"{self.told['url']}/api/v1{path}"
        return httpx.request(method, url, json=body or None, headers=headers, **PATIENT)

    def post(self, path, *, role="desk", **body):
        answer = self.ask(path, method="POST", role=role, **body)
        assert answer.is_success, answer.text
        return answer.json()

    def all(self, path):
        items, cursor = [], ""
        while cursor is not None:
            page = self.ask(f"{path}&limit=100{cursor and '&cursor='}{cursor}").json()
            items, cursor = items + page["items"], page["next_cursor"]
        return items

    def sealed_parcel(self):
        """Register a dossier of one's own and seal it."""
        applicant = {"name": "Bà Hoa", "phone": "0912345678"}
        code = self.post("/dossiers", procedure="GPLX-01", applicant=applicant)["code"]
        how = {"carrier": "rehearsal", "direction": "to_authority"}
        return self.post("/parcels", dossiers=[code], **how)["tracking_number"]

    def list_of(self, number):
        return self.post("/handovers", carrier="rehearsal", parcels=[number])["number"]

    def milestone(self, number):
        return self.ask(f"/parcels/{number}").json()["milestone"]


def arrived(folder):
    """Return a visitor once the centre has opened."""
    visitor = Visitor(folder)
    health = httpx.get(f"{visitor.told['url']}/readyz", trust_env=False)
    return visitor if health.is_success else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def open_the_centre(folder):
    """Return what starts it, unless it runs already: one of these tests ends it."""
    running = []
    with ExitStack() as all_of_them:

        def start():
            if not running or running[-1].poll() is not None:
                running.append(all_of_them.enter_context(started(folder, "demo")))
            return running[-1]

        yield start


@pytest.fixture
def process(open_the_centre):
    return open_the_centre()


@pytest.fixture
def visitor(process, folder):
    return until(lambda: arrived(folder))


def test_the_papers_for_visitors_are_as_promised(visitor, folder):
    told = visitor.told

    assert set(told) == {"url", "keys", "staff", "carrier"}
    assert set(told["keys"]) == {"desk", "manager", "admin", "courier", "integration"}
    assert {m["role"] for m in told["staff"]} == {"desk", "manager", "admin", "courier"}
    assert all(set(m) == {"name", "username", "password", "role"} for m in told["staff"])
    assert set(told["carrier"]) == {"name", "hook_url", "secret"}
    assert told["carrier"]["name"] == "rehearsal"
    assert told["carrier"]["hook_url"].startswith(f"{told['url']}/hooks/rehearsal/")
    assert told["carrier"]["secret"].startswith("whsec_")
    assert stat.S_IMODE((folder / "data/demo.json").stat().st_mode) == 0o600


def test_there_is_something_of_everything_to_see(visitor):
    seen = visitor.all("/dossiers?q=")

    assert len(seen) > 100
    # Its people sit at one desk: nothing is on its way to another of their offices.
    assert {d["stage"] for d in seen} == {stage.value for stage in Stage} - {Stage.TO_OFFICE}
    flags = {flag for d in seen for flag in d["flags"]}
    assert flags >= {"damaged", "unrecognised_news", "news_after_the_end"}
    for report in ("overdue", "silent", "unaccepted"):
        assert visitor.ask(f"/reports/{report}", role="manager").json()["items"], report
    for state in ("unread", "unclaimed"):
        assert visitor.ask(f"/messages?state={state}").json()["items"], state


def test_its_citizens_are_told_by_messages_that_reach_nobody(visitor):
    number = visitor.sealed_parcel()
    [code] = visitor.ask(f"/parcels/{number}").json()["dossiers"]

    def told():
        notices = visitor.ask(f"/dossiers/{code}/notices").json()["items"]
        return [(one["event"], one["channel"]) for one in notices if one["state"] == "sent"]

    assert until(told) == [("received", "sms")]


def test_every_key_opens_its_doors(visitor):
    doors = {
        "desk": "/dossiers",
        "manager": "/reports/locations",
        "admin": "/dossiers",
    }
    for role, path in doors.items():
        assert visitor.ask(path, role=role).status_code == 200, role
    for role in ("courier", "integration"):
        event = {
            "id": f"hello-{role}",
            "tracking_number": "EB999999995VN",
            "milestone": "in_transit",
            "happened_at": datetime.now(UTC).isoformat(),
        }
        assert visitor.post("/events", role=role, events=[event])["results"][0]["status"]


def test_the_post_moves_parcels_by_signed_hooks(visitor):
    def entries():
        for dossier in visitor.ask("/dossiers?stage=to_authority&limit=20").json()["items"]:
            yield from visitor.ask(f"/dossiers/{dossier['code']}").json()["timeline"]

    def accepted_a_moment_ago():
        return any(
            entry["what"] == "accepted"
            and entry["source"] == "signed"
            and datetime.fromisoformat(entry["recorded_at"]) > opened
            for entry in entries()
        )

    opened = datetime.fromtimestamp((visitor.folder / "data/demo.json").stat().st_mtime, UTC)
    assert until(accepted_a_moment_ago)


def test_what_a_person_signs_over_moves_and_what_a_program_signs_is_left_to_it(visitor):
    """Who tries the API with a key tells his parcel's story himself; who clicks wants to see it."""
    programs, persons = visitor.sealed_parcel(), visitor.sealed_parcel()
    listed = visitor.list_of(programs)
    visitor.post(f"/handovers/{listed}/sign", signed_by="Hoàng Văn Thư")
    listed = visitor.list_of(persons)
    desk = next(m for m in visitor.told["staff"] if m["role"] == "desk")
    url = visitor.told["url"]
    with httpx.Client(base_url=url, headers={"Origin": url}, **PATIENT) as browser:
        browser.post("/desk/sign-in", data={k: desk[k] for k in ("username", "password")})
        signed = browser.post(
            f"/api/v1/handovers/{listed}/sign", json={"signed_by": "Hoàng Văn Thư"}
        )
        assert signed.status_code == 200, signed.text

    assert until(lambda: visitor.milestone(persons) in ("accepted", "in_transit"))
    assert visitor.milestone(programs) == "handed_over"


def test_a_carriers_signed_message_is_taken(visitor):
    number = visitor.sealed_parcel()
    at = datetime.now(UTC)
    scan = {"id": "one", "tracking_number": number, "status": "NHAN_GUI", "at": at.isoformat()}
    body = json.dumps({"scans": [scan]}).encode()
    carrier = visitor.told["carrier"]
    proof = sign(body, carrier["secret"], message_id="msg_1", at=at)
    taken = httpx.post(carrier["hook_url"], content=body, headers=proof, **PATIENT)

    assert taken.status_code == 200
    assert visitor.milestone(number) == "accepted"


def test_it_says_where_to_click_and_who_may_come_in(visitor, folder):
    said = (folder / "said.txt").read_text(encoding="utf-8")

    assert f"{visitor.told['url']}/desk/" in said
    for member in visitor.told["staff"]:
        assert member["password"] in said
    assert visitor.told["keys"]["courier"] in said
    applicants = {d["applicant_name"] for d in visitor.all("/dossiers?q=")}
    staff = {m["name"] for m in visitor.told["staff"]}
    assert [name for name in applicants - staff if name in said] == []


def test_a_second_centre_in_the_same_place_is_refused(visitor, folder, capsys):
    with pytest.raises(typer.Exit) as left, centre.alone(centre.Files(folder / "data"), "vi"):
        pass

    assert left.value.exit_code == 1
    assert f"đang chạy tại {visitor.told['url']}" in capsys.readouterr().err


@pytest.mark.slow
def test_it_ends_at_once_and_goes_on_the_next_time(process, visitor, folder):
    before = {d["code"] for d in visitor.all("/dossiers?q=")}
    code, seconds = ended(process)
    assert code == 0
    assert seconds < 30
    house = House(Settings(_env_file=None, database_url=f"sqlite:///{folder}/data/demo.db"))
    assert [check for check in examine(house) if not check.ok] == []
    house.close()

    with started(folder, "demo") as again:
        back = until(lambda: _elsewhere(folder, visitor.told["url"]))
        after = {d["code"] for d in back.all("/dossiers?q=")}
        code, _ = ended(again, signal.SIGTERM)
    assert code == 0
    assert back.told["keys"] == visitor.told["keys"]
    assert back.told["staff"] == visitor.told["staff"]
    assert back.told["carrier"]["secret"] == visitor.told["carrier"]["secret"]
    assert before <= after


def _elsewhere(folder, before):
    visitor = arrived(folder)
    return visitor if visitor and visitor.told["url"] != before else None


# Whose database is it?


def test_its_record_is_its_own_and_marked(visitor, folder):
    assert not (folder / "data/postal.db").exists()

    house = House(Settings(_env_file=None, database_url=f"sqlite:///{folder}/data/demo.db"))
    assert house.database.read_now(is_rehearsal_centre)
    house.close()


@pytest.mark.slow
def test_a_database_in_real_use_is_left_alone(run, furnished, tmp_path, sqlite_url):
    code = furnished.a_dossier()

    told = command(tmp_path, "demo", "--fresh", POSTAL_DATABASE_URL=sqlite_url)
    assert told.returncode == 1
    assert "throws nothing of it away" in told.stderr
    known = access.remembered(tmp_path / "demo.json", url="", settings=furnished.settings)
    with pytest.raises(typer.Exit):
        centre.prepare(furnished.settings, centre.Files(tmp_path), known)
    assert furnished.stage(code) == "with_office"
    assert not (tmp_path / "data/demo.json").exists()
