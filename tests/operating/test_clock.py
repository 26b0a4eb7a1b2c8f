"""Somebody sets the clock while the service works, ahead or back: nothing is lost or stands still.

The service is a process of its own under a clock that the test sets; who asks it, its database
server and the carrier have the right one.
"""

import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.ledger.log import exporting
from postal_tracker.storage.tables import LedgerEntry
from tests.centre import HOOK_SECRET, Centre
from tests.commands.running import a_port, ended, started, until
from tests.operating.shifted_clock import a_clock
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.standin import TOKEN, served

pytestmark = [pytest.mark.slow, pytest.mark.one_in(3), pytest.mark.timeout(1800)]

AN_HOUR, A_DAY, A_YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)

SOON = 100
"""Seconds: carriers are polled each minute."""


class Place:
    """A centre, its service under the clock, and the post."""

    def __init__(self, centre, post, clock, folder, settings) -> None:
        self.centre, self.post, self.clock = centre, post, clock
        self.folder, self.settings = folder, settings
        self.number = centre.a_parcel(centre.a_dossier())
        self.message = centre.hook(b'{"scans": []}').status_code
        self.lan = centre.database.write_now(self._account)
        self.sign_in()
        self.told: list[str] = []
        self.ahead = timedelta(0)
        address = f"http://127.0.0.1:{settings['POSTAL_PORT']}"
        self.http = httpx.Client(base_url=address, trust_env=False, timeout=30)

    def _account(self, session):
        made = access.add_staff(
            session,
            username="lan",
            name="Lan",
            role=Role.DESK,
            office_id=self.centre.lan.office_id,
            password="cau-thang-may-xanh-71",
            now=self.centre.clock(),
        )
        return made.id

    def sign_in(self):
        now = datetime.now(UTC)
        self.token = self.centre.database.write_now(
            lambda s: access.begin_session(s, self.lan, now)
        )

    @contextmanager
    def service(self):
        with started(self.folder, "serve", **self.settings, **self.clock.environment) as process:
            until(lambda: self.http.get("/readyz").is_success)
            yield
            assert ended(process)[0] == 0

    def set_clock(self, ahead):
        self.ahead = ahead
        self.clock.set(ahead)

    def key(self, role):
        return {"authorization": f"Bearer {self.centre.keys[role]}"}

    def tell(self):
        """Tell of a scan of this moment, which is to be recorded."""
        self.told.append(f"scan-{len(self.told)}")
        event = {
            "id": self.told[-1],
            "tracking_number": self.number,
            "milestone": "in_transit",
            "happened_at": (datetime.now(UTC) + self.ahead).isoformat(),
            "place": f"BC {len(self.told)}",
        }
        answer = self.post_("/api/v1/events", {"events": [event]}, self.key("courier"))
        assert answer.json()["results"][0]["status"] in ("recorded", "duplicate")

    def register(self):
        """Register the same dossier once more, by the same Idempotency-Key; return its code."""
        form = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa"}}
        headers = {**self.key("desk"), "idempotency-key": "the-same"}
        return self.post_("/api/v1/dossiers", form, headers).json()["code"]

    def post_(self, path, body, headers):
        """Ask, and again if the machine has no time: whoever is told so asks again."""
        for _ in range(20):
            answer = self.http.post(path, json=body, headers=headers)
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers["retry-after"]))
        assert answer.is_success, answer.text
        return answer

    def is_signed_in(self):
        cookie = {"cookie": f"sid={self.token}"}
        return self.http.get("/desk", headers=cookie).status_code == 200

    def goes_on(self):
        """Tell, register, wait until the carrier is polled anew and the log holds all."""
        self.tell()
        self.register()
        asked = len(self.post.asked)
        self.execute("UPDATE parcel SET next_check_at = '2000-01-01 00:00:00.000000'")
        until(lambda: len(self.post.asked) > asked, seconds=SOON)
        until(self.log_is_whole, seconds=SOON)

    def log_is_whole(self):
        with self.centre.database.at_one_moment().connect() as connection:
            return not any('"unlogged"' in line for line in exporting.lines(connection))

    def execute(self, statement):
        self.centre.database.write_now(lambda s: s.connection().execute(text(statement)))

    def kept(self):
        """Return how often each scan that was told stands in the ledger."""
        scans = select(col(LedgerEntry.key)).where(col(LedgerEntry.key).contains(":scan-"))
        keys = self.centre.database.read_now(lambda s: s.exec(scans).all())
        return sorted(key.rpartition(":")[2] for key in keys)


@contextmanager
def a_place(database_url, folder):
    folder.mkdir()
    post = RehearsalStandIn()
    with served(post) as address, Centre(database_url) as centre, a_port() as port:
        centre.clock.at = datetime.now(UTC)
        carrier = "POSTAL_CARRIERS__REHEARSAL__"
        settings = {
            "POSTAL_DATABASE_URL": database_url,
            "POSTAL_PORT": str(port),
            "POSTAL_SECRET_KEY": centre.settings.secret_key.get_secret_value(),
            "POSTAL_LOG_KEY_FILE": str(folder / "log.key"),
            f"{carrier}HOOK_SECRET": HOOK_SECRET,
            f"{carrier}TOKEN": TOKEN,
            f"{carrier}BASE_URL": address,
        }
        made = Place(centre, post, a_clock(folder), folder, settings)
        yield made
        made.http.close()


@pytest.fixture
def places(request, share, tmp_path):
    """A place on each database, or on one that is drawn: carriers are polled each minute."""
    with ExitStack() as opened:
        yield [
            opened.enter_context(a_place(request.getfixturevalue(f"{kind}_url"), tmp_path / kind))
            for kind in share.drawn(["sqlite", "postgres"])
        ]


def test_all_goes_on_when_the_clock_is_set_and_when_it_is_put_right(places, share):
    for place in places:
        with place.service():
            code = place.register()
            assert place.is_signed_in()
            for ahead in share.drawn([A_DAY, -AN_HOUR, -A_YEAR, A_YEAR]):
                place.sign_in()
                place.set_clock(ahead)
                place.goes_on()
                assert place.register() == code
                assert place.is_signed_in() == (ahead < timedelta(0))
                place.set_clock(timedelta(0))
                place.goes_on()
                assert place.register() == code

        assert place.kept() == sorted(place.told)
        assert place.centre.differences() == []


def test_a_lease_of_the_wrong_clock_ends_with_it(places):
    """The service that took it is gone, and its successor has another name for itself."""
    for place in places:
        place.set_clock(A_YEAR)
        with place.service():
            place.goes_on()
        place.set_clock(timedelta(0))
        with place.service():
            place.goes_on()
            until(lambda here=place: not far_ahead(here), seconds=10)


def far_ahead(place):
    latest = "SELECT max(next_check_at) FROM parcel WHERE open"
    found = place.centre.database.read_now(lambda s: s.connection().execute(text(latest)).scalar())
    return str(found) > f"{datetime.now(UTC) + timedelta(days=4):%Y-%m-%d}"


def test_nothing_is_erased_the_night_after_the_clock_went_ahead(places):
    for place in places:
        with place.service():
            place.goes_on()  # what the night left undone is made up for at the start
            now = datetime.now(VIETNAM)
            place.set_clock(2 * A_YEAR + (now.replace(hour=2, minute=29, second=30) - now) % A_DAY)
            said = place.folder / "said.txt"
            until(lambda of=said: "nothing is erased for a day" in of.read_text(), seconds=SOON)
            time.sleep(2)
        assert (place.message, bodies(place)) == (200, 1)


def bodies(place):
    kept = "SELECT count(*) FROM carrier_message WHERE erased_at IS NULL"
    return place.centre.database.read_now(lambda s: s.connection().execute(text(kept)).scalar())
