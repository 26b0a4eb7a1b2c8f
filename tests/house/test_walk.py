"""A webhook's way through the house is the one that the README describes."""

import re
import sys
import threading
import time

import pytest

from tests.carriers.messages import a_body
from tests.centre import Centre
from tests.house.repository import README, ROOT

HOUSE = f"{ROOT / 'postal_tracker'}/"


def described():
    section = README.partition("### Where does a webhook become")[2].partition("\n#")[0]
    return re.findall(r"^\d+\. `([\w/]+\.py)`", section, re.MULTILINE)


class Witness:
    """Notes each module that a thread comes to, once it is told to look."""

    def __init__(self):
        self.seen = {}
        self.looks = False

    def __call__(self, frame, event, _):
        file = frame.f_code.co_filename
        if threading.current_thread().name == "pulse":  # it comes by now and then, for nobody
            return
        if self.looks and event == "call" and file.startswith(HOUSE):
            self.seen.setdefault(file.removeprefix(HOUSE))


@pytest.fixture
def witness():
    """Watch every thread that is started from here on."""
    before = threading.getprofile()
    made = Witness()
    threading.setprofile(made)
    yield made
    threading.setprofile(before)


def until_the_writer_waits():
    """Let the writer finish with what it was given before."""
    for writer in [t for t in threading.enumerate() if t.name == "writer"]:
        while sys._current_frames()[writer.ident].f_code.co_filename != threading.__file__:
            time.sleep(0.001)


def test_a_webhook_goes_the_way_that_the_readme_describes(witness, sqlite_url):
    with Centre(sqlite_url) as centre:
        number = centre.a_parcel(centre.a_dossier())
        for n, status in enumerate(("NHAN_GUI", "ROI_BC")):  # at the first, caches fill
            body = a_body(number, (str(n), status), at=centre.clock.pass_(hours=1))
            until_the_writer_waits()
            witness.looks = status == "ROI_BC"
            assert centre.hook(body).status_code == 200
        witness.looks = False

    assert list(witness.seen) == described(), "\n".join(witness.seen)
