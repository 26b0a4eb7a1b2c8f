"""A webhook's way through the house is the one that the README describes."""

import re
import sys
import threading

import pytest

from tests.carriers.messages import a_body
from tests.centre import Centre
from tests.house.repository import README, ROOT

HOUSE = f"{ROOT / 'postal_tracker'}/"
WRITER = f"{HOUSE}storage/writer.py"


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
        # The writer's thread goes round in its own module, whether there is work or not.
        waits = file == WRITER and threading.current_thread().name == "writer"
        if self.looks and event == "call" and file.startswith(HOUSE) and not waits:
            self.seen.setdefault(file.removeprefix(HOUSE))


@pytest.fixture
def witness():
    """Watch every thread that is started from here on."""
    before = threading.getprofile()
    made = Witness()
    threading.setprofile(made)
    yield made
    threading.setprofile(before)


def test_a_webhook_goes_the_way_that_the_readme_describes(witness, sqlite_url):
    assert sys.getprofile() is None, "it would be lost"
    with Centre(sqlite_url) as centre:
        number = centre.a_parcel(centre.a_dossier())
        for n, status in enumerate(("NHAN_GUI", "ROI_BC")):  # at the first, caches fill
            body = a_body(number, (str(n), status), at=centre.clock.pass_(hours=1))
            witness.looks = status == "ROI_BC"
            assert centre.hook(body).status_code == 200
        witness.looks = False

    assert "\n".join(witness.seen) == "\n".join(described())
