"""A chief of the desk clears a day with every kind of trouble in it, from the one list."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from adapters.event import Source
from adapters.rehearsal import Rehearsal
from postal_tracker.core.worklist import WorkKind
from postal_tracker.storage.tables import NumberRange
from tests.carriers.messages import a_body, keep
from tests.centre import Centre
from tests.hotline import opened
from tests.web.conftest import Visitor, employ

EARLY = "EE123456785VN"

SLOW = "DD-01"
"""A procedure with so long a limit that nothing of it is late that day."""


def a_hard_day(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything go wrong at once, and six days pass."""

    def sent(*milestones: str, **rest: Any) -> str:
        number = centre.a_parcel(centre.a_dossier(procedure=SLOW))
        for milestone in milestones:
            centre.clock.pass_(minutes=5)
            centre.tell(centre.an_event(number, milestone, **rest))
        return number

    opened(centre, centre.a_dossier())  # nearly late, waits to be sent, and is asked about
    sent("accepted", "delivery_failed", reason="nobody_home")
    sent("accepted", "awaiting_collection")
    sent("accepted", "returning")
    sent("accepted", "exception", reason="lost")
    sent("accepted")
    said(centre, sent("accepted"), "PHAT_TC", source=Source.UNSIGNED)
    for return_by_post in (True, False):
        result_at_the_centre(centre, return_by_post=return_by_post)
    parcels = [centre.a_parcel(centre.a_dossier(procedure=SLOW)) for _ in range(2)]
    numbers = [handed_over(centre, number) for number in parcels]
    centre.clock.pass_(days=6)
    centre.post(f"/handovers/{numbers[0]}/sign", {"signed_by": "Tuấn"})
    centre.clock.pass_(hours=5)
    said(centre, EARLY, "NHAN_GUI")
    with monkeypatch.context() as broken:
        broken.setattr(Rehearsal, "read_message", not_understood)
        said(centre, EARLY, "ROI_BC")
    centre.database.write_now(use_numbers_up)


def handed_over(centre: Centre, number: str) -> str:
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    return str(made["number"])


def said(centre: Centre, number: str, status: str, source: Source = Source.SIGNED) -> None:
    """Let the carrier tell of a parcel: signed, or so that anybody could have said it."""
    centre.clock.pass_(minutes=5)
    scan = (f"{number} {centre.clock()}", status)
    keep(centre, a_body(number, scan, at=centre.clock()), source=source)


def not_understood(self: Rehearsal, body: bytes) -> Any:
    raise ValueError("a new form")


def result_at_the_centre(centre: Centre, *, return_by_post: bool) -> None:
    code = centre.a_dossier(procedure=SLOW, return_by_post=return_by_post)
    centre.tell(centre.an_event(centre.a_parcel(code), "delivered"))
    centre.clock.pass_(minutes=5)
    for act in ("result_ready", "received_back"):
        assert centre.post(f"/dossiers/{code}/acts", {"act": act}).status_code == 200


def use_numbers_up(session: Session) -> None:
    mine = session.exec(select(NumberRange)).one()
    mine.next_serial = mine.last_serial - 20


def rows_on(page: str) -> list[str]:
    return re.findall(r'action="/desk/worklist/([a-z_]+%3A[^"?]+)', page)


class Chief:
    """What solves each kind: by the forms to which the list leads; the post's word comes after."""

    def __init__(self, centre: Centre, lan: Visitor) -> None:
        self.centre, self.lan = centre, lan

    def does(self, address: str, **fields: Any) -> None:
        answer = self.lan.sends(address, fields)
        assert answer.status_code in (200, 303), (address, answer.text)

    def solve(self, kind: str, code: str) -> None:
        solves: dict[str, Callable[[str], None]] = {
            "nearly_late": self.apologise,
            "failed_delivery": self.call,
            "to_collect": self.call,
            "claimed": self.ask,
            "trouble": self.ask,
            "silent": self.ask,
            "unaccepted": self.ask,
            "returning": lambda number: self.does(f"/desk/parcels/{number}/receive"),
            "unsigned_list": lambda n: self.does(f"/desk/handovers/{n}/sign", signed_by="Tuấn"),
            "to_seal": self.seal,
            "result_to_send": self.seal,
            "to_print": lambda n: self.does("/desk/labels", parcels=n, media="a6"),
            "result_waiting": lambda c: self.does(f"/desk/dossiers/{c}/acts", act="collected"),
            "unread": lambda n: self.does(f"/desk/messages/{n}/read-again"),
            "unmatched": self.wait_for_its_parcel,
            "numbers_low": self.have_numbers_added,
            "feedback": lambda n: self.does(f"/desk/feedback/{n}", act="answer", text="Mai có."),
        }
        solves[kind](code)

    def apologise(self, code: str) -> None:
        until = f"{self.centre.clock() + timedelta(days=10):%Y-%m-%d}T17:00"
        told = {"reason": "Chờ xác minh", "new_due_at": until, "signed_by": "Nguyễn Văn Bình"}
        self.does(f"/desk/dossiers/{code}/acts/extend", **told)

    def call(self, number: str) -> None:
        """Telephone; the courier goes there once more."""
        self.on_the_list("failed_delivery", number, act="note", note="Đã gọi, phát lại chiều nay")
        self.arrives(number)

    def ask(self, number: str) -> None:
        """Have the carrier asked; it has delivered it."""
        self.on_the_list("silent", number, act="ask_carrier")
        self.arrives(number)

    def on_the_list(self, kind: str, code: str, **told: str) -> None:
        self.does(f"/desk/worklist/{kind}:{code}", **told)

    def arrives(self, number: str) -> None:
        said(self.centre, number, "PHAT_TC")

    def seal(self, code: str, number: str = "") -> None:
        result = self.centre.stage(code) == "at_centre"
        self.does(
            "/desk/parcels/new",
            dossiers=code,
            direction="to_citizen" if result else "to_authority",
            carrier="rehearsal",
            tracking_number=number,
        )

    def wait_for_its_parcel(self, _message: str) -> None:
        """Somebody stuck the label on and forgot to say so: what is in it is sealed now."""
        self.seal(self.centre.a_dossier(procedure=SLOW), EARLY)

    def have_numbers_added(self, carrier: str) -> None:
        more = {"indicator": "EC", "first_serial": 20_000_000, "last_serial": 20_000_999}
        added = self.centre.post("/number-ranges", {"carrier": carrier, **more}, role="admin")
        assert added.status_code == 201, added.text


def left_on_the_list(lan: Visitor) -> Iterator[tuple[str, str]]:
    """Give what the list shows, always the first that it has then; nothing comes twice."""
    seen: set[str] = set()
    while True:
        page = lan.opens("/desk/worklist").text
        items = [item for item in rows_on(page) if item not in seen]
        if not items:
            return
        seen.add(items[0])
        kind, _, code = items[0].partition("%3A")
        yield kind, code


@pytest.mark.slow
def test_a_day_with_every_kind_of_trouble_is_cleared_from_the_one_list(centre, monkeypatch):
    a_hard_day(centre, monkeypatch)
    employ(centre, "lan")
    lan = Visitor(centre)
    lan.signs_in("lan")
    first = lan.opens("/desk/worklist").text
    chief, done = Chief(centre, lan), set()
    everybody = [d["code"] for d in centre.get("/dossiers?limit=200").json()["items"]]
    for kind, code in left_on_the_list(lan):
        chief.solve(kind, code)
        done.add(kind)

    assert done == {kind.value for kind in WorkKind}
    assert "quá thời gian chờ" in first
    assert rows_on(lan.opens("/desk/worklist").text) == []
    assert "Không còn việc nào cần làm" in lan.opens("/desk/worklist").text
    assert centre.get("/worklist").json() == {"items": [], "next_cursor": None}
    assert {"extended", "noted", "received_back", "sealed", "collected"} <= told(centre, everybody)
    assert centre.differences() == []


def told(centre: Centre, codes: list[str]) -> set[str]:
    """Return what the ledger says was done with these dossiers since the hard day."""
    lines = [line for c in codes for line in centre.get(f"/dossiers/{c}").json()["timeline"]]
    return {line["what"] for line in lines}
